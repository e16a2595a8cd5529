CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);
CREATE INDEX lines_by_order ON order_lines (order_id);
