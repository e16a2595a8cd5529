CREATE TABLE reservations (
    reservation_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    quantity INTEGER NOT NULL
);
CREATE INDEX reservations_by_id ON reservations (reservation_id)
