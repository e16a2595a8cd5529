-- Log rows, under the names of the OpenTelemetry collector's ClickHouse exporter so that its tools can read them, with
-- columns of our own beside them.
--
-- Codecs: times and offsets rise within a part, so Delta leaves small numbers for ZSTD; text takes ZSTD(1), which is
-- close to higher levels on logs at a fraction of their cost.
-- LowCardinality: names that repeat (service, version, stream, logger, page) are stored as numbers of a dictionary.
--
-- PARTITION BY PartitionDay, the UTC day of the newest row of the batch, not of each row: a batch is then one part,
-- and ClickHouse makes one part visible at once. That is what keeps readers from seeing half of a batch that spans
-- midnight. A whole day is dropped as a partition; the few older rows of such batches are deleted.
--
-- ORDER BY a quarter of an hour first, because every screen asks for a span of time, mostly a short one; then the
-- service, so that within it the rows of one service lie together, compress well and are found without reading others.
--
-- Skip indexes: bloom filters where one of very many values is asked for (trace, request, event, page, batch);
-- n-grams of the lower-case body, so that a search for a rare word reads only the granules that may hold it.
--
-- Exactly once: the insert carries the batch id as its deduplication token, and the table remembers the last 10,000
-- tokens (non_replicated_deduplication_window); older ones are found in firstcause_batches and by BatchId.
-- Durable on return: parts are synced before an insert is answered.
--
-- TTL: only a backstop, counted from arrival, for an installation whose maintenance no longer runs; retention proper
-- follows the product's settings. Change it with ALTER TABLE ... MODIFY TTL.
CREATE TABLE IF NOT EXISTS otel_logs
(
    Timestamp DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    TimestampTime DateTime('UTC') DEFAULT toDateTime(Timestamp, 'UTC') CODEC(Delta(4), ZSTD(1)),
    ObservedTimestamp DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    TraceFlags UInt8 DEFAULT 0,
    SeverityText LowCardinality(String) CODEC(ZSTD(1)),
    SeverityNumber UInt8 CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    Body String CODEC(ZSTD(1)),
    ResourceSchemaUrl LowCardinality(String) DEFAULT '',
    ResourceAttributes Map(LowCardinality(String), String) DEFAULT map(
        'service.name', ServiceName,
        'service.version', Version,
        'deployment.environment.name', Environment,
        'vcs.ref.head.revision', Revision) CODEC(ZSTD(1)),
    ScopeSchemaUrl LowCardinality(String) DEFAULT '',
    ScopeName LowCardinality(String) CODEC(ZSTD(1)),
    ScopeVersion LowCardinality(String) DEFAULT '',
    ScopeAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    LogAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    EventName LowCardinality(String) DEFAULT '',

    EventId String CODEC(ZSTD(1)),
    Environment LowCardinality(String) CODEC(ZSTD(1)),
    Version LowCardinality(String) CODEC(ZSTD(1)),
    Revision LowCardinality(String) CODEC(ZSTD(1)),
    Source LowCardinality(String) CODEC(ZSTD(1)),
    Stream LowCardinality(String) CODEC(ZSTD(1)),
    Position Int64 CODEC(Delta(8), ZSTD(1)),
    RequestId String CODEC(ZSTD(1)),
    MayHoldException Bool CODEC(ZSTD(1)),
    PageId LowCardinality(String) CODEC(ZSTD(1)),
    BatchId LowCardinality(String) CODEC(ZSTD(1)),
    PartitionDay Date CODEC(ZSTD(1)),

    INDEX trace TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX request RequestId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX event EventId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX page PageId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX batch BatchId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX candidates MayHoldException TYPE set(2) GRANULARITY 1,
    INDEX severity SeverityNumber TYPE minmax GRANULARITY 1,
    INDEX words lowerUTF8(Body) TYPE ngrambf_v1(3, 32768, 2, 0) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY PartitionDay
ORDER BY (toStartOfFifteenMinutes(TimestampTime), ServiceName, Timestamp)
TTL toDateTime(ObservedTimestamp) + INTERVAL 1096 DAY
SETTINGS
    index_granularity = 8192,
    ttl_only_drop_parts = 1,
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;
