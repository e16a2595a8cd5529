"""Starts the inventory service and its audit job."""

import os

from services.inventory.app import build
from services.inventory.config import load
from shopkit import identity, logs, server


def main() -> None:
    me = identity.from_environment("inventory")
    config = load(me.environment)
    logs.configure(config.log_style, me)
    router, audit = build(config)
    audit.start()
    server.serve(int(os.environ["PORT"]), router, "inventory", workers=config.workers, on_stop=audit.stop)


if __name__ == "__main__":
    main()
