"""What makes two exceptions the same, and what does not."""

import hashlib
import re
from pathlib import Path

import pytest

from connectors.errors import BadInputError
from indexers.exceptions import messages
from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.extract import chains, extract_exceptions
from indexers.exceptions.fingerprint import CURRENT, fingerprint
from indexers.exceptions.messages import parameterise
from indexers.exceptions.reading import TraceReader
from indexers.exceptions.stored import chain_from_json, chain_to_json, fingerprint_from_json, fingerprint_to_json
from tests.fixtures.traces.record.expect import TRACES
from tests.indexers.exceptions.log_rows import traceback

FROZEN = {
    "2026-11-21": {
        "python-313-three": "8ffd53cc93cadd340894be3e61571af5",
        "java-17-suppressed": "58bea14469c0bebb86377401d832ddc5",
        "javascript-node-three": "c5808f4196bfe2f3df8b6f17ad80882d",
        "go-repanic": "800bc97d7bfec84f4429ae79b998693e",
    },
    "2026-11-21.2": {
        "python-313-three": "8ffd53cc93cadd340894be3e61571af5",
        "java-17-suppressed": "58bea14469c0bebb86377401d832ddc5",
        "javascript-node-three": "31a3b09822004395cac14e9009bafd36",
        "go-repanic": "2e03cf7a4e414da95c6435bd94dfdc48",
        "rust-plain-backtrace": "b4bc8b76783a5696b1ff9ba916e54c64",
        "ruby-block": "da4f6579f1ac428a64fc04e0b8a0ab3b",
        "php-cause": "f6face1db6af532e51e74e9dc29b9c78",
        "cpp-asan-overflow": "1f63202090ab0d05b525598f64b0a629",
    },
}
# What the strategy in use reads besides its own files. Whoever changes one of these changes stored fingerprints: write
# a new dated strategy, and leave copies of these to this one, as strategies/s2026_11_21_* are.
READ_BY_CURRENT = {"in_app.txt": "3ad8c7333ec07c7c", "messages.py": "982130dd6b3ae5f4"}


def value(text: str) -> str:
    return fingerprint(chains(extract_exceptions(text))[0]).value


def java(*calls: str, kind: str = "java.lang.IllegalStateException", message: str = "x") -> str:
    return f"{kind}: {message}\n" + "".join(f"\tat {call}\n" for call in calls)


def go(message: str) -> str:
    return f"panic: runtime error: {message}\n\ngoroutine 1 [running]:\nmain.add()\n\t/app/a.go:1\n"


def javascript(*frames: str, message: str = "boom") -> str:
    return f"TypeError: {message}\n" + "".join(f"    at {frame}\n" for frame in frames)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (traceback(line=12), traceback(line=99)),
        (traceback(message="'sku-1'"), traceback(message="'sku-2'")),
        (traceback(), traceback().replace("/srv/app/", "/srv/releases/20260301/")),
        (
            java("a.Shop.lambda$add$3(Shop.java:1)", "a.Shop$$Lambda$14/0x0000000800066840.run(Unknown Source)"),
            java("a.Shop.lambda$add$7(Shop.java:9)", "a.Shop$$Lambda$99/1034627183.run(Unknown Source)"),
        ),
        (
            java("a.Shop$$EnhancerBySpringCGLIB$$1a2b3c.add(<generated>)", "a.Web.go(Web.java:1)"),
            java("a.Shop$$EnhancerBySpringCGLIB$$9f8e7d.add(<generated>)", "a.Web.go(Web.java:1)"),
        ),
        (
            java("a.Shop.add(Shop.java:1)", "java.lang.Thread.run(Thread.java:745)"),
            java("a.Shop.add(S.java:1)", "java.util.concurrent.FutureTask.run(F.java:1)", "java.lang.Thread.run(T:8)"),
        ),
        (
            javascript("addToCart (https://shop.example/js/main.4f3c2b1a.js:1:200)"),
            javascript("addToCart (https://shop.example/js/main.99aa88bb.js:1:300)"),
        ),
        (
            javascript("add (/app/cart.js:1:2)", "process.processTicksAndRejections (node:internal/process/x:95:5)"),
            javascript("add (/app/cart.js:1:2)"),
        ),
    ],
    ids=["line", "message", "release", "lambda", "proxy", "thread pool", "bundle hash", "event loop"],
)  # fmt: skip
def test_what_varies_between_runs_and_versions_does_not_count(one: str, two: str) -> None:
    """Two prints of one fault have one fingerprint."""
    assert value(one) == value(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (traceback(), traceback(function="remove")),
        (traceback(), traceback("ValueError")),
        (
            java("a.Shop.add(Shop.java:1)"),
            java("a.Shop.add(Shop.java:1)") + "Caused by: java.io.IOException: disk\n\tat a.Disk.read(D.java:1)\n",
        ),
        (javascript("add (/app/cart.js:1:2)"), javascript("add (/app/order.js:1:2)")),
        (
            go("index out of range [5] with length 1"),
            go("invalid memory address or nil pointer dereference"),
        ),
        (
            java("java.util.ArrayList.get(ArrayList.java:1)", "a.Shop.add(Shop.java:1)"),
            java("java.util.LinkedList.get(LinkedList.java:1)", "a.Shop.add(Shop.java:1)"),
        ),
    ],
    ids=["function", "type", "cause", "file", "kind of panic", "library call that failed"],
)  # fmt: skip
def test_another_fault_has_another_fingerprint(one: str, two: str) -> None:
    """What tells faults apart counts."""
    assert value(one) != value(two)


