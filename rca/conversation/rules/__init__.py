"""Answers without a model: for each intent of intents.toml a function that says what our own look-ups show.

Owns: which function answers which intent. A new answer is one function, one line here and one entry in intents.toml.
"""

from collections.abc import Callable, Mapping

from rca.conversation.rules import cause, history, look, time, trouble
from rca.conversation.rules.talk import Talk

ANSWERS: Mapping[str, Callable[[Talk], None]] = {
    "happened": cause.happened,
    "why": cause.why,
    "sure": cause.sure,
    "alternatives": cause.alternatives,
    "values": cause.values,
    "next": cause.advise,
    "tests": cause.tests,
    "severity": cause.severity,
    "trace": cause.trace,
    "change_something": cause.change_something,
    "since": time.since,
    "still": time.still,
    "worse": time.worse,
    "before": time.before,
    "similar": time.similar,
    "where": time.where,
    "affected": time.affected,
    "commit": history.commit,
    "who": history.who,
    "fixed": history.fixed,
    "different": history.different,
    "diff": history.diff,
    "releases": history.releases,
    "rollback": history.rollback,
    "logs_around": look.logs_around,
    "request": look.request,
    "code": look.code,
    "callers": look.callers,
    "search_code": look.search_code,
    "others": trouble.others,
    "findings": trouble.findings,
    "search": look.search,
    "list": trouble.overview,
    "grouped": trouble.grouped,
    "help": look.helped,
    "thanks": look.thanked,
}
