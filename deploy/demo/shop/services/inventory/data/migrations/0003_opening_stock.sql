INSERT INTO shelves VALUES
    ('mug-blue', 'berlin', 9000), ('mug-blue', 'lyon', 4000),
    ('mug-red', 'berlin', 8000), ('mug-red', 'gdansk', 3000),
    ('teapot', 'berlin', 5000), ('teapot', 'lyon', 2500),
    ('kettle', 'gdansk', 6000), ('kettle', 'lyon', 2000),
    ('tray-oak', 'berlin', 4000), ('tray-ash', 'lyon', 4000),
    ('spoon-set', 'berlin', 9500), ('tea-green', 'gdansk', 9000),
    ('tea-black', 'berlin', 9900), ('honey', 'lyon', 7000);
INSERT INTO movements (sku, warehouse, quantity, reason) SELECT sku, warehouse, on_hand, 'opening' FROM shelves
