"""Small files in each language with every shape that the chunker must read."""

PYTHON = '''"""A module."""
from shop.cart import total as t, Cart
import os.path as p
from . import *


@decorate(1)
class Order(Base, mixin.Logged):
    """An order."""

    cart: Optional[Cart] = None

    def __init__(self, a, *, b=1, **kw):
        self.cart = Cart(a, b)

        def inner(q):
            return q.go(*a)

        super().__init__()

    @property
    def value(self) -> int:
        return self.cart.total(
            1,
            b=2,
        )

    key = lambda self, z: z + foo()


async def later(x: shop.Cart, y: int = 3):
    await top(1)
'''

JAVA = """package com.shop;
import com.shop.cart.Cart;
import static com.shop.Util.check;
import java.util.*;

/** Places orders.
 *  Carefully. */
@Service
public class OrderService extends Base<Cart> implements Runnable, a.B {
    private final CartRepo repo = new CartRepo(1);
    static { init(); }
    { other(); }

    // makes one
    @Autowired(required = true)
    public OrderService(CartRepo repo, int... n) { super(repo); this.repo = repo; }

    @Override
    public <T> Order place(final Cart cart, List<Item> items) throws X {
        Runnable later = () -> cart.total();
        new Thread(new Runnable() {
            public void run() { cart.go(); }
        }).start();
        items.forEach(this::check);
        return repo.find(cart.getId(), 2).orElse(null);
    }

    enum Kind { A { int v() { return 1; } }, B; int v() { return 0; } }
    static class Inner { void m() {} }
    interface Visitor { void visit(Node n); }
    record Point(int x, int y) { Point { check(x); } }
}
"""

JAVASCRIPT = """const express = require('express');
const { pool, query } = require("./db");
import Foo, { bar as baz, qux } from '../lib/foo';
import * as ns from './ns';

/** Places an order. */
export async function placeOrder(cart, ...rest) { return cart.total(); }
const total = (items = []) => items.reduce((a, b) => a + b.price, 0);
class Cart extends Base {
  #x = 1;
  handler = async (e) => { this.go(e) };
  constructor(a) { super(a); this.repo = new Repo(a); }
  get size() { return 1 }
  static of(...xs) { return new Cart(...xs) }
}
module.exports.find = function (id) { return query(id) };
Cart.prototype.add = function add(x) {};
module.exports = { list() { return 1 }, get: (id) => id, Cart };
const api = { post: async (b) => fetch(b), nested: { del() {} } };
app.get('/orders/:id', auth, async (req, res) => { res.send(await find(req.params.id)) });
app.use(async (ctx) => { ctx.go() });
const wrapped = asyncHandler(async (req) => { const y = req.items.map(i => i.a()); });
export default () => 3;
"""

TYPESCRIPT = """import { Cart } from './cart';
namespace Shop { export function f(x: Cart): void { x.total<number>(1) } }
@Injectable()
export abstract class Service<T> extends Base<T> implements OnInit, a.B {
  private repo: CartRepo = new CartRepo();
  constructor(private readonly prices: PriceService, opt?: X) { super() }
  @Get(':id') @Auth()
  async place(@Body() dto: Dto, ...r: string[]): Promise<void> { this.prices.price(dto) }
  handler = (e: Event) => { };
}
export interface Thing extends Other { a(): void }
export const g = async <T,>(x: T) => { return x };
"""

TSX = """export const View: React.FC<P> = ({ items }) => {
  const [a] = useState(0);
  return <div onClick={() => go(a)}>{items.map(i => <Row key={i.id} />)}</div>;
};
export default function Page() { return <View items={load()} /> }
"""

GO = """// Package orders.
package orders

import (
	"fmt"
	sh "github.com/acme/shop/cart"
)

// Service places orders.
type Service struct {
	repo *Repo
	cart sh.Cart
	Base
}
type (
	Small struct{}
	Iface interface { Do() error }
)
var handler = func(w http.ResponseWriter) { w.Write(nil) }

// Place places one.
func (s *Service) Place(ctx context.Context, id, n int, rest ...string) (*Order, error) {
	o := NewOrder(id)
	go func() { s.repo.Save(ctx, o) }()
	f := func(x int) int { return calc(x) }
	return o, fmt.Errorf("x: %w", err)
}
func NewService[T any](r *Repo) *Service { return &Service{repo: r} }
"""

ALL = {
    "python": PYTHON,
    "java": JAVA,
    "javascript": JAVASCRIPT,
    "typescript": TYPESCRIPT,
    "tsx": TSX,
    "go": GO,
}
