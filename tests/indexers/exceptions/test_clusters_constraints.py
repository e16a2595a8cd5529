"""People's merges and splits: what they do at once, and that everything later respects them."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from connectors.database import MIGRATIONS, Database
from connectors.errors import BadInputError, NotFoundError
from indexers.exceptions.cluster_values import PageClusters
from indexers.exceptions.fingerprint import CURRENT, STRATEGIES
from indexers.exceptions.reading import TraceReader
from indexers.exceptions.rows import page_exceptions
from tests.indexers.exceptions.cluster_pages import (
    DAY,
    began,
    java,
    listed,
    members,
    record,
    recounted,
    shown,
    store,
)
from tests.indexers.exceptions.log_rows import NOON, log_rows, stored_page, traceback


def near_pair(database: Database) -> tuple[str, list[str]]:
    """A cluster of two near-identical fingerprints: its id, and they, the founder first."""
    cluster_id = began(database, "a", java())
    assert began(database, "b", java(2), at=NOON + timedelta(hours=1)) == cluster_id
    both = [member.fingerprint.value for member in store(database).get(cluster_id).members]
    return cluster_id, both


def test_merged_clusters_are_one(on_both: Database) -> None:
    """Counts, times and members add up under the id merged into."""
    one, two = began(on_both, "a", traceback()), began(on_both, "b", traceback("ValueError"), at=NOON + DAY)
    decision = store(on_both).merge(one[:6], [two], actor="jane", note="same outage")
    (summary,) = store(on_both).list()
    assert (summary.id, summary.count, summary.fingerprints) == (one, 2, 2)
    assert (summary.first_seen, summary.last_seen) == (NOON, NOON + DAY)
    assert "same outage" in summary.why
    assert decision.others == (two,)
    assert listed(on_both) == recounted(on_both)


def test_the_id_of_a_merged_cluster_finds_the_one_it_is_part_of(on_both: Database) -> None:
    """And says so, over several merges."""
    ids = [began(on_both, kind, traceback(kind)) for kind in ("KeyError", "ValueError", "TypeError")]
    store(on_both).merge(ids[1], [ids[2]])
    store(on_both).merge(ids[0], [ids[1]])
    cluster = store(on_both).get(ids[2][:8])
    assert (cluster.id, cluster.asked_for, cluster.merged) == (ids[0], ids[2], tuple(sorted(ids[1:])))
    assert store(on_both).get(ids[0]).asked_for == ""


def test_later_events_follow_a_merge(on_both: Database) -> None:
    """Of known fingerprints, and of new ones that are near-identical to one that was merged."""
    one, two = began(on_both, "a", traceback()), began(on_both, "b", java())
    store(on_both).merge(one, [two])
    assert began(on_both, "c", java(), at=NOON + DAY) == one
    assert began(on_both, "d", java(2), at=NOON + DAY) == one


def test_split_fingerprints_have_a_cluster_of_their_own(on_both: Database) -> None:
    """With its own counts, title, members and reason; the rest stays."""
    cluster_id, (founder, other) = near_pair(on_both)
    decision = store(on_both).split(cluster_id, [other[:10]], actor="jane", note="another tenant")
    assert members(on_both) == {cluster_id: {founder}, decision.result_id: {other}}
    assert {name: row[0] for name, row in listed(on_both).items()} == {cluster_id: 1, decision.result_id: 1}
    assert listed(on_both) == recounted(on_both)
    assert "another tenant" in store(on_both).get(decision.result_id).summary.why


def test_a_cluster_whose_founder_was_split_off_is_shown_by_another_member(on_both: Database) -> None:
    """Its trace is one that it really holds, and the founder takes its place again after an undo."""
    one, two = began(on_both, "a", traceback()), began(on_both, "b", traceback("ValueError"), at=NOON + DAY)
    three = began(on_both, "c", traceback("TypeError"), at=NOON + 2 * DAY)
    store(on_both).merge(one, [two, three])
    (founder,) = [name for name in store(on_both).fingerprints(one) if name.startswith(one)]
    decision = store(on_both).split(one, [founder])
    assert store(on_both).get(one).summary.type == "ValueError"
    assert store(on_both).get(decision.result_id).chain[0].type == "KeyError"
    store(on_both).undo(decision.id)
    assert store(on_both).get(one).summary.type == "KeyError"


def test_later_events_follow_a_split(on_both: Database) -> None:
    """Known fingerprints stay apart, and a new one goes with the side that it is nearer to."""
    cluster_id, (_, other) = near_pair(on_both)
    new = store(on_both).split(cluster_id, [other]).result_id
    assert began(on_both, "c", java(2), at=NOON + DAY) == new
    assert began(on_both, "d", java(), at=NOON + DAY) == cluster_id
    assert began(on_both, "e", java(1, 2), at=NOON + DAY) == new  # two calls of three, and of four on the other side


def test_a_trace_as_near_to_both_sides_of_a_split_joins_neither(on_both: Database) -> None:
    """A guess would put together what people keep apart."""
    cluster_id = began(on_both, "a", java())
    for number, layer in enumerate((1, 2)):
        assert began(on_both, f"b{number}", java(layer), at=NOON + DAY) == cluster_id
    _, *others = [member.fingerprint.value for member in store(on_both).get(cluster_id).members]
    for name in others:
        store(on_both).split(cluster_id, [name])
    assert len(record(on_both, "c", java(1, 2), at=NOON + 2 * DAY).new) == 1


def test_a_replay_keeps_what_people_decided(on_both: Database) -> None:
    """Pages read anew go where the decisions say."""
    cluster_id, (_, other) = near_pair(on_both)
    new = store(on_both).split(cluster_id, [other]).result_id
    before = shown(on_both)
    record(on_both, "a", java(), revision=1)
    record(on_both, "b", java(2), at=NOON + timedelta(hours=1), revision=1)
    assert shown(on_both) == before
    assert set(before) == {cluster_id, new}


def test_merging_what_was_split_names_the_split_to_undo(on_both: Database) -> None:
    """Nothing changes; somebody's decision is not overruled in passing."""
    cluster_id, (_, other) = near_pair(on_both)
    decision = store(on_both).split(cluster_id, [other], actor="jane")
    third = began(on_both, "c", traceback())
    store(on_both).merge(third, [decision.result_id])
    before = shown(on_both)
    with pytest.raises(BadInputError, match=f"by jane.*`firstcause undo {decision.id}` first"):
        store(on_both).merge(cluster_id, [third])
    assert shown(on_both) == before


