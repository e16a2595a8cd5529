"""Answers about the cause: what happened, why, how sure, what else, with which values, what to do."""

from collections.abc import Iterator

from indexers.exceptions.naming import root_cause
from rca.conversation.rules.passing import say_passed_on
from rca.conversation.rules.talk import Analysis, Talk, at, listed, times
from rca.conversation.values import Fault
from rca.evidence import EvidenceItem
from rca.report import Cause, Fix


def happened(talk: Talk) -> None:
    """The exception, the conclusion, how often and where."""
    fault = talk.own
    kind, message = _root(fault)
    who = listed(list(fault.services), 3) or "It"
    quote = message if message and talk.exception and message in talk.exception.text else ""
    fails = "fail" if len(fault.services) > 1 else "fails"
    said = f"{who} {fails} with {kind}{f': {message}' if message else ''}"
    talk.say(f"{said.rstrip('.')}.", talk.exception, quote=quote)
    _extent(talk)
    say_passed_on(talk)
    analysis = talk.analysis
    if analysis is None:
        return
    report = analysis.report
    if report.root_cause is not None:
        _place(talk, report.root_cause, analysis)
    else:
        talk.say(
            "There is not enough evidence for a cause; `what should I do next?` says what would show it.",
            analysis.summary,
        )
    if analysis.result.changes:
        change = analysis.result.changes[0]
        talk.say(
            f'The most suspected change is {change.commit[:12]}, "{change.subject}", by {change.author}.',
            analysis.of_commit(change.commit),
        )
    for item in _later(analysis):
        talk.say(f"{_capital(item.title)}.", item)
        break
    talk.say(f"Severity by rules: {report.severity.level} ({'; '.join(report.severity.reasons)}).", analysis.summary)
    if talk.asked.at is not None:
        from rca.conversation.rules.look import logs_around

        logs_around(talk)


def why(talk: Talk) -> None:
    """The report's reasoning, and the code it points at."""
    analysis = talk.analysis
    if analysis is None:
        return
    cause = analysis.report.root_cause
    if cause is None:
        talk.say("The evidence does not show the cause.", analysis.summary)
        _failing_frame(talk)
        say_passed_on(talk)
        _checks(talk, analysis, 3)
        return
    talk.say(
        f"The likeliest cause is {cause.symbol} in {cause.file}:{cause.start_line}, confidence {cause.confidence:.0%}.",
        code_of(cause, analysis) or analysis.summary,
    )
    talk.report_words(cause.reasoning, analysis)
    say_passed_on(talk)
    if analysis.result.changes and analysis.result.changes[0].commit[:12] not in cause.reasoning:
        change = analysis.result.changes[0]
        talk.say(
            f'What speaks for a change: {change.commit[:12]}, "{change.subject}": {"; ".join(change.reasons[:2])}.',
            analysis.of_commit(change.commit),
        )
    talk.show(code_of(cause, analysis), line=cause.start_line)


def sure(talk: Talk) -> None:
    """Confidence, what it rests on, what was not looked at."""
    analysis = talk.analysis
    if analysis is None:
        return
    report = analysis.report
    if report.root_cause is None:
        talk.say("No cause is claimed, because too little could be confirmed.", analysis.summary)
    else:
        cause = report.root_cause
        talk.say(
            f"{cause.confidence:.0%} for {cause.symbol} in {cause.file}, written by {report.analyst}.", analysis.summary
        )
        rests = [analysis.items[one.evidence_id] for one in cause.evidence if one.evidence_id in analysis.items]
        for cited in cause.evidence:
            item = analysis.items.get(cited.evidence_id)
            if item is not None:
                first = cited.quote.strip().split("\n")[0]
                talk.say(f"It rests on {_kind(item)}: {first[:200]}", item, quote=cited.quote)
        if not rests:
            talk.say("What it rests on is in the analysis.", analysis.summary)
    if report.analyst_note:
        talk.say(report.analyst_note, analysis.summary)
    if report.dropped_claims:
        talk.say(f"{report.dropped_claims} claims could not be confirmed and were dropped.", analysis.summary)
    for stamp in report.looked_at:
        if stamp.what == "not looked at":
            talk.say(f"Not looked at: {stamp.result}.", analysis.summary)
    if report.alternatives:
        other = report.alternatives[0]
        talk.say(
            f"The next best explanation is {other.symbol} in {other.file}, {other.confidence:.0%}.",
            code_of(other, analysis) or analysis.summary,
        )


def alternatives(talk: Talk) -> None:
    """The other suspects with their reasons."""
    analysis = talk.analysis
    if analysis is None:
        return
    if not analysis.report.alternatives:
        talk.say("The analysis has no other explanation.", analysis.summary)
    for other in analysis.report.alternatives:
        place = f"{other.file}:{other.start_line}"
        talk.say(
            f"{other.symbol} at {place}, {other.confidence:.0%}: {_first(other.reasoning)}",
            code_of(other, analysis) or analysis.summary,
        )
    for finding in [item for item in analysis.items.values() if item.kind == "finding"][:3]:
        talk.say(f"Rules also see: {finding.title}.", finding)


def values(talk: Talk) -> None:
    """Parameters that took part, with the values that logs give."""
    analysis = talk.analysis
    if analysis is None:
        return
    found = analysis.report.parameters
    if not found:
        talk.say("Neither message nor logs name a value that took part.", analysis.summary)
    for one in sorted(found, key=lambda parameter: not parameter.value):
        shown = f"{one.name} = {one.value}" if one.value else f"{one.name}, whose value no log line shows"
        talk.say(f"{shown}: {one.why}.", analysis.items.get(one.evidence_id, analysis.summary))


