"""`firstcause templates`: lines of known statements under every header, and lines made to be hard, in one process.

Owns the hard inputs. Keeps out: the statements (tests/indexers/logs/statements.py).
"""

import random
import time
from collections.abc import Iterator

import numpy as np

from tests.indexers.logs.statements import HEADERS, WORDS, lines
from tests.indexers.logs.test_templates_statements import accuracy

_PIECE = 50_000


def measure(count: int) -> dict[str, float]:
    """Grouping accuracy over all headers, and lines a second on usual and on hard lines."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    scores, usual = [], 0.0
    for header in range(len(HEADERS)):
        made = list(lines(count // len(HEADERS), header, header))
        seconds, found = _mined([line for line, _ in made])
        usual += seconds
        scores.append(accuracy(found, [which for _, which in made]))
    return {
        "grouping accuracy": sum(scores) / len(scores),
        "lines a second": count / usual,
        "lines a second, random ids": count / _mined(list(_ids(count)))[0],
        "lines a second, never the same words": count / _mined(list(_distinct(count)))[0],
    }


def _mined(texts: list[str]) -> tuple[float, list[str]]:
    import pyarrow as pa

    from indexers.logs.templates import TemplateMiner

    column = pa.array(texts, pa.large_string())
    started = time.perf_counter()
    miner = TemplateMiner()
    numbers = [miner.update(column.slice(start, _PIECE)) for start in range(0, len(texts), _PIECE)]
    table = miner.table(np.concatenate(numbers))
    return time.perf_counter() - started, table.template_ids.to_pylist()


def _ids(count: int) -> Iterator[str]:
    chance = random.Random(1)
    for number in range(count):
        key = f"{chance.getrandbits(128):032x}"
        yield f"request {key[:8]}-{key[8:12]}-{key[12:16]} of /cart/{key[16:20]}/{key[20:]} done in {number % 900} ms"


def _distinct(count: int) -> Iterator[str]:
    chance = random.Random(1)
    for _ in range(count):
        yield " ".join(chance.choices(WORDS, k=8))
