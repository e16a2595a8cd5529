"""`firstcause up`: everything in one process on one port. Keeps out: how (dashboards/server)."""

import sys

from dashboards.commands.opening import config_file, settings


def serve(host: str, port: int | None) -> None:
    """Serve until SIGINT or SIGTERM. Raises BadInputError when the address cannot be listened on."""
    from dashboards.server.up import up

    given = {"host": host} if host else {}
    chosen = settings().model_copy(update={**given, **({} if port is None else {"port": port})})
    up(chosen, config=config_file(), say=_say)


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
