"""Prompt files by date, and how a question is put together from them.

Owns: rendering and the fences around data. What stands outside of a fence and was written by others is one short line.
Text that addresses the reader is withheld; the evidence itself keeps it. A dated folder is never edited after it has
produced reports; a new one stands beside it. Keeps out: which evidence is given (rca/gathering.py), asking the model.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.llm import ModelRequest
from rca.evidence import EvidenceItem
from rca.evidence_orders import withheld
from rca.material import Material
from rca.report import model_schema

if TYPE_CHECKING:
    from jinja2 import Environment

CURRENT = "2026-11-21-2"
TOOL = "submit_root_cause"
TOOL_DESCRIPTION = "Hand in the root cause analysis. Call it exactly once."
ANSWER_TOKENS = 4096
LONGEST_LINE = 400  # characters


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # the result is a prompt, not a page; fences keep data apart from words
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["said"] = one_line
    return environment


def question(material: Material, version: str = CURRENT) -> ModelRequest:
    """The request for one case. The system text is the same for every case of a version, so that it can be cached."""
    environment = _environment()
    prompt = environment.get_template(f"{version}/question.md.j2").render(
        case=material.case,
        severity=material.severity,
        suspects=[
            (suspect, material.evidence_of(suspect)) for suspect in material.suspects if material.evidence_of(suspect)
        ],
        notes=material.notes,
        left_out=material.left_out,
        items=[(item, numbered_lines(item)) for item in material.evidence.items],
        mark=material.evidence.mark,
    )
    return ModelRequest(
        system=environment.get_template(f"{version}/system.md.j2").render(),
        prompt=prompt,
        tool_name=TOOL,
        tool_description=TOOL_DESCRIPTION,
        schema=model_schema(),
        max_tokens=ANSWER_TOKENS,
        labels={"project": material.case.service, "cluster": material.case.cluster_id, "purpose": TOOL},
    )


def repair(asked: ModelRequest, problem: str, version: str = CURRENT) -> ModelRequest:
    """The same question again, with what was wrong with the first answer."""
    text = _environment().get_template(f"{version}/repair.md.j2").render(problem=problem)
    return replace(asked, prompt=f"{asked.prompt}\n{text}")


def numbered_lines(item: EvidenceItem) -> str:
    """Code with its line numbers beside it, other evidence as it is; orders in either are withheld."""
    text = withheld(item.text)
    if item.kind != "code":
        return text
    width = len(str(item.end_line))
    return "\n".join(f"{number:>{width}}| {line}" for number, line in enumerate(text.split("\n"), item.start_line))


def one_line(text: str) -> str:
    """What others wrote, fit to stand outside of a fence: no line ends, no orders, not long."""
    line = " ".join(withheld(text).split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 4]} ..."
