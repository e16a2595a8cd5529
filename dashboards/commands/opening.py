"""Opens what a command works with. Keeps out: which settings there are."""

import os
from pathlib import Path

from flows.settings import CONFIG_VARIABLE, Settings, load_settings
from flows.wiring import Workspace


def config_file() -> Path | None:
    """The settings file that was named by --config or its variable."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named) if named else None


def settings() -> Settings:
    """The settings of this run. Raises BadInputError."""
    return load_settings(config_file())


def workspace() -> Workspace:
    """The workspace of this run; nothing is opened before it is used."""
    return Workspace(settings())
