"""The products that are on sale and their prices in cents."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    sku: str
    title: str
    price: int


PRODUCTS = {
    product.sku: product
    for product in (
        Product("mug-blue", "Mug, blue", 1290),
        Product("mug-red", "Mug, red", 1290),
        Product("teapot", "Teapot", 3490),
        Product("kettle", "Kettle", 4990),
        Product("tray-oak", "Tray, oak", 2790),
        Product("tray-ash", "Tray, ash", 2690),
        Product("spoon-set", "Six spoons", 1890),
        Product("tea-green", "Green tea, 250 g", 990),
        Product("tea-black", "Black tea, 250 g", 890),
        Product("honey", "Honey, 500 g", 750),
    )
}


def find(sku: str) -> Product | None:
    return PRODUCTS.get(sku)
