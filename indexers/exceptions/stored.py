"""Chains as JSON, for the metadata store and for whoever reads it. Keeps out: tables."""

import json
from collections.abc import Sequence
from typing import Any

from indexers.exceptions.chain import ExceptionRecord, Frame
from indexers.exceptions.fingerprint import Fingerprint, Part

_FRAME_FIELDS = ("file", "function", "line", "column", "in_app", "module", "source")


def chain_to_json(chain: Sequence[ExceptionRecord]) -> str:
    """`chain` as a JSON list; `chain_from_json` is its inverse."""
    return json.dumps(
        [
            {
                "type": record.type,
                "message": record.message,
                "language": record.language,
                "relation": record.relation,
                "parent": record.parent,
                "lines": record.lines,
                "innermost_first": record.innermost_first,
                "frames": [_frame(frame) for frame in record.frames],
                "location": None if record.location is None else _frame(record.location),
            }
            for record in chain
        ]
    )


def _frame(frame: Frame) -> dict[str, Any]:
    return {name: getattr(frame, name) for name in _FRAME_FIELDS}


def chain_from_json(text: str) -> list[ExceptionRecord]:
    """The chain that `chain_to_json` wrote."""
    return [_record(value) for value in json.loads(text)]


def _record(value: dict[str, Any]) -> ExceptionRecord:
    return ExceptionRecord(
        type=value["type"],
        message=value["message"],
        language=value["language"],
        relation=value["relation"],
        parent=value["parent"],
        lines=(value["lines"][0], value["lines"][1]),
        frames=tuple(Frame(**frame) for frame in value["frames"]),
        innermost_first=value["innermost_first"],
        location=None if value["location"] is None else Frame(**value["location"]),
    )


def fingerprint_to_json(fingerprint: Fingerprint) -> str:
    """`fingerprint` as a JSON object; `fingerprint_from_json` is its inverse."""
    parts = [[part.name, part.value, part.contributes, part.hint] for part in fingerprint.parts]
    return json.dumps({"value": fingerprint.value, "strategy": fingerprint.strategy, "parts": parts})


def fingerprint_from_json(text: str) -> Fingerprint:
    """The fingerprint that `fingerprint_to_json` wrote."""
    value = json.loads(text)
    return Fingerprint(value["value"], tuple(Part(*part) for part in value["parts"]), value["strategy"])
