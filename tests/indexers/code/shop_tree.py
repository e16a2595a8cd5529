"""A small shop in several languages, as a source tree in memory."""

from collections.abc import Iterator, Mapping, Sequence

from connectors.errors import NotFoundError
from connectors.source_control import TreeEntry
from connectors.source_control.directory import git_blob_id

FILES = {
    "src/shop/cart.py": '''"""Carts."""
from shop.prices import price_of
from shop.repo import CartRepo


class Cart(Base):
    """A cart."""

    def __init__(self, repo: CartRepo, owner):
        self.repo = repo
        self.items = []

    def total(self, tax):
        return sum(self._line(item) for item in self.items) * tax

    def _line(self, item):
        return price_of(item) * item.quantity

    def save(self):
        self.repo.store(self)


def empty():
    return Cart(None, "nobody")
''',
    "src/shop/prices.py": """def price_of(item):
    return lookup(item.sku)


def lookup(sku):
    raise KeyError(sku)
""",
    "src/shop/repo.py": """class CartRepo:
    def store(self, cart):
        cart.total(1)


class OrderRepo:
    def store(self, order):
        pass
""",
    "src/shop/base.py": """class Base:
    def log(self, text):
        print(text)
""",
    "tests/test_cart.py": """from shop.cart import Cart


def test_total():
    assert Cart(None, "x").total(1) == 0
""",
    "src/shop/vendor/six.py": "def b(s):\n    return s\n",
    "api/src/main/java/com/shop/OrderService.java": """package com.shop;

import com.shop.store.OrderStore;

public class OrderService extends BaseService {
    private final OrderStore store = new OrderStore();

    public OrderService() {
        super("orders");
    }

    public Order place(Cart cart) {
        check(cart);
        return items(() -> store.save(cart, 1));
    }

    private void check(Cart cart) {
        cart.getId();
    }

    static class Inner {
        void run() {
            throw new IllegalStateException();
        }
    }
}
""",
    "api/src/main/java/com/shop/BaseService.java": """package com.shop;

class BaseService {
    BaseService(String name) {
    }

    <T> T items(Supplier<T> made) {
        return made.get();
    }
}
""",
    "api/src/main/java/com/shop/store/OrderStore.java": """package com.shop.store;

public class OrderStore {
    public Order save(Cart cart, int tries) {
        return null;
    }

    public Order save(Cart cart) {
        return save(cart, 3);
    }
}
""",
    "api/src/main/java/com/other/OrderService.java": """package com.other;

public class OrderService {
    public void place() {
    }
}
""",
    "web/src/orders/place.ts": """import { priceOf } from '../prices';
import * as api from './api';

export class Orders {
  async place(cart: Cart) {
    const price = priceOf(cart);
    return api.send(price);
  }
}
""",
    "web/src/orders/api.ts": "export function send(price: number) {\n  return fetch(`/orders/${price}`);\n}\n",
    "web/src/prices/index.ts": "export const priceOf = (cart: Cart) => cart.total;\n",
    "web/src/index.ts": "export function start() {\n  return 1;\n}\n",
    "admin/src/index.ts": "export function boot() {\n  return 1;\n}\n",
    "server.js": "const { handle } = require('./lib/handle');\n\nfunction serve(req) {\n  return handle(req);\n}\n",
    "lib/handle.js": "module.exports.handle = function (req) {\n  return req.body.id;\n};\n",
    "orders/service.go": """package orders

type Service struct {
	repo *Repo
}

func (s *Service) Place(id string) error {
	return s.repo.Save(id)
}

func NewService() *Service {
	go func() {
		panic("x")
	}()
	return &Service{}
}
""",
    "orders/repo.go": """package orders

type Repo struct{}

func (r *Repo) Save(id string) error {
	return nil
}
""",
    "cmd/api/main.go": """package main

import "github.com/acme/shop/orders"

func main() {
	orders.NewService()
}
""",
    "config/app.yaml": "timeout: 3\n",
    "README.md": "# Shop\n",
}


class MemoryTree:
    """A SourceTree over a dict; `reads` counts the contents that were asked for."""

    def __init__(self, files: Mapping[str, str | bytes], *, name: str = "shop", commit: str = "c" * 40) -> None:
        self.name = name
        self.commit = commit
        self.reads = 0
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def entries(self) -> Sequence[TreeEntry]:
        return [TreeEntry(path, git_blob_id(text), len(text)) for path, text in sorted(self._files.items())]

    def read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        contents = {git_blob_id(text): text for text in self._files.values()}
        for blob in blobs:
            self.reads += 1
            yield blob, contents[blob]

    def text(self, path: str) -> str:
        if path not in self._files:
            raise NotFoundError(path)
        return self._files[path].decode()
