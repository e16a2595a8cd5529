"""A cluster that starts to hold something different says so, once, precisely; steady traffic says nothing."""

import random
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.database import Database
from connectors.errors import BadInputError, NotFoundError
from indexers.exceptions.cluster_values import PageClusters, Signal
from indexers.exceptions.facets import MOST_VALUES
from indexers.exceptions.impurity_rules import chance, come_to_stay, message_news, old_enough
from tests.indexers.exceptions.cluster_pages import HOUR, java, record, store
from tests.indexers.exceptions.log_rows import NOON, log_rows, traceback

STEP = timedelta(minutes=2)


def jvm(message: str = "x", *, line: int = 7, suppressed: str = "", name: str = "Cart") -> str:
    """A Java trace whose own innermost call failed at `line`."""
    trace = (
        f"java.lang.IllegalStateException: {message}\n\tat org.apache.Lib.call(Lib.java:9)\n"
        f"\tat com.shop.{name}.add({name}.java:{line})\n\tat com.shop.Main.main(Main.java:3)\n"
    )
    return (
        trace + f"\tSuppressed: {suppressed}: closing\n\t\tat com.shop.Res.close(Res.java:5)\n" if suppressed else trace
    )


def python(line: int, source: str) -> str:
    return traceback(line=line).replace("return self.items[sku]", source)


def page(database: Database, name: str, bodies: list[str], at: int, version: str = "1.0") -> PageClusters:
    """A page of bodies, two minutes apart, that begins `at` hours after noon."""
    return record(database, name, *bodies, at=NOON + at * HOUR, step=STEP, version=version)


def signals(database: Database, usual: Callable[[], str], new: Callable[[], str]) -> tuple[Signal, ...]:
    """What is noticed when, after three hours of `usual`, half of a page is `new`."""
    page(database, "p0", [usual() for _ in range(90)], 0)
    assert store(database).signals() == ()
    done = page(database, "p1", [one() for _ in range(20) for one in (usual, new)], 4)
    found = store(database).signals()
    assert done.impure == tuple({signal.cluster_id for signal in found})
    return found


@pytest.mark.parametrize(
    ("kind", "usual", "new", "words"),
    [
        ("line", lambda: python(12, "return self.items[sku]"), lambda: python(30, "return self.old[sku]"),
         r"`return self.old\[sku\]`"),
        ("line", lambda: jvm(line=7), lambda: jvm(line=19), "version 1.0 .*Cart.java:19"),
        ("member", jvm, lambda: jvm(suppressed="java.io.IOException"), "suppressed java.io.IOException"),
        ("message", lambda: jvm("timeout after 12 ms"), lambda: jvm("connection reset by peer"), "another form"),
        ("message", lambda: jvm("shard 7 is gone"), lambda: jvm("shard db7.prod.example.com is gone"),
         "host name 'db.*' where it always was a number"),
        ("message", lambda: jvm("pool exhausted"), lambda: jvm("pool closed"),
         "'closed' where it always was 'exhausted'"),
    ],
)  # fmt: skip
def test_a_change_is_noticed_and_named(on_sqlite: Database, kind: str, usual, new, words: str) -> None:
    """With what was usual, since when, how often and an event to look at."""
    (signal,) = signals(on_sqlite, usual, new)
    assert signal.kind == kind
    assert re.search(words, signal.words)
    assert signal.usual[0][1] == 110
    assert (signal.count, signal.since, signal.level) == (20, NOON + 4 * HOUR + STEP, "impure")
    assert signal.event_id.startswith("p1-")
    (summary,) = store(on_sqlite).list()
    assert summary.impure == 1
    assert [event.kind for event in store(on_sqlite).get(summary.id).events] == ["impure"]


def test_a_change_is_noticed_on_both_engines(on_both: Database) -> None:
    """The same rows are written and found."""
    (signal,) = signals(on_both, lambda: jvm(line=7), lambda: jvm(line=19))
    assert store(on_both).list()[0].impure == 1
    assert store(on_both).signals(signal.cluster_id[:8]) == (signal,)


def test_a_change_within_one_page_is_noticed(on_sqlite: Database) -> None:
    """A file that is taken in at once holds the past and the change."""
    bodies = [jvm(line=7)] * 90 + [jvm(line=7), jvm(line=19)] * 20
    assert len(page(on_sqlite, "p0", bodies, 0).impure) == 1


def test_lines_that_move_between_versions_are_no_news(on_sqlite: Database) -> None:
    """Numbers are compared within a version, printed lines by their text."""
    for number, version in enumerate(("1.0", "1.1", "1.2")):
        bodies = [jvm(line=7 + number), python(12 + number, "return self.items[sku]")] * 60
        page(on_sqlite, f"p{number}", bodies, 5 * number, version)
    assert store(on_sqlite).signals() == ()


