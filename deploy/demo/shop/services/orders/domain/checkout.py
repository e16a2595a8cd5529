"""Placing an order: price it, reserve the goods, charge the card, keep it; undone in reverse when a step fails."""

import logging
import secrets

from services.orders.clients.inventory import InventoryClient
from services.orders.clients.payments import PaymentsClient
from services.orders.data.customers import CustomerRepository
from services.orders.data.orders import OrderRepository
from services.orders.domain import loyalty, quote, totals
from services.orders.domain.order import Draft, Order
from shopkit import money
from shopkit.errors import ApiError, NotFound

log = logging.getLogger(__name__)


class Checkout:
    def __init__(
        self,
        orders: OrderRepository,
        customers: CustomerRepository,
        inventory: InventoryClient,
        payments: PaymentsClient,
        *,
        country: str,
    ) -> None:
        self._orders = orders
        self._customers = customers
        self._inventory = inventory
        self._payments = payments
        self._country = country

    def place(self, draft: Draft) -> Order:
        """The order, kept and paid. Refusals of stock or card are passed on to the customer."""
        customer = self._customers.get(draft.customer_id)
        priced = quote.build_quote(draft, customer)
        self._inventory.require_available([(line.sku, line.quantity) for line in draft.lines])
        total = totals.add_up(priced, country=customer.country, home=self._country).grand_total
        order = Order(
            order_id=f"o-{secrets.token_hex(4)}",
            customer_id=customer.customer_id,
            currency=draft.currency,
            total=total,
            lines=list(draft.lines),
        )
        order.reservation = self._inventory.reserve(order.order_id, draft.lines)
        self._charge(order, draft.card)
        self._orders.insert(order)
        self._customers.add_points(customer.customer_id, loyalty.points_earned(total))
        log.info("order %s placed for %s", order.order_id, money.display(total, order.currency))
        return order

    def _charge(self, order: Order, card: str) -> None:
        try:
            order.charge = self._payments.charge(order.order_id, order.total, order.currency, card)
        except Exception:
            self._inventory.release(order.reservation)
            raise

    def cancel(self, order_id: str) -> Order:
        """The order, cancelled: the money goes back, then the goods."""
        order = self._orders.get(order_id)
        if order is None:
            raise NotFound(f"order {order_id}")
        if order.status != "placed":
            raise ApiError(409, f"order {order_id} is {order.status} and cannot be cancelled")
        self._payments.refund(order.charge)
        self._inventory.release(order.reservation)
        self._orders.set_status(order_id, "cancelled")
        order.status = "cancelled"
        return order
