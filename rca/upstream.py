"""Whether an error only passes on what another service did wrong, and which failure of which service that was.

A caller's exception names the service that answered badly, and often repeats its message; the same trace id, or at
least the same seconds, lead to that service's own exception. Owns: that reasoning, over what the flows looked up.
Keeps out: looking up (flows/steps/neighbours.py), what a report says about it (evidence, analysts).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.redaction import mask
from indexers.exceptions.chain import ExceptionRecord

MOST = 3
LONGEST_QUOTE = 200  # characters of an exception's text
CLOSE = 5.0  # seconds between two exceptions that no trace id joins
_TELLING_MESSAGE = 12  # characters; a shorter message may be repeated by chance

# What clients of other services say when a call fails.
_REMOTE = re.compile(
    r"""
    upstream | bad\ gateway | service\ (?:temporarily\ )?unavailable | gateway\ time-?out | did\ not\ (?:answer|respond)
    | (?:answered|returned|respon(?:ded|se)|status|http|code)\D{0,40}\b[45]\d\d\b        # payments answered 500
    | \b5\d\d\s+(?:server|internal|bad|service|gateway)                                  # 503 Service Unavailable
    | connection\ (?:refused|reset|aborted|closed|timed\ out) | connect(?:ion)?\ ?time-?out | timed?\ ?out | timeout
    | reset\ by\ peer | broken\ pipe | no\ route\ to\ host | unreachable | socket\ hang\ up | fetch\ failed
    | server\ (?:closed|disconnected) | \b(?:get|post|put|patch|delete)\s+["']?https?://
    | deadline\ ?exceeded | \bE(?:CONNREFUSED|CONNRESET|TIMEDOUT|NOTFOUND|PIPE|AI_AGAIN)\b
    | no\ such\ host | name\ resolution | unknown\ ?host | max\ retries\ exceeded | rpc\ error | status\.?runtime
    | \bUNAVAILABLE\b | feign | rest\ ?client | http(?:status|server|client|response)?\ ?error | request\ ?exception
    | urlerror | axios | circuit\ ?breaker | callnotpermitted
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HOST = re.compile(r"\bhttps?://(?P<host>[A-Za-z][\w.-]*[A-Za-z])(?=[:/?\s'\"]|$)")
# Attributes of OpenTelemetry's conventions and of proxies that say who was called, and addresses.
_PEER = re.compile(
    r"""\b(?:peer[._]service|(?:server|net[._]peer|destination|upstream)[._](?:address|name|service|host|cluster))
    ["']?\s*[=:]\s*["']?(?P<peer>[A-Za-z][\w.-]*\w) | \b\w+://(?P<host>[A-Za-z][\w.-]*\w)""",
    re.VERBOSE,
)
_STATUS = re.compile(r"bad gateway|gateway time-?out", re.IGNORECASE)  # a status, not the service of that name
_SUFFIX = re.compile(r"[-_. ]?(?:service|svc|server|api|app)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Call:
    """The exception under study: what `service` logged at `at`; `traced` when its request has an id.

    `hints` are lines and attributes that the service itself logged in the request, where addresses may stand.
    """

    chain: Sequence[ExceptionRecord]
    service: str
    at: datetime
    traced: bool = False
    hints: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that another service logged, in the same request (`same_trace`) or about the same time."""

    service: str
    cluster_id: str
    type: str
    message: str
    event_id: str
    at: datetime
    same_trace: bool

    @property
    def text(self) -> str:
        """Type and message as a caller may repeat them."""
        return f"{self.type.rsplit('.', 1)[-1]}: {self.message}" if self.message else self.type.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class Upstream:
    """The service whose failure is passed on, and how that is known, in words; secrets are masked.

    `cluster_id` and `exception` are "" where the service logged no exception of its own; `event_id` is then the line
    that it did log in the same request, if any.
    """

    service: str
    cluster_id: str
    exception: str
    evidence: str
    event_id: str = ""


def is_remote(chain: Sequence[ExceptionRecord]) -> bool:
    """Whether any exception of the chain reads like a failed call to another service."""
    return _REMOTE.search(_said(chain)) is not None


def named(chain: Sequence[ExceptionRecord], services: Collection[str]) -> list[str]:
    """Those of `services` that the chain's types and messages speak of, in the order in which they do."""
    said = _STATUS.sub("", _said(chain))
    places = {service: match.start() for service in services if (match := _names(service).search(said))}
    return sorted(places, key=lambda service: places[service])


def called(call: Call, services: Collection[str]) -> list[str]:
    """The other services that the exception names, or else those whose addresses stand in the request's lines."""
    others = [name for name in named(call.chain, services) if name != call.service]
    if others:
        return others
    peers = [match["peer"] or match["host"] for match in _PEER.finditer(call.hints)]
    labels = dict.fromkeys(part for peer in peers for part in (peer, peer.split(".", 1)[0]))
    fitting = [name for label in labels for name in services if _names(name).fullmatch(label)]
    return [name for name in dict.fromkeys(fitting) if name != call.service]


def upstream_of(
    call: Call,
    failures: Sequence[Failure],
    *,
    services: Collection[str],
    lines: Mapping[str, tuple[str, str]] | None = None,
) -> tuple[Upstream, ...]:
    """Whose failures `call` passes on, the surest first; () when it is its own fault.

    `failures` are other services' exceptions around it, `services` all names that are known, `lines` what another
    service logged in the same request last: service -> (event id, text).
    """
    if not is_remote(call.chain):
        return ()
    others = called(call, services)
    found: dict[tuple[str, str], tuple[float, Upstream]] = {}
    for failure in failures:
        score = _fits(failure, call, others)
        key = (failure.service, failure.cluster_id)
        if score and score > found.get(key, (0.0,))[0]:
            found[key] = (score, _passed_on(failure, call))
    ranked = [upstream for _, upstream in sorted(found.values(), key=lambda item: -item[0])]
    heard = {upstream.service for upstream in ranked}
    by_name = set(named(call.chain, services))
    silent = [_silent(name, lines or {}, by_name) for name in others if name not in heard]
    if not ranked and not silent:
        silent = [Upstream(host, "", "", "the exception names its address") for host in _hosts(call.chain)]
    return tuple([*ranked, *silent][:MOST])


def _said(chain: Sequence[ExceptionRecord]) -> str:
    return "\n".join(f"{error.type}: {error.message or ''}" for error in chain)


def _names(service: str) -> re.Pattern[str]:
    """A service's name as a word of its own, also without what only says that it is a service."""
    stem = _SUFFIX.sub("", service)
    words = {service, *([stem] if len(stem) > 3 else [])}
    spelled = "|".join("[-_. ]?".join(map(re.escape, re.split(r"[-_. ]+", word))) for word in sorted(words))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{spelled})(?![A-Za-z0-9])", re.IGNORECASE)


def _fits(failure: Failure, call: Call, others: Sequence[str]) -> float:
    """How surely the call passes `failure` on; 0 when it does not, or when it is the other way round."""
    repeated = _repeats(call.chain, failure)
    if failure.service == call.service or (not repeated and _names(call.service).search(failure.text)):
        return 0.0
    is_named = failure.service in others
    earlier = failure.at <= call.at
    apart = abs((call.at - failure.at).total_seconds())
    known = is_named if others else failure.same_trace and earlier
    joined = failure.same_trace or repeated or (not call.traced and apart <= CLOSE)
    if not known or not joined:
        return 0.0
    return 4.0 * repeated + 2.0 * failure.same_trace + 1.0 * is_named + 0.5 * earlier + 0.4 / (1 + apart)


def _repeats(chain: Sequence[ExceptionRecord], failure: Failure) -> bool:
    """Whether the chain says what the failure said, numbers aside."""
    said = _NUMBER.sub("#", _said(chain))
    message = _NUMBER.sub("#", failure.message)
    return _NUMBER.sub("#", failure.text) in said or (len(message) >= _TELLING_MESSAGE and message in said)


def _passed_on(failure: Failure, call: Call) -> Upstream:
    milliseconds = round((call.at - failure.at).total_seconds() * 1000)
    when = f"{milliseconds} ms earlier" if milliseconds >= 0 else f"{-milliseconds} ms later"
    where = "in the same request" if failure.same_trace else "at the same time (no trace id joins the two)"
    repeated = ", and this exception repeats its message" if _repeats(call.chain, failure) else ""
    exception = f"{failure.type}: {failure.message}" if failure.message else failure.type
    return Upstream(
        failure.service,
        failure.cluster_id,
        mask(exception).text[:LONGEST_QUOTE],
        f"logged {when} {where}{repeated}",
        failure.event_id,
    )


def _silent(service: str, lines: Mapping[str, tuple[str, str]], by_name: Collection[str]) -> Upstream:
    why = "the exception names it" if service in by_name else "its address stands in the lines of this request"
    if service not in lines:
        return Upstream(service, "", "", f"{why}, and it logged nothing about this request")
    event_id, text = lines[service]
    shown = mask(text.split("\n", 1)[0]).text[:LONGEST_QUOTE]
    said = f'{why}; in this request it logged no exception, but "{shown}"'
    return Upstream(service, "", "", said, event_id)


def _hosts(chain: Sequence[ExceptionRecord]) -> list[str]:
    hosts = dict.fromkeys(match["host"].lower() for match in _HOST.finditer(_said(chain)))
    return [host for host in hosts if host != "localhost"]
