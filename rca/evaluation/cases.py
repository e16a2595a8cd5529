"""One case of the evaluation: what is given to the analysis, and the truth about it.

Owns: the format of case files, which users write too, and reading them. Keeps out: the shipped cases (shipped.py),
verdicts as cases (verdicts.py), turning a case into what an analysis starts from (preparing.py).

A case file is UTF-8: one JSON object a line, or one JSON array. Only `id`, `trace` and `truth` are needed:

    {"id": "shop-17", "project": "shop", "service": "orders", "version": "1.4.0",
     "trace": "Traceback (most recent call last):...", "log": "raw log lines around it, as printed",
     "repo": "/srv/git/shop.git", "ref": "v1.4.0", "good_ref": "v1.3.0", "path_prefix": "/app/",
     "truth": {"causes": [{"file": "shop/orders.py", "symbol": "place"}], "commit": "3f2c1ab"}}

- code: `source` (a folder) or `repo` and `ref` (a git repository at a commit); relative to the case file's folder
- `good_ref`: the last release without the fault; `path_prefix`: what production paths begin with
- `truth.causes`: the places to blame, any of them counts; a place without `symbol` is a whole file;
  `truth.not_causes`: places that must not stand first; `truth.commit`: the commit that brought the fault;
  `truth.exceptions`: what is to be read out of the trace; `truth.abstain`: there is not enough to name a cause
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from connectors.errors import BadInputError

Part = Literal["shipped", "file", "verdicts"]
Name = Annotated[str, Field(max_length=255)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TruePlace(_Strict):
    """A file, and a function, method, class or constant in it; "" for `symbol` stands for the whole file."""

    file: str = Field(min_length=1, max_length=1000)
    symbol: str = Field(default="", max_length=1000)


class TrueException(_Strict):
    """One exception of a trace in printed order, as `firstcause extract` gives it; `frames` is how many it has, `ends`
    are file, function, line and in_app of the first and the last of them."""

    type: str
    message: str | None
    relation: str = "root"
    parent: int | None = None
    lines: tuple[int, int]
    frames: int = 0
    ends: tuple[tuple[str, str, int | None, bool | None], ...] = ()


class Truth(_Strict):
    """What is known to be so; what is not given is not measured."""

    causes: tuple[TruePlace, ...] = ()
    not_causes: tuple[TruePlace, ...] = ()
    commit: str = ""
    exceptions: tuple[TrueException, ...] | None = None
    abstain: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.causes or self.not_causes or self.commit or self.abstain or self.exceptions is not None):
            raise ValueError("the truth is empty; give causes, not_causes, commit, exceptions or abstain")
        if self.abstain and (self.causes or self.commit):
            raise ValueError("a case that has causes or a commit cannot ask to abstain")
        return self


class CaseRow(_Strict):
    """One log event around the failure; `failing` marks the event that holds the trace."""

    at: datetime
    body: str
    severity: str = ""
    service: str = ""
    request_id: str = ""
    trace_id: str = ""
    attributes: dict[str, str] = Field(default_factory=dict)
    failing: bool = False


class EvaluationCase(_Strict):
    """See the head of this file. `history` names a history that is shipped, in place of `repo`."""

    id: str = Field(min_length=1, max_length=255)
    project: Name = ""
    service: Name = ""
    environment: Name = ""
    version: Name = ""
    trace: str = Field(min_length=1)
    log: str = ""
    rows: tuple[CaseRow, ...] = ()
    count: int = Field(default=1, ge=1)
    source: Path | None = None
    repo: Path | None = None
    history: str = ""
    ref: str = ""
    good_ref: str = ""
    path_prefix: str = ""
    truth: Truth

    @model_validator(mode="after")
    def _code_is_given_once(self) -> Self:
        if sum((self.source is not None, self.repo is not None, bool(self.history))) > 1:
            raise ValueError("give the code once: source, or repo with ref")
        if (self.repo is not None or self.history) and not self.ref:
            raise ValueError("repo needs ref: the commit, tag or branch that was running")
        return self

    @property
    def digest(self) -> str:
        """Identity of the case's content, 16 hex digits; where its code lies does not matter."""
        content = self.model_dump_json(exclude={"source", "repo"})
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases from one place. `name` is what a person calls it: a file, "shipped", "verdicts"."""

    name: str
    part: Part
    cases: tuple[EvaluationCase, ...]


def read_cases(path: Path) -> CaseSet:
    """The cases of a file; none when the file is empty. Raises BadInputError naming the line of what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"case file {str(path)!r} cannot be read: {error}.") from error
    cases = [_placed(case, path.parent) for case in parse_cases(text, str(path))]
    return CaseSet(str(path), "file", tuple(cases))


def parse_cases(text: str, name: str) -> list[EvaluationCase]:
    """The cases in `text`. Raises BadInputError, also for two cases of one id."""
    cases: list[EvaluationCase] = []
    seen: set[str] = set()
    for place, value in _objects(text, name):
        try:
            case = EvaluationCase.model_validate(value)
        except ValidationError as error:
            raise BadInputError(f"{name}, {place}: {_said(error)}.") from error
        if case.id in seen:
            raise BadInputError(f"{name}, {place}: a case called {case.id!r} came before; every case needs its own id.")
        seen.add(case.id)
        cases.append(case)
    return cases


def _objects(text: str, name: str) -> Iterator[tuple[str, Any]]:
    try:
        if text.lstrip().startswith("["):
            yield from ((f"case {number}", value) for number, value in enumerate(json.loads(text), 1))
            return
    except ValueError as error:
        raise BadInputError(f"{name} is not valid JSON ({error}).") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise BadInputError(f"{name}, line {number}: not valid JSON ({error}).") from error
        yield f"line {number}", value


def _said(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in problems[:5])


def _placed(case: EvaluationCase, base: Path) -> EvaluationCase:
    """Paths relative to the case file's folder."""
    update = {name: base / path for name in ("source", "repo") if (path := getattr(case, name)) is not None}
    return case.model_copy(update=update)


def data_set_of(digests: Iterable[str]) -> str:
    """Identity of a set of cases, whatever their order, 16 hex digits; "" for none."""
    ordered: Sequence[str] = sorted(digests)
    return hashlib.sha256("\n".join(ordered).encode()).hexdigest()[:16] if ordered else ""
