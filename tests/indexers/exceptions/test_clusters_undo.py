"""Undo gives back exactly what was, whatever came in between and in whatever order; several people at once."""

import multiprocessing
import tempfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.database import Database
from connectors.errors import BadInputError
from tests.indexers.exceptions.cluster_pages import (
    DAY,
    HOUR,
    began,
    java,
    listed,
    members,
    record,
    recounted,
    shown,
    store,
)
from tests.indexers.exceptions.log_rows import NOON, stored_page, traceback

BODIES = [java(), java(1), java(2), java(1, 2), java(own="a.Cart.add(C.java:1)"), java(2, own="a.Cart.add(C.java:1)"),
          *(traceback(kind) for kind in ("KeyError", "ValueError", "TypeError"))]  # fmt: skip


def test_an_undone_merge_leaves_no_trace_in_the_list(on_both: Database) -> None:
    """Title, counts, times, status, trend: all as before."""
    one, two = began(on_both, "a", traceback()), began(on_both, "b", traceback("ValueError"), at=NOON + DAY)
    before = shown(on_both)
    decision = store(on_both).merge(one, [two], actor="jane")
    undone = store(on_both).undo(decision.id[:6], actor="joe")
    assert (undone.undone_by, shown(on_both)) == ("joe", before)
    (kept,) = store(on_both).decisions(two)
    assert (kept.actor, kept.undone_by) == ("jane", "joe")


def test_an_undone_split_takes_along_what_joined_since(on_both: Database) -> None:
    """A variant that joined the split-off cluster goes home with it; the emptied cluster's id finds the old one."""
    cluster_id = began(on_both, "a", java())
    began(on_both, "b", java(2), at=NOON + HOUR)
    other = store(on_both).get(cluster_id).members[1].fingerprint.value
    decision = store(on_both).split(cluster_id, [other])
    assert began(on_both, "c", java(1, 2), at=NOON + DAY) == decision.result_id
    store(on_both).undo(decision.id)
    assert {name: len(held) for name, held in members(on_both).items()} == {cluster_id: 3}
    assert listed(on_both) == recounted(on_both)
    assert store(on_both).get(decision.result_id).id == cluster_id


def test_an_undone_merge_gives_each_side_its_later_events(on_both: Database) -> None:
    """As if the clusters had never been one."""
    one, two = began(on_both, "a", traceback()), began(on_both, "b", java())
    decision = store(on_both).merge(one, [two])
    record(on_both, "c", java(), java(2), traceback(), at=NOON + DAY)
    store(on_both).undo(decision.id)
    assert {name: row[0] for name, row in listed(on_both).items()} == {one: 2, two: 3}
    assert listed(on_both) == recounted(on_both)


def test_a_regression_by_members_that_leave_again_is_taken_back(on_both: Database) -> None:
    """The resolved cluster is resolved as before, the other one goes on."""
    one, two = began(on_both, "a", traceback()), began(on_both, "b", traceback("ValueError"))
    store(on_both).set_resolved(one, at=NOON + HOUR)
    decision = store(on_both).merge(one, [two])
    assert record(on_both, "c", traceback("ValueError"), at=NOON + 2 * HOUR).regressed == (one,)
    store(on_both).undo(decision.id)
    status = {summary.id: summary.status for summary in store(on_both, NOON + DAY).list()}
    assert status == {one: "resolved", two: "new"}


def test_nothing_is_undone_twice(on_sqlite: Database) -> None:
    """The second time it is said who did it."""
    one, two = began(on_sqlite, "a", traceback()), began(on_sqlite, "b", traceback("ValueError"))
    decision = store(on_sqlite).merge(one, [two])
    store(on_sqlite).undo(decision.id, actor="joe")
    with pytest.raises(BadInputError, match=r"undone by joe on .* already"):
        store(on_sqlite).undo(decision.id)


def test_an_undo_that_would_cross_a_later_split_names_it(on_sqlite: Database) -> None:
    """Taken back in the other order it works."""
    home, far = began(on_sqlite, "a", java()), began(on_sqlite, "b", traceback())
    began(on_sqlite, "c", java(2), at=NOON + HOUR)
    name = store(on_sqlite).get(home).members[1].fingerprint.value
    first = store(on_sqlite).split(home, [name])
    store(on_sqlite).merge(far, [first.result_id])
    far_name = next(one for one in store(on_sqlite).fingerprints(far) if one != name)
    second = store(on_sqlite).split(far, [far_name])
    store(on_sqlite).merge(home, [second.result_id])
    with pytest.raises(BadInputError, match=f"firstcause undo {second.id}"):
        store(on_sqlite).undo(first.id)
    store(on_sqlite).undo(second.id)
    store(on_sqlite).undo(first.id)
    assert listed(on_sqlite) == recounted(on_sqlite)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=20)