def test_splitting_exactly_what_was_merged_asks_for_the_undo(on_both: Database) -> None:
    """That gives the old cluster back with its id and reports."""
    one, two = began(on_both, "a", traceback()), began(on_both, "b", traceback("ValueError"))
    names = store(on_both).fingerprints(two)
    decision = store(on_both).merge(one, [two])
    with pytest.raises(BadInputError, match=f"`firstcause undo {decision.id}`"):
        store(on_both).split(one, names)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda clusters, one, two: clusters.merge(one, []), "at least one cluster"),
        (lambda clusters, one, two: clusters.merge(one, [one]), "into itself"),
        (lambda clusters, one, two: clusters.merge(one, [two, one[:8]]), "already"),
        (lambda clusters, one, two: clusters.split(two, []), "at least one fingerprint"),
        (lambda clusters, one, two: clusters.split(one, clusters.fingerprints(one)), "smallest thing"),
        (lambda clusters, one, two: clusters.split(two, clusters.fingerprints(two)), "all 2 fingerprints"),
        (lambda clusters, one, two: clusters.split(two, clusters.fingerprints(one)), "no fingerprint of"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(on_sqlite: Database, ask, words: str) -> None:
    """Each with what to do instead, and nothing changes."""
    two, _ = near_pair(on_sqlite)
    one = began(on_sqlite, "c", traceback())
    before = shown(on_sqlite)
    with pytest.raises(BadInputError, match=words):
        ask(store(on_sqlite), one, two)
    assert shown(on_sqlite) == before


def test_unknown_clusters_and_decisions_are_not_found(on_sqlite: Database) -> None:
    """In every method that takes an id."""
    one = began(on_sqlite, "a", traceback())
    clusters = store(on_sqlite)
    for ask in (
        lambda: clusters.merge(one, ["nosuch"]),
        lambda: clusters.merge("nosuch", [one]),
        lambda: clusters.split("nosuch", ["abcd"]),
        lambda: clusters.undo("nosuch"),
        lambda: clusters.decisions("nosuch"),
    ):
        with pytest.raises(NotFoundError, match="'nosuch'"):
            ask()


def test_members_say_what_holds_them(on_sqlite: Database) -> None:
    """The automatic reason, and the decisions above it."""
    one, two = began(on_sqlite, "a", traceback()), began(on_sqlite, "b", traceback("ValueError"))
    store(on_sqlite).merge(one, [two], actor="jane")
    held = {member.title: (member.count, member.decisions) for member in store(on_sqlite).get(one).members}
    assert held["KeyError: 'sku'"] == (1, ())
    count, (words,) = held["ValueError: 'sku'"]
    assert count == 1
    assert words.startswith(f"{two} merged into {one} by jane")


def test_a_resolved_cluster_that_takes_in_later_events_has_regressed(on_both: Database) -> None:
    """What was marked fixed goes on; after the undo each is what it was."""
    one, two = began(on_both, "a", traceback()), began(on_both, "b", traceback("ValueError"), at=NOON + 2 * DAY)
    store(on_both).set_resolved(one, at=NOON + DAY)
    before = shown(on_both)
    decision = store(on_both).merge(one, [two])
    assert store(on_both).list()[0].status == "regressed"
    store(on_both).undo(decision.id)
    assert shown(on_both) == before


OLD, OLD_RULES = min(STRATEGIES), TraceReader(strategy=min(STRATEGIES))


def proxied(kind: str) -> str:
    """A trace through a proxy, which the strategies name differently."""
    return (
        f"java.lang.{kind}: x\n\tat com.shop.Cart.add(Cart.java:7)\n"
        "\tat org.springframework.aop.framework.CglibAopProxy$CglibMethodInvocation.proceed(CglibAopProxy.java:763)\n"
        "\tat com.shop.Cart$$SpringCGLIB$$0.add(<generated>)\n\tat com.shop.Web.go(Web.java:3)\n"
    )


def under(database: Database, page_id: str, reader: TraceReader, body: str, *, at: datetime = NOON) -> PageClusters:
    """Record one body as `reader` reads it."""
    stored_page(database, page_id)
    read = page_exceptions(log_rows([body], at=at, page_id=page_id), reader)
    done = store(database).record_page(page_id, read.rows, read.traces, facets=read.facets)
    assert done is not None
    return done


def test_a_trace_known_under_earlier_rules_stays_in_its_cluster(on_both: Database) -> None:
    """Switching the strategy moves nothing; the reason says so."""
    (cluster_id,) = under(on_both, "a", OLD_RULES, proxied("KeyError")).new
    assert under(on_both, "b", TraceReader(), proxied("KeyError"), at=NOON + DAY).new == ()
    newer = store(on_both).get(cluster_id).members[1]
    assert newer.fingerprint.strategy == CURRENT
    assert f"under the grouping rules of {OLD}" in newer.reason


def test_earlier_decisions_hold_under_new_rules(on_both: Database) -> None:
    """The new value of a trace goes where people put the old one, and back with it."""
    one = under(on_both, "a", OLD_RULES, proxied("KeyError")).new[0]
    two = under(on_both, "b", OLD_RULES, proxied("ValueError")).new[0]
    merge = store(on_both).merge(one, [two])
    (old_value,) = [name for name in store(on_both).fingerprints(one) if name.startswith(two)]
    third = under(on_both, "c", OLD_RULES, proxied("TypeError")).new[0]
    store(on_both).merge(one, [third])
    split = store(on_both).split(one, [old_value, _of(on_both, third)])
    for page_id, kind, home in (("d", "KeyError", one), ("e", "ValueError", split.result_id)):
        assert set(under(on_both, page_id, TraceReader(), proxied(kind), at=NOON + DAY).counts) == {home}
    store(on_both).undo(split.id)
    store(on_both).undo(merge.id)
    assert listed(on_both)[two][0] == 2
    assert listed(on_both) == recounted(on_both)


def _of(database: Database, cluster_id: str) -> str:
    """The founder of a cluster, wherever it is by now."""
    held = store(database).fingerprints(store(database).get(cluster_id).id)
    return next(name for name in held if name.startswith(cluster_id))


def test_clusters_of_an_older_database_can_be_decided_on(tmp_path: Path) -> None:
    """The migration gives every cluster its founder and every fingerprint its home."""
    database = Database(f"sqlite:///{tmp_path}/old.db")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_path_separator", "os")
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005_rca")
        columns = "cluster_id, title, type, message, language, culprit_file, culprit_function, first_fingerprint, why"
        connection.execute(
            sa.text(
                f"INSERT INTO clusters ({columns}, count, first_seen, last_seen) VALUES "
                "('aa', 't', 't', '', 'python', '', '', 'aaff', '', 0, '2026-03-01', '2026-03-01')"
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO cluster_fingerprints VALUES ('aaff', 'aa', '2026-11-21', '{}', 'k', '', 1, '2026-03-01')"
            )
        )
    database.migrate()
    with database.read() as connection:
        assert connection.execute(sa.text("SELECT founder FROM clusters")).scalar() == "aaff"
        assert connection.execute(sa.text("SELECT home FROM cluster_fingerprints")).scalar() == "aa"
    database.close()
