"""Reduction: what is kept when not everything fits."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from rca.reduction import Circumstances, Reduction, reduce_lines
from rca.reduction.share import fair_shares

START = datetime(2024, 3, 1, 10, tzinfo=UTC)
NAMES = ["billing", "catalog", "search", "mail", "stock", "login", "export", "backup", "audit", "cache", "feed", "chat"]
# Everyday statements that have nothing in common but their form: each of another length and other words.
KINDS = [
    f"{name}{first} {{}} {' '.join(NAMES[:place])} {second} in {{}} ms"
    for place, name in enumerate(NAMES)
    for first, second in (("updated", "label"), ("price", "printed"), ("checked", "queue"))
]


def busy_log(count: int = 3000) -> list[str]:
    """A log of everyday lines of many kinds."""
    texts = (KINDS[place % len(KINDS)].format(place, place % 97) for place in range(count))
    return [
        f"{START + timedelta(seconds=place):%Y-%m-%d %H:%M:%S} INFO app: {text}" for place, text in enumerate(texts)
    ]


def shown(found: Reduction) -> set[int]:
    """0-based lines that the entries name."""
    return {entry.line - 1 for entry in found.entries}


def test_loud_lines_survive_a_small_budget() -> None:
    """Errors among thousands of everyday lines are kept."""
    lines = busy_log()
    lines[700] = "2024-03-01 10:11:40 ERROR app: payment gateway refused the connection"
    lines[1900] = "2024-03-01 10:31:40 INFO app: FATAL disk controller stopped answering"
    assert {700, 1900} <= shown(reduce_lines(lines, budget=200))


def test_rare_lines_without_an_alarming_word_survive() -> None:
    """A quiet one-off is kept beside many loud kinds, because part of the budget is reserved for it."""
    lines = busy_log()
    for place in range(60):
        lines[place * 40] = f"2024-03-01 10:00:00 ERROR app: {NAMES[place % 12]} {NAMES[place // 12]} failed badly"
    lines[1501] = "2024-03-01 10:25:01 INFO app: leader election moved to the other rack"
    assert 1501 in shown(reduce_lines(lines, budget=400))


def test_a_must_keep_line_is_shown_itself() -> None:
    """The very line asked for is the example of its kind, however common the kind is."""
    lines = busy_log()
    found = reduce_lines(lines, budget=120, must_keep=[1234])
    assert 1234 in shown(found)
    assert f"L{1235} " in found.text


def test_the_lines_before_a_failure_are_kept() -> None:
    """Kinds that stand right before a must-keep line are shown with that very line."""
    lines = busy_log()
    found = reduce_lines(lines, budget=400, must_keep=[1234])
    assert {1229, 1230, 1231, 1232, 1233} <= shown(found)


def test_new_kinds_go_before_known_ones() -> None:
    """Against a baseline of template ids, what is not in it is preferred."""
    lines = busy_log(200)
    everything = reduce_lines(lines, budget=100_000)
    fresh = everything.entries[20].template_id
    baseline = [entry.template_id for entry in everything.entries if entry.template_id != fresh]
    found = reduce_lines(lines * 20, budget=60, known=Circumstances(baseline=baseline))
    assert fresh in {entry.template_id for entry in found.entries}


def test_stated_severities_count() -> None:
    """A line is loud when its severity number says so, whatever its words."""
    lines = [line[30:] for line in busy_log()]
    severities = [9] * len(lines)
    lines[777], severities[777] = "something about the vault", 21
    found = reduce_lines(lines, budget=100, severities=pa.array(severities, pa.uint8()))
    assert next(entry for entry in found.entries if entry.line == 778).severity == "FATAL"


def test_times_are_written_when_known() -> None:
    """With room to spare an entry says from when to when its kind was seen."""
    lines = [line[30:] for line in busy_log(1200)]
    times = [START + timedelta(seconds=place) for place in range(len(lines))]
    found = reduce_lines(lines, budget=4000, timestamps=times)
    assert "L1-1189 x34 10:00:00-10:19:48 billing" in found.text


def test_no_source_starves() -> None:
    """A source with few lines is shown whole beside one with very many, which gets the rest."""
    lines = [*busy_log(), "queue worker paused", "queue worker resumed"]
    sources = ["big"] * 3000 + ["small"] * 2
    found = reduce_lines(lines, budget=300, sources=sources)
    assert {3000, 3001} <= shown(found)
    assert len(shown(found)) > 8
    assert "== small ==" in found.text


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 5000), max_size=8), st.integers(0, 4000))
def test_shares_are_fair(demand: dict[str, int], budget: int) -> None:
    """Shares fit the budget, nobody gets more than asked, and who gets less has no smaller share than another."""
    shares = fair_shares(demand, budget)
    assert shares.keys() == demand.keys()
    assert sum(shares.values()) == min(budget, sum(demand.values()))
    for source, share in shares.items():
        assert share <= demand[source]
        if share < demand[source]:
            assert share >= max(shares.values()) - 1
