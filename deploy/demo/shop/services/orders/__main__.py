"""Starts the orders service."""

import os

from services.orders.app import build_router
from services.orders.config import load
from shopkit import identity, logs, server


def main() -> None:
    me = identity.from_environment("orders")
    config = load(me.environment)
    logs.configure(config.log_style, me)
    server.serve(int(os.environ["PORT"]), build_router(config), "orders", workers=config.workers)


if __name__ == "__main__":
    main()
