"""Ranking suspects for a stack trace against Python's own standard library, as a tree of so many blocks.

The traces are real: the library's own functions are called with what they refuse, and its folder is printed as the
one of an application. Owns: what is measured. Keeps out: sizes and the table (__main__.py).
"""

import _pydecimal
import argparse
import ast
import calendar
import configparser
import sysconfig
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np

from connectors.database import Database
from indexers.code.index import CodeIndex
from indexers.code.snapshot import CodeSnapshot
from rca.localize import localize
from tests.benchmarks.code_index import LibraryTree, library

APPLICATION = "/app"
REPEATED = 5
FAILING = (_pydecimal, argparse, ast, calendar, configparser)

REFUSED: tuple[Callable[[], object], ...] = (
    lambda: ast.literal_eval("{'rate': price + 1}"),
    lambda: argparse.ArgumentParser(exit_on_error=False).add_argument("--rate", action="no such action"),
    lambda: _pydecimal.Decimal("12,50"),
    lambda: calendar.TextCalendar().formatmonth(2026, 13),
    lambda: configparser.ConfigParser().read_string("rate = 12"),
)


def failure(call: Callable[[], object]) -> str:
    """The traceback of `call` as an application would print it. Raises ValueError when nothing fails."""
    try:
        call()
    except Exception:  # whatever a library raises is a trace
        return traceback.format_exc().replace(sysconfig.get_paths()["stdlib"], APPLICATION)
    raise ValueError("this call was to fail")


def tree(blocks: int) -> LibraryTree:
    """About `blocks` blocks of the library, the files that fail among them."""
    files = {Path(module.__file__ or "").name: Path(module.__file__ or "").read_bytes() for module in FAILING}
    return LibraryTree(library(blocks) | files, "a" * 40)


def took(trace: str, snapshot: CodeSnapshot) -> float:
    """Milliseconds of one ranking. Raises ValueError when it has no place of the trace, and so measured nothing."""
    started = time.perf_counter()
    suspects = localize(trace, snapshot)
    milliseconds = (time.perf_counter() - started) * 1000
    if not any(suspect.in_trace for suspect in suspects):
        raise ValueError(f"no frame leads into the tree:\n{trace}")
    return milliseconds


def measure(size: int) -> dict[str, float]:
    """Milliseconds a trace against about `size` blocks: the very first, and warm, the median and the slowest trace.

    A trace is warm when it was ranked before; each one's time is the median of several.
    """
    traces = [failure(call) for call in REFUSED]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/code.db")
        database.migrate()
        index = CodeIndex(database)
        index.index(tree(size))
        snapshot = index.snapshot("library", "a" * 40)
        first = [took(trace, snapshot) for trace in traces]
        warm = [float(np.median([took(trace, snapshot) for _ in range(REPEATED)])) for trace in traces]
        return {
            "blocks": len(snapshot.facts),
            "traces": len(traces),
            "ms, first trace of a tree": first[0],
            "ms a trace, new to a warm tree, median": float(np.median(first[1:])),
            "ms a trace, warm, median": float(np.median(warm)),
            "ms a trace, warm, slowest": max(warm),
        }