def test_any_sequence_keeps_the_sums_and_undoing_all_restores(data: st.DataObject) -> None:
    """Merges, splits, undos, pages and replays in any order: lists equal a recount, no split is crossed, and without
    decisions every fingerprint is where it would be had nobody ever decided anything."""
    with tempfile.TemporaryDirectory() as folder:
        database, plain = Database(f"sqlite:///{folder}/a.db"), Database(f"sqlite:///{folder}/b.db")
        for one in (database, plain):
            one.migrate()
            record(one, "p0", *BODIES[:1], *BODIES[4:])
        steps = _Steps(database, plain, data)
        for _ in range(data.draw(st.integers(3, 9))):
            steps.one()
            assert listed(database) == recounted(database)
            steps.check_apart()
        steps.undo_everything()
        assert {name for held in members(database).values() for name in held} == {
            name for held in members(plain).values() for name in held
        }
        if not steps.placed_under_a_split:
            assert shown(database) == shown(plain)
        for one in (database, plain):
            one.close()


class _Steps:
    """Draws what happens next, to a database with people and to one without."""

    def __init__(self, database: Database, plain: Database, data: st.DataObject) -> None:
        self.database, self.plain, self.data = database, plain, data
        self.pages: dict[str, list[str]] = {}
        self.placed_under_a_split = False

    def one(self) -> None:
        {"merge": self._merge, "split": self._split, "undo": self._undo, "page": self._page, "replay": self._replay}[
            self.data.draw(st.sampled_from(["merge", "split", "undo", "page", "replay"]))
        ]()

    def _merge(self) -> None:
        ids = sorted(listed(self.database))
        chosen = self.data.draw(st.lists(st.sampled_from(ids), min_size=2, max_size=3, unique=True)) if ids[1:] else []
        self._try(lambda: store(self.database).merge(chosen[0], chosen[1:])) if chosen else None

    def _split(self) -> None:
        able = {name: sorted(held) for name, held in sorted(members(self.database).items()) if len(held) > 1}
        if able:
            name = self.data.draw(st.sampled_from(sorted(able)))
            taken = self.data.draw(st.lists(st.sampled_from(able[name]), min_size=1, unique=True))
            self._try(lambda: store(self.database).split(name, taken))

    def _undo(self) -> None:
        standing = self._standing()
        if standing:
            self._try(lambda: store(self.database).undo(self.data.draw(st.sampled_from(standing))))

    def _page(self) -> None:
        bodies = self.data.draw(st.lists(st.sampled_from(BODIES), min_size=1, max_size=4))
        name = f"page{len(self.pages)}"
        self.pages[name] = bodies
        self._record(name, 0)

    def _replay(self) -> None:
        if self.pages:
            self._record(self.data.draw(st.sampled_from(sorted(self.pages))), 1 + self.data.draw(st.integers(0, 10**6)))

    def _record(self, name: str, revision: int) -> None:
        at = NOON + timedelta(minutes=1 + int(name[4:]))
        before = {held for group in members(self.database).values() for held in group}
        for one in (self.database, self.plain):
            try:
                record(one, name, *self.pages[name], at=at, revision=revision)
            except AssertionError:
                continue  # an older revision: nothing to do, in both
        after = {held for group in members(self.database).values() for held in group}
        splits = any(one.kind == "split" for one in self._decisions())
        self.placed_under_a_split |= splits and before != after

    def _decisions(self):
        found = {one.id: one for name in listed(self.database) for one in store(self.database).decisions(name)}
        return sorted(found.values(), key=lambda one: one.number)

    def _standing(self) -> list[str]:
        return [one.id for one in self._decisions() if one.undone_at is None]

    def _try(self, act: Callable[[], object]) -> None:
        before = shown(self.database)
        try:
            act()
        except BadInputError:
            assert shown(self.database) == before

    def check_apart(self) -> None:
        for decision in self._decisions():
            if decision.kind == "split" and decision.undone_at is None:
                for held in members(self.database).values():
                    assert not (held & decision.taken_out and held & decision.sides.get(decision.cluster_id, set()))

    def undo_everything(self) -> None:
        for decision_id in reversed(self._standing()):
            store(self.database).undo(decision_id)
        assert listed(self.database) == recounted(self.database)


def _decide(url: str, ids: list[str], turn: int, barrier: Callable[[], int]) -> None:
    database = Database(url)
    barrier()
    for number in range(6):
        body = java(own=f"a.Shop{turn}x{number}.add(S.java:1)")
        record(database, f"w{turn}-{number}", body, at=NOON + number * HOUR, revision=None)
        try:
            made = store(database).merge(ids[(turn + number) % 3], [ids[(turn + number + 1) % 3]])
            store(database).undo(made.id)
        except BadInputError:
            continue  # somebody else has them merged at this moment
    database.close()


@pytest.mark.slow
def test_people_and_pages_at_once(on_both: Database) -> None:
    """Three processes decide and record; nothing is lost, doubled or left half done."""
    ids = [began(on_both, kind, traceback(kind)) for kind in ("KeyError", "ValueError", "TypeError")]
    for turn in range(3):
        for number in range(6):
            stored_page(on_both, f"w{turn}-{number}")
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    url = on_both.engine.url.render_as_string(hide_password=False)
    workers = [context.Process(target=_decide, args=(url, ids, turn, barrier.wait)) for turn in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 3
    assert listed(on_both) == recounted(on_both)
    assert sum(count for count, _, _ in listed(on_both).values()) == 3 + 18