def test_a_line_that_was_edited_is_no_news(on_sqlite: Database) -> None:
    """In the new version the old text is not there any more."""
    page(on_sqlite, "p0", [python(12, "return self.items[sku]")] * 90, 0, "1.0")
    page(on_sqlite, "p1", [python(12, "return self.items[str(sku)]")] * 90, 4, "1.1")
    assert store(on_sqlite).signals() == ()


def test_a_second_line_that_comes_with_a_version_is_news(on_sqlite: Database) -> None:
    """When the known one still fails beside it."""
    page(on_sqlite, "p0", [python(12, "return self.items[sku]")] * 90, 0, "1.0")
    page(on_sqlite, "p1", [python(12, "return self.items[sku]"), python(30, "return self.old[sku]")] * 30, 4, "1.1")
    assert [signal.kind for signal in store(on_sqlite).signals()] == ["line"]


def test_numbers_of_an_unknown_version_are_not_compared(on_sqlite: Database) -> None:
    """A deployment nobody named moves lines too."""
    page(on_sqlite, "p0", [jvm(line=7)] * 90, 0, "")
    page(on_sqlite, "p1", [jvm(line=19)] * 90, 4, "")
    assert store(on_sqlite).signals() == ()


def test_a_young_cluster_learns_in_silence(on_sqlite: Database) -> None:
    """Too few traces, or all of them in less than an hour, are no habit."""
    page(on_sqlite, "few", [jvm(line=7)] * 20 + [jvm(line=19)] * 20, 0)
    record(on_sqlite, "burst", *[jvm(name="Hall")] * 90, *[jvm(line=19, name="Hall")] * 20)
    assert store(on_sqlite).signals() == ()


def test_a_rare_variant_becomes_part_of_the_cluster(on_sqlite: Database) -> None:
    """Seen once in a while, it is not what an engineer must look at."""
    page(on_sqlite, "p0", [jvm()] * 90, 0)
    for number in range(5):
        page(on_sqlite, f"q{number}", [*[jvm()] * 60, jvm(suppressed="java.io.IOException")], 4 + 3 * number)
    assert store(on_sqlite).signals() == ()


def test_names_in_an_open_place_are_no_news(on_sqlite: Database) -> None:
    """A place that held several keys may hold one more."""
    page(on_sqlite, "p0", [traceback(message=f"'{key}'") for key in ("sku", "price", "user", "cart")] * 30, 0)
    page(on_sqlite, "p1", [traceback(message="'street'")] * 20, 6)
    assert store(on_sqlite).signals() == ()


