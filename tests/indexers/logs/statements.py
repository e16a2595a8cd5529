"""Logging statements of many kinds of software, with holes, and values to fill them: for tests and measurements.

`{kind}` is a hole; kinds are the keys of VALUES. Which statement made a line is known, so that templates can be scored.
"""

import random
import re
from collections.abc import Callable, Iterator

WORDS = [
    *("amber", "anchor", "arrow", "badger", "basil", "beacon", "birch", "canyon", "cedar", "cobalt", "comet", "coral"),
    *(
        "crane",
        "delta",
        "ember",
        "falcon",
        "fennel",
        "finch",
        "garnet",
        "glacier",
        "harbor",
        "hazel",
        "heron",
        "indigo",
    ),
    *("island", "jasmine", "juniper", "lagoon", "lantern", "linen", "lotus", "maple", "meadow", "mercury", "nickel"),
    *(
        "opal",
        "orchid",
        "otter",
        "panther",
        "pearl",
        "pepper",
        "prairie",
        "quartz",
        "quill",
        "raven",
        "ridge",
        "saffron",
    ),
    *("sage", "scarlet", "sierra", "slate"),
]
REASONS = (
    "No such file or directory",
    "Permission denied",
    "Connection refused",
    "Broken pipe",
    "Input/output error",
    "No space left on device",
    "Resource temporarily unavailable",
    "lease was lost",
)
Chance = random.Random


def _hex(chance: Chance, digits: int) -> str:
    return f"{chance.getrandbits(4 * digits):0{digits}x}"


VALUES: dict[str, Callable[[Chance], str]] = {
    "number": lambda c: str(c.randint(0, 10 ** c.randint(1, 9))),
    "name": lambda c: c.choice(WORDS),
    "pair": lambda c: f"{c.choice(WORDS)}_{c.choice(WORDS)}",
    "class": lambda c: f"org.{c.choice(WORDS)}.{c.choice(WORDS)}.{c.choice(WORDS).title()}{c.choice(WORDS).title()}",
    "path": lambda c: "/" + "/".join(c.choice(WORDS) for _ in range(c.randint(1, 5))),
    "file": lambda c: f"{c.choice(WORDS)}.{c.choice(('conf', 'log', 'so', 'json'))}",
    "host": lambda c: f"{c.choice(WORDS)}-{c.randint(1, 40)}.example.com:{c.randint(80, 9999)}",
    "address": lambda c: c.choice((f"10.0.{c.randint(0, 9)}.{c.randint(1, 99)}", f"fe80::{_hex(c, 3)}:{_hex(c, 2)}")),
    "uuid": lambda c: "-".join(_hex(c, digits) for digits in (8, 4, 4, 4, 12)),
    "duration": lambda c: f"{c.randint(1, 900)}{c.choice(('ms', ' ms', 's'))}",
    "size": lambda c: f"{c.random() * 900:.1f} {c.choice(('B', 'KB', 'MB'))}",
    "flag": lambda c: c.choice(("true", "false")),
    "list": lambda c: "[" + ", ".join(c.choice(WORDS) for _ in range(c.choice((0, 2, 3, 5)))) + "]",
    "quoted": lambda c: f'"{" ".join(c.choice(WORDS) for _ in range(c.randint(1, 3)))}"',
    "reason": lambda c: c.choice(REASONS),
}
STATEMENTS = (
    "Accepted connection from {address} on listener {name}",
    "Closing idle connection to {host} after {duration}",
    "Loaded {number} rules from {path}",
    "Could not open {path}: {reason}",
    "Rename of {quoted} to {quoted} failed ({reason})",
    "Worker {name} took over partition {name}",
    "Stored block {uuid} of size {size}",
    "compaction of {pair} finished, kept={flag} took {duration}",
    "Registering handler {class} for events",
    "Replica set is {list}",
    "session opened for user {name} by (uid={number})",
    "device {name} entered promiscuous mode",
    "reading settings of {file} again",
    '{{"level": "info", "msg": "lease granted", "lease": "{uuid}", "holder": "{name}", "ok": {flag}}}',
    'level=warn msg="queue is full" queue="{name}" waiting={number}',
    "Cache warm-up complete",
    "Garbage collection started by request of administrator",
    "Shutting down listeners before exit",
    "[{number}] rebalance of {name} from {host} to {host} scheduled",
    "checksum of {path} is {uuid}, expected {uuid}",
)
HEADERS: tuple[Callable[[Chance, int], str], ...] = (
    lambda c, n: "",
    lambda c, n: f"2024-03-01 10:{n // 60 % 60:02d}:{n % 60:02d},{n % 1000:03d} INFO [worker-{n % 7}] org.shop.Core: ",
    lambda c, n: f"Mar {n % 28 + 1:2d} 10:{n // 60 % 60:02d}:{n % 60:02d} host{n % 3} shopd[{c.randint(1, 9999)}]: ",
    lambda c, n: f"03-01 10:{n // 60 % 60:02d}:{n % 60:02d}.{n % 1000:03d}  {n % 90 + 900}  {n % 9} D ShopService: ",
    lambda c, n: (
        f"2024-03-01T10:{n // 60 % 60:02d}:{n % 60:02d}.{n % 1000:03d}Z [{c.choice(('INFO', 'WARN'))}]  shop: "
    ),
    lambda c, n: f"I0301 10:{n // 60 % 60:02d}:{n % 60:02d}.{n % 1000:06d} {n % 50:7d} shop.go:{n % 300}] ",
    lambda c, n: f"[{1234 + n / 7:12.6f}] ",
)
_HOLE = re.compile(r"\{(\w+)\}")


def filled(statement: str, chance: Chance) -> str:
    """A line of one statement."""
    return _HOLE.sub(
        lambda hole: VALUES[hole[1]](chance), statement.replace("{{", "\x01").replace("}}", "\x02")
    ).translate({1: "{", 2: "}"})


def lines(count: int, seed: int, header: int = 0) -> Iterator[tuple[str, int]]:
    """(line, number of its statement): a few statements make most of the lines, all come once at least."""
    chance = random.Random(seed)
    order = chance.sample(range(len(STATEMENTS)), len(STATEMENTS))
    weights = [1 / (place + 1) for place in range(len(order))]
    for number in range(count):
        which = order[number] if number < len(order) else chance.choices(order, weights)[0]
        yield HEADERS[header](chance, number) + filled(STATEMENTS[which], chance), which
