-- Which batches are stored: the memory of batch ids that lasts longer than the tables' windows of tokens, and that
-- also knows batches without rows and batches whose rows have expired or were replaced.
CREATE TABLE IF NOT EXISTS firstcause_batches
(
    TableName LowCardinality(String),
    BatchId String,
    Rows UInt64,
    WrittenAt DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(WrittenAt)
ORDER BY (TableName, BatchId)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