def advise(talk: Talk) -> None:
    """Fixes that stop it first, then what to look at."""
    analysis = talk.analysis
    if analysis is None:
        return
    for fix in sorted(analysis.report.fixes, key=lambda one: one.kind != "quick"):
        _fix(talk, fix, analysis)
    _checks(talk, analysis, 4)


def tests(talk: Talk) -> None:
    """Tests that would have caught it."""
    analysis = talk.analysis
    if analysis is None:
        return
    if not analysis.report.tests_to_add:
        talk.say("The analysis suggests no test.", analysis.summary)
    for test in analysis.report.tests_to_add:
        talk.say(test, analysis.summary)
    talk.show(code_of(analysis.report.root_cause, analysis) if analysis.report.root_cause else None)


def severity(talk: Talk) -> None:
    """The level that rules give it, and why."""
    analysis = talk.analysis
    if analysis is None:
        return
    level = analysis.report.severity
    talk.say(f"{level.level.capitalize()}: {'; '.join(level.reasons)}.", analysis.summary)
    says = {
        "critical": "It should not wait until morning.",
        "high": "Look whether it rises before you leave it until morning.",
        "medium": "It can wait for working hours unless it rises.",
        "low": "It can wait.",
    }
    talk.say(says[level.level], analysis.summary)
    _extent(talk)


def trace(talk: Talk) -> None:
    """The exception as logged."""
    fault = talk.own
    talk.say(f"{fault.type}{f': {fault.message}' if fault.message else ''}", talk.exception)
    talk.show(talk.exception)


def change_something(talk: Talk) -> None:
    """Refuse to act, and say who can."""
    named = f" {talk.fault.id[:8]}" if talk.fault else " CLUSTER"
    talk.say("From here things are only looked at; nothing is restarted, rolled back, silenced or closed.")
    talk.say(f"A fault is marked as fixed with `firstcause resolve{named}`; deployments are yours.")


def _root(fault: Fault) -> tuple[str, str]:
    """Type and first message line of the exception that names the fault: the end of the chain of causes."""
    root = root_cause(fault.chain) if fault.chain else None
    kind = root.type if root else fault.type
    message = (root.message if root else fault.message) or ""
    return kind, message.strip().split("\n")[0][:300]


def _failing_frame(talk: Talk) -> None:
    """Where the trace itself says that it failed."""
    place = talk.own.culprit
    if place is not None and place.file:
        line = f":{place.line}" if place.line else ""
        talk.say(f"By the trace alone it fails in {place.function or '?'} ({place.file}{line}).", talk.exception)


def _extent(talk: Talk) -> None:
    fault = talk.own
    where = f" in {listed(list(fault.environments), 3)}" if any(fault.environments) else ""
    versions = [name for name in fault.versions if name]
    which = f", version{'s' * (len(versions) != 1)} {listed(versions)}" if versions else ""
    span = ""
    if fault.first_seen and fault.last_seen:
        span = f", first at {at(fault.first_seen)}"
        span += f", last at {at(fault.last_seen)}{talk.ago(fault.last_seen)}" if fault.count > 1 else ""
    talk.say(f"Seen {times(fault.count)}{where}{which}{span}.", talk.counts)


def _place(talk: Talk, cause: Cause, analysis: Analysis) -> None:
    item = code_of(cause, analysis)
    line = ""
    if item is not None:
        lines = item.text.split("\n")
        index = cause.start_line - item.start_line
        line = lines[index].strip() if 0 <= index < len(lines) else ""
    code = f": `{line}`" if line else ""
    talk.say(
        f"The likeliest cause is {cause.symbol} in {cause.file}:{cause.start_line} "
        f"(confidence {cause.confidence:.0%}){code}",
        item or analysis.summary,
        quote=line,
    )


def code_of(cause: Cause, analysis: Analysis) -> EvidenceItem | None:
    exact = analysis.of_code(cause.file, cause.symbol)
    if exact is not None:
        return exact
    inside = [
        item
        for item in analysis.items.values()
        if item.kind == "code" and item.path == cause.file and item.start_line <= cause.start_line <= item.end_line
    ]
    return inside[0] if inside else None


def _later(analysis: Analysis) -> Iterator[EvidenceItem]:
    """What the main branch changed since, of the failing line itself."""
    for item in analysis.items.values():
        if item.kind == "commit" and "not deployed" in item.title:
            yield item


def _fix(talk: Talk, fix: Fix, analysis: Analysis) -> None:
    name = "Now" if fix.kind == "quick" else "To remove the cause"
    talk.say(f"{name}: {fix.description} Risk: {fix.risk} Undo: {fix.rollback}", analysis.summary)


def _checks(talk: Talk, analysis: Analysis, most: int) -> None:
    for check in analysis.report.next_checks[:most]:
        talk.say(f"Check: {check}", analysis.summary)


def _kind(item: EvidenceItem) -> str:
    return {"exception": "the exception", "log": "a log line", "code": f"the code of {item.symbol}"}.get(
        item.kind, f"a {item.kind}"
    )


def _first(text: str) -> str:
    from rca.conversation.notebook import without_marks

    return without_marks(text).split(". ")[0].rstrip(".") + "."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