def test_hostile_messages_stay_bounded(on_sqlite: Database) -> None:
    """A thousand messages of every length keep a few rows, and say nothing."""
    words = [f"{'w' * (1 + number % 40)} " * (1 + number // 40) for number in range(1_000)]
    page(on_sqlite, "p0", [jvm(text.strip()) for text in words], 0)
    from indexers.exceptions.tables import cluster_facets

    with on_sqlite.read() as connection:
        rows = connection.execute(cluster_facets.select().where(cluster_facets.c.kind == "message")).all()
    assert len(rows) == MOST_VALUES + 1
    assert sum(row._mapping["count"] for row in rows) == 1_000
    assert store(on_sqlite).signals() == ()


def test_a_replay_says_nothing_and_counts_nothing_twice(on_sqlite: Database) -> None:
    """What was read before is no news."""
    (signal,) = signals(on_sqlite, jvm, lambda: jvm(suppressed="java.io.IOException"))
    bodies = [one for _ in range(20) for one in (jvm(), jvm(suppressed="java.io.IOException"))]
    again = record(on_sqlite, "p1", *bodies, at=NOON + 4 * HOUR, step=STEP, revision=1)
    assert again.impure == ()
    assert store(on_sqlite).signals() == (signal,)


def test_a_dismissed_signal_is_known_from_then_on(on_both: Database) -> None:
    """It stays on record with who said so, and what it was about is never raised again."""
    (signal,) = signals(on_both, jvm, lambda: jvm(suppressed="java.io.IOException"))
    store(on_both).dismiss(signal.id[:8], actor="jane", note="the pool closes twice")
    assert store(on_both).list()[0].impure == 0
    page(on_both, "p2", [jvm(suppressed="java.io.IOException")] * 30, 6)
    assert store(on_both).signals() == ()
    (kept,) = store(on_both).signals(signal.cluster_id, dismissed=True)
    assert (kept.dismissed_by, kept.note, kept.count) == ("jane", "the pool closes twice", 50)
    with pytest.raises(BadInputError, match="dismissed by jane"):
        store(on_both).dismiss(signal.id)
    with pytest.raises(NotFoundError, match="'nosuch'"):
        store(on_both).dismiss("nosuch")


def test_a_signal_goes_with_its_fingerprint(on_sqlite: Database) -> None:
    """To the cluster that people merge it into, and back."""
    (signal,) = signals(on_sqlite, jvm, lambda: jvm(line=19))
    (other,) = record(on_sqlite, "other", traceback()).new
    decision = store(on_sqlite).merge(other, [signal.cluster_id])
    assert [one.cluster_id for one in store(on_sqlite).signals(other)] == [other]
    store(on_sqlite).undo(decision.id)
    assert store(on_sqlite).signals(other) == ()


def test_another_service_is_information(on_sqlite: Database) -> None:
    """It is listed, and does not make a cluster impure."""
    page(on_sqlite, "p0", [jvm()] * 90, 0)
    done = record(on_sqlite, "p1", jvm(), at=NOON + 4 * HOUR, service="returns")
    (signal,) = store(on_sqlite).signals()
    assert (signal.level, signal.kind, signal.value, done.impure) == ("info", "service", "returns", ())
    assert store(on_sqlite).list()[0].impure == 0


def test_what_a_merged_cluster_knows_is_no_news_to_the_other(on_sqlite: Database) -> None:
    """People said that both are one fault."""
    page(on_sqlite, "p0", [java()] * 90, 0)
    (other,) = page(on_sqlite, "q0", [traceback()] * 90, 0).counts
    store(on_sqlite).merge(store(on_sqlite).list()[1].id, [store(on_sqlite).list()[0].id])
    assert len(store(on_sqlite).list()) == 1
    page(on_sqlite, "p1", [java(), traceback()] * 20, 4)
    assert store(on_sqlite).signals() == ()
    assert other


def test_steady_traffic_says_nothing(on_sqlite: Database) -> None:
    """Several lines, open messages, rare variants: 4,000 traces of ten faults with habits of their own."""
    draw = random.Random(7)
    faults = [(draw.sample(range(5, 300), draw.choice([1, 2, 3])), draw.random() * 0.1, f"F{n}") for n in range(10)]

    def trace() -> str:
        lines, rare, name = draw.choice(faults)
        line = lines[0] if draw.random() > rare else draw.choice(lines)
        text = draw.choice(["gone", f"after {draw.randrange(999)} ms", f"no {draw.choice(['sku', 'cart', 'user'])}"])
        return jvm(text, line=line, suppressed="java.io.IOException" if draw.random() < rare else "", name=name)

    for number in range(20):
        page(on_sqlite, f"p{number}", [trace() for _ in range(200)], 7 * number)
    assert len(store(on_sqlite).list()) == 10
    assert store(on_sqlite).signals() == ()


@given(st.integers(1, 10**6), st.integers(1, 10**4), st.integers(1, 100))
def test_chance_falls_with_every_occurrence(before: int, since: int, count: int) -> None:
    """More of the new makes chance less likely; more of the old before it too."""
    count = min(count, since)
    assert 0 <= chance(before + 1, since, count) <= chance(before, since, count) <= 1
    assert chance(before, since, count) <= chance(before, since, count - 1)


def test_chance_is_fishers() -> None:
    """Three of the last five after 50 without: C(5, 3) / C(55, 3)."""
    assert chance(50, 5, 3) == pytest.approx(10 / 26_235)
    assert come_to_stay(50, 5, 3)
    assert not come_to_stay(50, 5, 2)
    assert not come_to_stay(50, 40, 3)


def test_a_settled_cluster_is_one_with_few_values() -> None:
    """Fifty traces are enough for two values, not for three."""
    assert old_enough(50, NOON, NOON + HOUR, 2)
    assert not old_enough(50, NOON, NOON + HOUR, 3)
    assert not old_enough(49, NOON, NOON + HOUR, 1)
    assert not old_enough(500, NOON, NOON + HOUR - STEP, 1)


@given(st.lists(st.sampled_from(["<number>", "db1.example.com", "gone", "'", "a.b.C", "x9"]), min_size=1, max_size=6))
def test_a_known_message_is_never_news(words: list[str]) -> None:
    """Whatever it is made of."""
    assert message_news(" ".join(words), [" ".join(words)]) == ""


def test_pages_of_facets_do_not_need_rows() -> None:
    """A page without exceptions has none."""
    from indexers.exceptions.facets import counted
    from indexers.exceptions.rows import page_exceptions

    read = page_exceptions(log_rows(["all is well"]))
    assert counted(read.rows, read.facets) == []
