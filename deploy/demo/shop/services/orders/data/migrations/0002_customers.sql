CREATE TABLE customers (
    customer_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    points INTEGER NOT NULL,
    country TEXT NOT NULL
);
INSERT INTO customers VALUES
    ('c-1', 'Ada Berg', 'ada@example.org', 1520, 'DE'),
    ('c-2', 'Ben Costa', 'ben@example.org', 460, 'FR'),
    ('c-3', 'Cleo Dahl', 'cleo@example.org', 90, 'AT'),
    ('c-4', 'Dan Eck', 'dan@example.org', 0, 'DE'),
    ('c-5', 'Eva Falk', 'eva@example.org', 0, 'NL'),
    ('c-6', 'Finn Gray', 'finn@example.org', 2210, 'PL'),
    ('c-7', 'Gia Holm', 'gia@example.org', 405, 'DE'),
    ('c-8', 'Hugo Iben', 'hugo@example.org', 35, 'FR');
