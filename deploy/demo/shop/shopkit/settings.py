"""Configuration files: `config/<service>.toml`, the default table under the environment's own."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIG_DIR = Path(os.environ.get("SHOP_CONFIG_DIR", "config"))


@dataclass(frozen=True)
class DatabaseSettings:
    """Where a service keeps its rows and how many connections it holds open."""

    path: Path
    pool_size: int = 8
    pool_wait: float = 2.0  # seconds a request may wait for a connection
    busy_timeout: float = 5.0


def load(service: str, environment: str) -> dict[str, Any]:
    """The merged configuration of `service` in `environment`."""
    with (CONFIG_DIR / f"{service}.toml").open("rb") as file:
        tables = tomllib.load(file)
    return merge(tables.get("default", {}), tables.get(environment, {}))


def merge(base: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """`extra` on top of `base`, table by table."""
    merged = dict(base)
    for key, value in extra.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def database(service: str, section: Mapping[str, Any]) -> DatabaseSettings:
    """Database settings of `service`; what the configuration does not name keeps its default."""
    directory = Path(os.environ.get("SHOP_DATA_DIR", "data"))
    directory.mkdir(parents=True, exist_ok=True)
    known = {key: section[key] for key in ("pool_size", "pool_wait", "busy_timeout") if key in section}
    return DatabaseSettings(path=directory / f"{service}.db", **known)
