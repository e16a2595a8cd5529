"""`firstcause explain ID`: the report as one wants to read it at three in the morning: the cause first.

Keeps out: making the report.
"""

import sys

from rich.text import Text

from connectors.errors import NotFoundError
from dashboards import wording
from dashboards.answers import excerpt, rca
from dashboards.answers.usage import overtaken_words, usage_words
from dashboards.commands.opening import workspace
from dashboards.terminal.difference import say_difference
from dashboards.terminal.paper import Paper, coloured, write_json
from dashboards.wording import utc_now
from rca.report import Cause, RcaReport

MOST_EVIDENCE_LINES = 5
MOST_DIFFERENCE_LINES = 16
MOST_EVIDENCE = 12
MOST_DROPPED = 5


def explain(cluster_id: str, again: bool, as_json: bool) -> None:
    """Print the report on a cluster, made now when there is none. Raises NotFoundError."""
    with workspace() as opened:
        answer = None
        if not again:
            try:
                answer = rca.newest(opened, cluster_id)
            except NotFoundError:  # no report yet, or no such cluster: making one tells which
                answer = None
        if answer is None:
            if sys.stderr.isatty():
                sys.stderr.write("analysing ...\n")
            answer = rca.newest_or_made(opened, cluster_id, again=again)
    if as_json:
        write_json(answer.model_dump_json(indent=2))
        return
    paper = Paper()
    _cause(paper, answer)
    _what_to_do(paper, answer)
    _also_involved(paper, answer)
    _evidence(paper, answer)
    _stamps(paper, answer)


def _cause(paper: Paper, answer: rca.RcaAnswer) -> None:
    report = answer.report
    service = " ".join(filter(None, (report.service, report.version)))
    paper.say(Text.assemble(coloured(report.severity.level), "  ", (wording.plain(service), "dim")))
    paper.say(report.summary, style="bold")
    if report.root_cause is None:
        paper.say()
        paper.say("There is not enough evidence to blame a place in this code; the next checks say where to look.")
        return
    paper.head("Cause")
    paper.say(_place(report.root_cause))
    paper.say(report.root_cause.reasoning, indent=2)
    shown = excerpt.of_cause(answer, report.root_cause)
    if shown is not None:
        paper.say()
        _code(paper, shown)


def _place(cause: Cause) -> Text:
    lines = f"{cause.start_line}-{cause.end_line}" if cause.end_line != cause.start_line else str(cause.start_line)
    return Text.assemble(
        (wording.plain(cause.symbol), "bold"),
        f"  {wording.plain(cause.file)}:{lines}  ",
        (f"confidence {cause.confidence:.0%}", "cyan"),
    )


def _code(paper: Paper, shown: excerpt.Excerpt) -> None:
    for line in shown.lines:
        mark = "▶" if line.marked else " "
        text = Text(f"{line.number:>5} {mark} {wording.plain(line.text)}", style="bold red" if line.marked else "")
        text.truncate(paper.width - 2, overflow="ellipsis")
        paper.say(text, indent=2)
    paper.say(f"[{shown.evidence_id}]", style="dim", indent=2)


def _what_to_do(paper: Paper, answer: rca.RcaAnswer) -> None:
    report = answer.report
    if report.fixes:
        paper.head("Fixes")
    for fix in sorted(report.fixes, key=lambda one: one.kind != "quick"):
        paper.say(Text.assemble((f"{fix.kind}: ", "green"), wording.plain(fix.description)), indent=2)
        paper.say(f"risk: {fix.risk}", style="dim", indent=4)
        paper.say(f"rollback: {fix.rollback}", style="dim", indent=4)
    _list(paper, "Next checks", report.next_checks)
    _list(paper, "Tests to add", report.tests_to_add)
    overtaken = overtaken_words(report, answer.now)
    if report.impact or overtaken:
        paper.head("Impact")
    for sentence in filter(None, (report.impact, overtaken)):
        paper.say(sentence, indent=2)


def _list(paper: Paper, title: str, sentences: list[str]) -> None:
    if sentences:
        paper.head(title)
    for sentence in sentences:
        paper.say(f"- {sentence}", indent=2)


