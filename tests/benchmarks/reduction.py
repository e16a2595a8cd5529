"""What templates and reduction cost, and what survives a budget beside the honest rival.

The log is made here: statements of many forms with changing parameters, needles that are loud or quiet among them. The
rival is "keyword filter, then one line for each template", cut at the budget.
"""

import random
import re
import time
from collections.abc import Callable
from typing import Any

BUDGET = 2_000
_SUBJECTS = ("cart", "order", "session", "payment", "shelf", "parcel", "invoice", "voucher", "basket", "supplier")
_VERBS = ("was opened by", "was moved to", "is waiting for", "was priced from", "was written to", "was read from")
_OBJECTS = ("node", "queue", "warehouse", "worker", "shard")
_LOUD = (
    "database connection refused by peer after {} ms",
    "FATAL: index page {} is corrupted",
    "out of memory: killed process {}",
    "certificate of upstream {} has expired",
    "cannot write block {}: no space left on device",
    "deadlock detected between transactions {} and 7",
    "upstream timed out after {} ms",
    "panic: runtime failure in worker {}",
)
_QUIET = (
    "leader election finished, term {}",
    "feature flag new-pricing switched to on by operator {}",
    "clock stepped forward by {} seconds",
    "replaying journal from position {}",
    "schema version is now {}",
    "switching to read-only mode until checkpoint {}",
    "pool resized from 40 to {} connections",
    "configuration reloaded, generation {}",
)
_KEYWORDS = re.compile(r"error|fail|fatal|exception|panic|critical|timed? ?out|refused|denied", re.IGNORECASE)


def measure(lines: int) -> dict[str, float]:
    """Lines a second of `mine` and `reduce_lines`, and the part of the needles each method keeps at 2,000 tokens."""
    from indexers.logs.templates import mine
    from rca import tokens
    from rca.reduction import reduce_lines

    texts, loud, quiet = _log(lines)
    tokens.count("the encoder is loaded once, before the clock starts")
    mine(texts[:1000])
    table, mining = _timed(lambda: mine(texts))
    found, reducing = _timed(lambda: reduce_lines(texts, budget=BUDGET))
    ours = {entry.line - 1 for entry in found.entries}
    rival = _rival(texts, table)
    return {
        "templates, lines a second": lines / mining,
        "templates found": float(len(table.ids)),
        "reduce, seconds": reducing,
        "reduce, lines a second": lines / reducing,
        "reduce, part of budget used": found.tokens / BUDGET,
        "loud needles kept": len(loud & ours) / len(loud),
        "quiet needles kept": len(quiet & ours) / len(quiet),
        "loud needles kept by keywords": len(loud & rival) / len(loud),
        "quiet needles kept by keywords": len(quiet & rival) / len(quiet),
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def _log(lines: int) -> tuple[list[str], set[int], set[int]]:
    """A log, the places of its loud needles and of its quiet ones."""
    chance = random.Random(7)
    statements = [f"{a} {{}} {verb} {b} {{}}" for a in _SUBJECTS for verb in _VERBS for b in _OBJECTS]
    statements += [f"{a} {{}} rejected: {b} {{}} failed the check" for a in _SUBJECTS for b in _OBJECTS]
    texts = []
    for place in range(lines):
        message = chance.choice(statements).format(chance.randrange(10**6), f"{chance.getrandbits(48):012x}")
        clock = (
            f"2024-03-{1 + place // 86400 % 28:02d} {place // 3600 % 24:02d}:{place // 60 % 60:02d}:{place % 60:02d}"
        )
        texts.append(f"{clock},{place % 1000:03d} INFO [worker-{chance.randrange(32)}] com.shop.Flow: {message}")
    places = chance.sample(range(lines), len(_LOUD) + len(_QUIET))
    for place, needle in zip(places, (*_LOUD, *_QUIET), strict=True):
        texts[place] = texts[place].rpartition("Flow: ")[0] + "Flow: " + needle.format(chance.randrange(10**4))
    return texts, set(places[: len(_LOUD)]), set(places[len(_LOUD) :])


def _rival(texts: list[str], table: Any) -> set[int]:
    """Places kept by a keyword filter that shows one whole line for each template until the budget is spent."""
    from rca import tokens

    kept: set[int] = set()
    seen: set[int] = set()
    room = BUDGET
    for place, (text, code) in enumerate(zip(texts, table.codes.tolist(), strict=True)):
        if code in seen or not _KEYWORDS.search(text):
            continue
        seen.add(code)
        room -= tokens.count(text + "\n")
        if room < 0:
            break
        kept.add(place)
    return kept
