-- Exception rows; codecs, partition, order, deduplication and durability as in 0001_logs.sql.
-- The fingerprint has its own index: a cluster's page asks for the rows of a few fingerprints over all time.
CREATE TABLE IF NOT EXISTS otel_exceptions
(
    Timestamp DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    TimestampTime DateTime('UTC') DEFAULT toDateTime(Timestamp, 'UTC') CODEC(Delta(4), ZSTD(1)),
    EventId String CODEC(ZSTD(1)),
    Ordinal Int32 CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    Version LowCardinality(String) CODEC(ZSTD(1)),
    Environment LowCardinality(String) CODEC(ZSTD(1)),
    Revision LowCardinality(String) CODEC(ZSTD(1)),
    Source LowCardinality(String) CODEC(ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    ExceptionType LowCardinality(String) CODEC(ZSTD(1)),
    ExceptionMessage String CODEC(ZSTD(1)),
    ExceptionStacktrace String CODEC(ZSTD(3)),
    Language LowCardinality(String) CODEC(ZSTD(1)),
    Fingerprint LowCardinality(String) CODEC(ZSTD(1)),
    PageId LowCardinality(String) CODEC(ZSTD(1)),
    BatchId LowCardinality(String) CODEC(ZSTD(1)),
    PartitionDay Date CODEC(ZSTD(1)),

    INDEX fingerprint Fingerprint TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX event EventId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX page PageId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX batch BatchId TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY PartitionDay
ORDER BY (toStartOfFifteenMinutes(TimestampTime), ServiceName, Timestamp)
SETTINGS
    index_granularity = 8192,
    ttl_only_drop_parts = 1,
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;