def _also_involved(paper: Paper, answer: rca.RcaAnswer) -> None:
    report = answer.report
    if report.parameters:
        paper.head("Values involved")
    for parameter in report.parameters:
        value = f" = {parameter.value}" if parameter.value else ""
        paper.say(f"{parameter.name}{value}  [{parameter.evidence_id}] {parameter.why}", indent=2)
    if report.alternatives:
        paper.head("Other explanations")
    for other in report.alternatives:
        paper.say(_place(other), indent=2)
        paper.say(other.reasoning, style="dim", indent=4)
    if answer.changes:
        paper.head("Suspect commits")
    for rank, change in enumerate(answer.changes[:5]):
        paper.say(f"{change.commit[:12]}  {change.subject}", indent=2)
        when = wording.both(change.authored_at, utc_now())
        paper.say(f"{change.author}, {when}: {'; '.join(change.reasons)}", style="dim", indent=4)
        if rank == 0:
            say_difference(paper, change.diff, most=MOST_DIFFERENCE_LINES)
    if len(answer.changes) > 1:
        paper.say(f"`firstcause changes {answer.cluster_id[:8]}` shows what each of them did.", style="dim", indent=2)


def _evidence(paper: Paper, answer: rca.RcaAnswer) -> None:
    report = answer.report
    causes = ([report.root_cause] if report.root_cause else []) + report.alternatives
    cited = {citation.evidence_id for cause in causes for citation in cause.evidence}
    cited |= {citation.evidence_id for citation in report.evidence}
    cited |= {parameter.evidence_id for parameter in report.parameters}
    shown = [item for item in answer.evidence if item.id in cited] or answer.evidence[:MOST_EVIDENCE]
    if shown:
        paper.head("Evidence")
    for item in shown[:MOST_EVIDENCE]:
        times = f" (x{item.count:,})" if item.count > 1 else ""
        paper.say(
            Text.assemble((f"{item.id:<4}", "cyan"), wording.plain(f"{item.kind}: {item.title}{times}")), indent=2
        )
        if item.kind == "code":
            continue  # shown above with its lines, or opened with --json
        for line in wording.ends(item.text.strip("\n").split("\n"), MOST_EVIDENCE_LINES):
            text = Text(wording.plain(line), style="dim")
            text.truncate(paper.width - 7, overflow="ellipsis")
            paper.say(text, indent=7)
    if len(answer.evidence) > len(shown[:MOST_EVIDENCE]):
        paper.say(f"{len(answer.evidence)} pieces in all; --json has every one.", style="dim", indent=2)


def _dropped(paper: Paper, report: RcaReport) -> None:
    if not report.dropped_claims:
        return
    were = "claim" if report.dropped_claims == 1 else "claims"
    paper.say(
        f"{report.dropped_claims} {were} could not be confirmed and {'was' if were == 'claim' else 'were'} dropped:",
        style="dim",
        indent=2,
    )
    for lost in report.dropped[:MOST_DROPPED]:
        paper.say(f"- {lost.claim}: {lost.why}", style="dim", indent=4)
    if report.dropped_claims > MOST_DROPPED:
        paper.say("--json has every one.", style="dim", indent=4)


def _stamps(paper: Paper, answer: rca.RcaAnswer) -> None:
    report = answer.report
    paper.head("What this rests on")
    for stamp in report.looked_at:
        paper.say(f"{stamp.what}: {stamp.result}", style="dim", indent=2)
    severity = "; ".join(report.severity.reasons)
    paper.say(f"severity {report.severity.level}: {severity}", style="dim", indent=2)
    note = f" {report.analyst_note}" if report.analyst_note else ""
    kept = " From the store." if answer.cached else ""
    paper.say(f"by {report.analyst}, {wording.both(answer.created_at, utc_now())}.{kept}{note}", style="dim", indent=2)
    paper.say(usage_words(report), style="dim", indent=2)
    _dropped(paper, report)
    for verdict in answer.verdicts:
        notes = f": {verdict.notes}" if verdict.notes else ""
        by = verdict.author or "somebody"
        paper.say(f"{by} said {verdict.verdict.replace('_', ' ')}{notes}", style="dim", indent=2)
    paper.say()
    paper.say(
        f"Was it right? `firstcause feedback {answer.cluster_id[:8]} --verdict accept|reject|partly-correct`",
        style="dim",
    )