def test_endless_recursion_is_one_fault_wherever_it_is_cut() -> None:
    """The order and number of repeated calls is chance."""
    text = (TRACES / "java-17-overflow.txt").read_text(encoding="utf-8").split("\n")
    assert value("\n".join(text[:40])) == value("\n".join([text[0], *text[2:31]]))


def test_the_message_counts_only_without_frames() -> None:
    """An exception without frames is told apart by its parameterised message."""
    records = [
        ExceptionRecord("Error", f"order {number} failed", "python", "root", None, (1, 1), ()) for number in (1, 2)
    ]
    assert fingerprint(records[:1]).value == fingerprint(records[1:]).value
    other = ExceptionRecord("Error", "cart is empty", "python", "root", None, (1, 1), ())
    assert fingerprint([other]).value != fingerprint(records[:1]).value
    assert fingerprint([other]).contributing("message") == ("cart is empty",)


def test_every_part_says_why() -> None:
    """Each part has a hint, and what does not contribute is kept as well."""
    made = fingerprint(chains(extract_exceptions(traceback()))[0])
    assert all(part.hint for part in made.parts)
    assert {(part.name, part.contributes) for part in made.parts} == {
        ("type", True),
        ("frame", True),
        ("message", False),
        ("own hash", False),
        ("whole hash", True),
    }
    assert made.strategy == CURRENT
    assert made.contributing("whole hash") == (made.value,)
    assert re.fullmatch(r"[0-9a-f]{32}", made.value)


@pytest.mark.parametrize("strategy", sorted(FROZEN))
def test_the_strategy_of_a_date_never_changes(strategy: str) -> None:
    """Stored fingerprints stay what they are: these values were made when the strategy was frozen."""
    frozen = FROZEN[strategy]
    texts = {name: (TRACES / f"{name}.txt").read_text(encoding="utf-8") for name in frozen}
    assert {name: TraceReader(strategy).read(text)[0].fingerprint.value for name, text in texts.items()} == frozen


def test_what_the_strategy_in_use_reads_never_changes() -> None:
    """The tables it shares with the rest of the product are frozen with it."""
    folder = Path(messages.__file__).parent
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest()[:16] for name in READ_BY_CURRENT}
    assert found == READ_BY_CURRENT


def test_an_unknown_strategy_is_refused() -> None:
    """The message names the valid ones."""
    with pytest.raises(BadInputError, match="2026-11-21"):
        fingerprint(extract_exceptions(traceback()), strategy="1999-01-01")


def test_chains_and_fingerprints_survive_storing() -> None:
    """JSON and back gives equal values."""
    chain = extract_exceptions((TRACES / "php-three.txt").read_text(encoding="utf-8"))
    assert chain_from_json(chain_to_json(chain)) == chain
    assert fingerprint_from_json(fingerprint_to_json(fingerprint(chain))) == fingerprint(chain)


def test_suppressed_exceptions_do_not_count() -> None:
    """What went wrong while closing says nothing about the fault."""
    frame = Frame("Shop.java", "a.Shop.add", 1, in_app=True)
    root = ExceptionRecord("a.StockException", None, "java", "root", None, (1, 2), (frame,))
    aside = ExceptionRecord("java.io.IOException", "closing", "java", "suppressed", 0, (3, 4), (frame,))
    assert fingerprint([root]).value == fingerprint([root, aside]).value


@pytest.mark.parametrize(
    ("message", "constant"),
    [
        ("order 4711 failed after 3.5 s", "order <number> failed after <duration>"),
        ("user 7c9e6679-7425-40de-944b-e07fc1f90ae7 is gone", "user <uuid> is gone"),
        ("cannot reach 10.0.0.7:5432 at 2026-03-01T09:15:02Z", "cannot reach <ip> at <time>"),
        ("mail to jane.doe@example.com bounced", "mail to <email> bounced"),
        ("no such file: /var/lib/shop/a7/cart.json", "no such file: <path>"),
        ("GET https://api.example/v1/items/5 gave 503", "GET <url> gave <number>"),
        ("object at 0x7f3a2b has no attribute 'total'", "object at <address> has no attribute 'total'"),
        ("unknown key 'sku'", "unknown key 'sku'"),
    ],
)
def test_messages_are_reduced_to_their_constant_part(message: str, constant: str) -> None:
    """What varies is replaced by the name of what it was."""
    assert parameterise(message) == constant
