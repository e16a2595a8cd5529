"""Logs made up for measuring the reduction: everyday lines of one system with a few lines that matter among them.

Owns the making: `mixed(system, seed, lines)` gives a log in that system's own format in which each line has a label and
the name of its kind. What the systems say is in `statements.txt`, the hidden lines in `needles.txt`; all of it is made
up here. A hidden line keeps the header, and so the level, of the line it replaces: nothing but what it says tells it
apart. Keeps out: how anything is reduced, and how that is scored.
"""

from tests.benchmarks.mixed_logs.mixing import LOUD, NORMAL, QUIET, Mixed, mixed
from tests.benchmarks.mixed_logs.tables import SYSTEMS

__all__ = ["LOUD", "NORMAL", "QUIET", "SYSTEMS", "Mixed", "mixed"]
