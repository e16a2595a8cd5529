CREATE TABLE shelves (
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    on_hand INTEGER NOT NULL,
    PRIMARY KEY (sku, warehouse)
);
CREATE TABLE movements (
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    reason TEXT NOT NULL,
    moved_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX movements_by_sku ON movements (sku, warehouse)
