"""Known kinds of trouble: each shipped rule sees an example, and what is counted, quoted and ordered."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from connectors.errors import BadInputError
from rca.findings.rules import load_rules
from rca.findings.scan import Finding, scan
from tests.fakes.rca_shop import NOW, log_rows

LINES = tomllib.loads((Path(__file__).parents[1] / "fixtures/findings/lines.toml").read_text(encoding="utf-8"))
NEEDED = {rule.id: rule.min_count for rule in load_rules()}


def _found(line: str, rule: str) -> dict[str, Finding]:
    rows = log_rows("all is well", *[line] * NEEDED[rule], severity_number=0)
    return {finding.rule.id: finding for finding in scan(rows)}


@pytest.mark.parametrize("rule", LINES)
def test_a_rule_sees_what_real_programs_print(rule: str) -> None:
    """Each line is found, and quoted as it stands."""
    for line in LINES[rule]["found"]:
        found = _found(line, rule)
        assert rule in found, line
        assert found[rule].quote in line


@pytest.mark.parametrize("rule", LINES)
def test_a_rule_passes_over_near_misses(rule: str) -> None:
    """Settings, counts of zero and good news in the same words do not alarm."""
    assert [line for line in LINES[rule]["not_found"] if rule in _found(line, rule)] == []


def test_a_healthy_log_has_no_findings() -> None:
    """Settings, good news, counts of zero, numbers that look like status codes."""
    lines = (Path(__file__).parents[1] / "fixtures/findings/healthy.log").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 50
    assert scan(log_rows(*lines, severity_number=9)) == []


@pytest.mark.parametrize("rule", [rule for rule, needed in NEEDED.items() if needed > 1 and rule in LINES])
def test_a_burst_is_needed_where_the_rule_says_so(rule: str) -> None:
    """One fewer than the rule's count is no finding."""
    line, needed = LINES[rule]["found"][0], NEEDED[rule]
    assert rule not in {finding.rule.id for finding in scan(log_rows(*[line] * (needed - 1)))}
    assert rule in {finding.rule.id for finding in scan(log_rows(*[line] * needed))}


def test_every_shipped_rule_has_lines_here() -> None:
    """At least five of each kind; a rule of levels alone has no lines."""
    assert {rule.id for rule in load_rules() if rule.patterns} == LINES.keys()
    assert all(len(lines[kind]) >= 5 for lines in LINES.values() for kind in ("found", "not_found"))


def test_the_clusters_own_event_comes_first() -> None:
    """A finding in the failing event goes before louder ones elsewhere."""
    rows = log_rows("No space left on device", "No space left on device", "rate limit exceeded")
    assert scan(rows, own_event="e2")[0].rule.id == "rate.limited"


def test_groups_come_before_single_events() -> None:
    """Two passes: what came more than once, then single rare errors, however severe."""
    rows = log_rows("rate limit exceeded", "rate limit exceeded", "No space left on device")
    assert [finding.rule.id for finding in scan(rows)] == ["rate.limited", "disk.full"]


def test_a_generic_alarm_gives_way_to_a_specific_one() -> None:
    """ "Something was critical" is only said when nothing better is known."""
    rows = log_rows("2026-11-21 04:00:00 CRITICAL shop No space left on device", severity_number=21)
    assert [finding.rule.id for finding in scan(rows)] == ["disk.full"]


def test_an_event_logged_as_fatal_needs_no_words() -> None:
    """Loggers that print JSON keep the level out of the message."""
    found = scan(log_rows("the ledger does not balance", severity_number=21))
    assert [(finding.rule.id, finding.quote) for finding in found] == [
        ("generic.critical", "the ledger does not balance")
    ]


def test_errors_that_nothing_explains_are_told_when_they_come_in_a_burst() -> None:
    """Fifty within a minute, whatever they say; events of known kinds are not among them."""
    rows = log_rows(*[f"cart {number} is wrong" for number in range(50)], *["no such table: gifts"] * 50)
    assert [(finding.rule.id, finding.count) for finding in scan(rows)] == [
        ("schema.missing-migration", 50),
        ("generic.errors", 50),
    ]


def test_the_same_request_comes_before_what_is_elsewhere() -> None:
    """What another service logged for the failing request says more than a louder group of other requests."""
    rows = pa.concat_tables(
        [
            log_rows("No space left on device", "No space left on device", event_ids=["a", "b"]),
            log_rows("rate limit exceeded", "it failed", event_ids=["c", "own"], trace_id="t1"),
        ]
    )
    found = scan(rows, own_event="own")
    assert [(finding.rule.id, finding.related) for finding in found] == [("rate.limited", True), ("disk.full", False)]


def test_frames_and_printed_source_are_no_evidence() -> None:
    """Names of classes in a trace, and the source under its frames, do not say what happened."""
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/app/pool.py", line 3, in TimeoutError\n'
        '    raise PoolTimeout("no connection left in pool") from None\n'
        "java.lang.IllegalStateException: no\n"
        "\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException: (HikariPool.java:696)\n"
        "KeyError: None"
    )
    assert scan(log_rows(trace)) == []


