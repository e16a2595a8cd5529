"""Starts the gateway."""

import os

from services.gateway.app import build_router
from services.gateway.config import load
from shopkit import identity, logs, server


def main() -> None:
    me = identity.from_environment("gateway")
    config = load(me.environment)
    logs.configure(config.log_style, me)
    server.serve(int(os.environ["PORT"]), build_router(config), "gateway", workers=config.workers)


if __name__ == "__main__":
    main()
