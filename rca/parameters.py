"""Values that took part in a failure: names of the failing code with what the logs say they were.

Owns: which names matter and where their values are read. Keeps out: judging them (analysts).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rca.evidence import EvidenceItem
from rca.material import Material
from rca.source_text import identifiers, read_block

MOST = 8
TYPES = {
    "NoneType",
    "Decimal",
    "undefined",
    "null",
    "nil",
    "None",
    "BigDecimal",
    "String",
    "Integer",
}  # never a value's name
# name=value, name: value, "name": "value"; the value ends at a space, comma or closing mark. No space before the sign:
# that is how code assigns, and a trace prints code.
_PAIR = (
    r"""(?<![\w.])["']?{name}["']?(?:=|:\s?)(?P<value>"[^"\n]{{0,80}}"|'[^'\n]{{0,80}}'|[^\s,;(){{}}\[\]]{{1,80}})"""
)
_PAIRS = re.compile(r"""(?<![\w.])(?P<name>[A-Za-z_][\w.]{1,40})=(?P<value>"[^"\n]{0,80}"|[^\s,;(){}\[\]]{1,80})""")
_QUOTED = re.compile(r"""['"`](?P<name>[A-Za-z_][\w.-]{1,60})['"`]""")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name, the value it had ("" when nothing says), why it matters, and the evidence in which both stand."""

    name: str
    value: str
    why: str
    evidence_id: str


def involved(material: Material) -> list[Parameter]:
    """The likeliest first: named by the message, then used on the failing line, then logged by the same request."""
    found: dict[str, Parameter] = {}
    types = {error.type.rsplit(".", 1)[-1] for error in material.case.chain} | TYPES
    for parameter in (*_named(material), *_on_the_line(material), *_logged(material)):
        if len(parameter.name) > 1 and parameter.name.rsplit(".", 1)[-1] not in types:
            found.setdefault(parameter.name, parameter)
    valued = sorted(found.values(), key=lambda parameter: parameter.value == "")
    return valued[:MOST] if len(found) > MOST else list(found.values())


def _failure(material: Material) -> list[tuple[EvidenceItem, str]]:
    """Exception and logs of the same request with their text, without the source that a trace prints under its frames.

    What another request logged says nothing of this one's values.
    """
    printed = {frame.source for error in material.case.chain for frame in error.frames if frame.source}
    same = _same_request(material)
    return [
        (item, "\n".join(line for line in item.text.split("\n") if line.strip() not in printed))
        for item in material.evidence.of_kind("exception", "log")
        if item.kind == "exception" or item.event_id in same
    ]


def _same_request(material: Material) -> set[str]:
    """Events that share the trace or request id of the failing one."""
    rows = material.case.logs.select(["event_id", "trace_id", "request_id"]).to_pylist()
    own: dict[str, str] = next((row for row in rows if row["event_id"] == material.case.event_id), {})
    ids = [(column, own[column]) for column in ("trace_id", "request_id") if own.get(column)]
    return {row["event_id"] for row in rows if any(row[column] == value for column, value in ids)}


def _value_of(name: str, material: Material) -> tuple[str, str] | None:
    """(value, evidence id) where the failure's own text says what `name` was."""
    pattern = re.compile(_PAIR.format(name=re.escape(name)))
    for item, text in _failure(material):
        match = pattern.search(text)
        if match:
            return match["value"].strip("\"'"), item.id
    return None


def _named(material: Material) -> Iterator[Parameter]:
    """Names in quotes in the message that also stand in the suspected code."""
    own = material.evidence.of_kind("exception")
    for match in _QUOTED.finditer(material.case.exception_message):
        name = match["name"]
        place = next((item for item in material.evidence.of_kind("code") if name in item.text), None)
        shown = place or (own[0] if own and name in own[0].text else None)
        if shown is not None:
            where = f" and stands in {place.symbol}" if place else ""
            said = _value_of(name, material)
            yield Parameter(
                name,
                said[0] if said else "",
                f"the message of the exception names it{where}",
                said[1] if said else shown.id,
            )


def _on_the_line(material: Material) -> Iterator[Parameter]:
    """What the running line of the first suspects reads, with its value where a log line shows it."""
    for suspect in [suspect for suspect in material.suspects[:3] if suspect.in_trace]:
        text = read_block(suspect.block)
        reads = identifiers(text.statement(suspect.line))
        taken = set(text.parameters)
        evidence_id = material.evidence_of(suspect)
        for name in reads:
            said = _value_of(name, material)
            if said is None and (name not in taken or not evidence_id):
                continue
            role = "comes in as a parameter of" if name in taken else "is read by"
            value, shown = said if said else ("", evidence_id)
            yield Parameter(name, value, f"{role} {suspect.block.symbol} on the line that was running", shown)


def _logged(material: Material) -> Iterator[Parameter]:
    """name=value pairs that the failing event itself carries."""
    for item, text in _failure(material)[:1]:
        for match in _PAIRS.finditer(text):
            yield Parameter(match["name"], match["value"].strip('"'), "was logged with the failure", item.id)
