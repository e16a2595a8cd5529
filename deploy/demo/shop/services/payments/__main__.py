"""Starts the payments service."""

import os

from services.payments.app import build_router
from services.payments.config import load
from shopkit import identity, logs, server


def main() -> None:
    me = identity.from_environment("payments")
    config = load(me.environment)
    logs.configure(config.log_style, me)
    server.serve(int(os.environ["PORT"]), build_router(config), "payments", workers=config.workers)


if __name__ == "__main__":
    main()