def test_a_finding_says_when_and_quotes_several_kinds_of_line() -> None:
    """First and last time, and the first line of each of the most frequent templates with how often it came."""
    rows = log_rows(*["disk full on /data"] * 2, *["write /tmp/x: no space left on device"] * 3)
    finding = scan(rows)[0]
    assert (finding.count, finding.first_at, finding.last_at) == (5, NOW, NOW + timedelta(seconds=4))
    assert [(shown.quote, shown.count) for shown in finding.shown] == [
        ("write /tmp/x: no space left on device", 3),
        ("disk full on /data", 2),
    ]


def test_what_is_logged_quietly_is_less_sure() -> None:
    """A match at INFO is held for less likely than the same at ERROR."""
    loud = scan(log_rows(*["rate limit exceeded"] * 2))[0]
    quiet = scan(log_rows(*["rate limit exceeded"] * 2, severity_number=9))[0]
    assert quiet.confidence < loud.confidence


def test_a_flood_of_different_lines_is_bounded_and_counted() -> None:
    """Lines that differ in times and long ids are looked at once, and every event counts."""
    rows = log_rows(*[f"order {100000 + number}: no space left on device" for number in range(30_000)])
    assert [(finding.rule.id, finding.count) for finding in scan(rows)] == [("disk.full", 30_000)]


def test_a_pool_timeout_is_not_taken_for_an_upstream_timeout() -> None:
    """The rule's exceptions hold."""
    rows = log_rows("QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00")
    assert {finding.rule.id for finding in scan(rows)} == {"pool.exhausted"}


def test_a_long_line_is_quoted_around_its_match() -> None:
    """The quote stays readable and still holds what matched."""
    body = "x" * 5000 + " No space left on device " + "y" * 5000
    quote = scan(log_rows(body))[0].quote
    assert "No space left on device" in quote
    assert len(quote) <= 300
    assert quote in body


def test_no_rows_no_findings() -> None:
    """An empty window is fine."""
    assert scan(log_rows()) == []


def _rules_file(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text)
    return file


def test_a_known_id_changes_only_what_is_given(tmp_path: Path) -> None:
    """Severity and further patterns; what is not given stays as shipped."""
    file = _rules_file(tmp_path, "[[rule]]\nid = 'disk.full'\nseverity = 'low'\nalso = ['shelf overflow']\n")
    found = {finding.quote: finding.rule for finding in scan(log_rows("shelf overflow"), rules=load_rules(file))}
    assert [(rule.id, rule.severity, rule.title) for rule in found.values()] == [("disk.full", "low", "A disk is full")]
    assert scan(log_rows("No space left on device"), rules=load_rules(file))


def test_a_rule_can_be_switched_off(tmp_path: Path) -> None:
    """And a later file may change what an earlier one added."""
    file = _rules_file(tmp_path, "[[rule]]\nid = 'disk.full'\nenabled = false\n")
    assert scan(log_rows("No space left on device"), rules=load_rules(file)) == []


def test_users_add_and_replace_rules(tmp_path: Path) -> None:
    """A rule of one's own is used beside the shipped ones; patterns that are given replace those of the same id."""
    file = tmp_path / "mine.toml"
    file.write_text(
        "[[rule]]\nid = 'disk.full'\ntopic = 'x'\ntitle = 'Mine'\nseverity = 'low'\nconfidence = 0.5\n"
        "patterns = ['gremlins']\n"
    )
    found = scan(log_rows("gremlins", "No space left on device"), rules=load_rules(file))
    assert [finding.rule.title for finding in found] == ["Mine"]


_WHOLE = "topic = 'x'\ntitle = 't'\nconfidence = 0.5\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[[rule]]\nid = 'a'\nseverity = 'low'\npatterns = ['(']\n{_WHOLE}", "'a': patterns: the pattern '\\('"),
        (f"[[rule]]\nid = 'a'\nseverity = 'low'\npatterns = ['(?=a)b']\n{_WHOLE}", "no regular expression that RE2"),
        (f"[[rule]]\nid = 'a'\nseverity = 'low'\npatterns = ['.*']\n{_WHOLE}", "would match every line"),
        (f"[[rule]]\nid = 'a'\nseverity = 'awful'\npatterns = ['a']\n{_WHOLE}", "severity: input should be"),
        (f"[[rule]]\nid = 'a'\nseverity = 'low'\n{_WHOLE}", "neither patterns nor a level"),
        ("[[rule]]\nid = 'disk.full'\ncolour = 'red'\n", "'colour' is not known"),
        ("[[rule]]\nid = 'a'\n", "'topic' is missing .and 3 more faults"),
        ("[[rule]]\nid = 'a'\nenabled = false\n", "there is no such rule"),
        ("[[rule]]\ntitle = 'a'\n", "rule 1: 'id' is missing"),
        ("[rules]\nid = 'a'\n", "holds no"),
        ("rule = 3", "holds no"),
        ("not toml at all", "not valid TOML"),
        ("", "holds no"),
    ],
)
def test_what_is_wrong_with_a_rules_file_is_said_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    """Naming file, rule and fault, so that it can be put right at night."""
    file = _rules_file(tmp_path, text)
    with pytest.raises(BadInputError, match=r"mine\.toml.*" + said) as caught:
        load_rules(file)
    assert "\n" not in str(caught.value)


def test_a_missing_rules_file_is_named(tmp_path: Path) -> None:
    """A path that is not there is said plainly."""
    with pytest.raises(BadInputError, match="cannot be read"):
        load_rules(tmp_path / "none.toml")
