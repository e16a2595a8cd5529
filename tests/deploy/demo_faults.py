"""The list of the demo's faults, for tests: what is true about the sample shop."""

import tomllib
from dataclasses import dataclass
from typing import Any

from deploy.demo.driver.history import DEMO


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of deploy/demo/faults.toml."""

    fault_id: str
    service: str
    introduced: str
    fixed: str
    file: str
    symbol: str
    exception: str
    surfaces: dict[str, str]
    change: str
    fix: str


def load_faults() -> list[Fault]:
    """Every fault, in the order of the file."""
    entries: list[dict[str, Any]] = tomllib.loads((DEMO / "faults.toml").read_text("utf-8"))["fault"]
    names = ("service", "introduced", "fixed", "file", "symbol", "exception", "surfaces", "change", "fix")
    return [Fault(fault_id=entry["id"], **{name: entry[name] for name in names}) for entry in entries]


FAULTS = load_faults()
