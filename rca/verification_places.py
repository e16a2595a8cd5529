"""Whether a place in the code can be a cause: file and lines exist at the commit, and the trace leads to the symbol.

Owns: those checks and the walk over the call graph. Keeps out: what is claimed of a place (verification.py).
"""

import re
from functools import cached_property

from connectors.errors import NotFoundError
from indexers.code.blocks import CodeBlock
from rca.codebase import Codebase
from rca.material import Material
from rca.report import Cause
from rca.suspect_changes import CONFIGURATION

HEADROOM = 3  # lines by which a range may overshoot its block: decorators, a comment above, a closing bracket below
CALLS_AWAY = 3  # from a place of the trace or a suspect
MOST_BLOCKS = 600  # that are looked at on the way

UNNAMED = "(unknown)"  # what a report calls the code of a file outside of any function

Problem = tuple[str, str]  # name of the check, why it failed


def place_problem(cause: Cause, material: Material, reach: "Reach") -> Problem | None:
    """Why a place cannot be what it is said to be, or None."""
    code = material.case.code
    if cause.end_line < cause.start_line:
        return "line", "its last line is before its first"
    if code is None:
        return _problem_without_code(cause, material)
    try:
        lines = code.text(cause.file).removesuffix("\n").split("\n")
    except NotFoundError:
        return "file", f"there is no file {cause.file} at commit {material.case.commit[:12]}"
    if cause.end_line > len(lines):
        return "line", f"{cause.file} has only {len(lines)} lines"
    problem = _symbol_problem(cause, code, lines)
    if problem is None and not reach.holds(cause):
        return "reach", f"{cause.symbol} is neither in the trace nor reachable from it"
    return problem


def _symbol_problem(cause: Cause, code: Codebase, lines: list[str]) -> Problem | None:
    """Code: a block of that name at these lines. Configuration: the name's last part within the lines."""
    name = last_part(cause.symbol)
    if CONFIGURATION.search(cause.file):
        named = has_word("\n".join(lines[cause.start_line - 1 : cause.end_line]), name)
        return None if named else ("symbol", f"{cause.symbol} is not in these lines of {cause.file}")
    blocks = [block for block in code.blocks_in(cause.file) if last_part(block.name) == name]
    if not blocks:
        return "symbol", f"{cause.symbol} is not in {cause.file} at this commit"
    for block in blocks:
        first, last = block.start_line - HEADROOM, block.end_line + HEADROOM
        if first <= cause.start_line <= block.end_line and block.start_line <= cause.end_line <= last:
            return None
    return "line", f"{cause.symbol} is not at lines {cause.start_line} to {cause.end_line}"


def _problem_without_code(cause: Cause, material: Material) -> Problem | None:
    """Without a tree only what the trace itself printed can be confirmed."""
    frames = [frame for error in material.case.chain for frame in error.innermost()]
    same_file = [frame for frame in frames if frame.file == cause.file or frame.file.endswith("/" + cause.file)]
    if not same_file:
        return "file", f"{cause.file} is not in the trace, and there is no code to look it up in"
    if not any(last_part(frame.function or UNNAMED) == last_part(cause.symbol or UNNAMED) for frame in same_file):
        return "symbol", f"{cause.symbol} is not in the trace, and there is no code to look it up in"
    if not any(frame.line is not None and cause.start_line <= frame.line <= cause.end_line for frame in same_file):
        return "line", "no frame of the trace is at these lines"
    return None


class Reach:
    """What the failure leads to: the trace, the suspects, what a suspected commit changed, and what those call."""

    def __init__(self, material: Material) -> None:
        self._material = material

    def holds(self, cause: Cause) -> bool:
        """Whether the cause's symbol is within reach."""
        place = (cause.file, last_part(cause.symbol))
        shown = ((item.path, last_part(item.symbol)) for item in self._material.evidence.of_kind("code"))
        return place in shown or self._changed(*place) or place in self._called

    def _changed(self, path: str, name: str) -> bool:
        """A configuration file that a suspected commit touches, or a name that stands in its difference."""
        for change in self._material.changes:
            touched = path in change.paths or f"+++ b/{path}\n" in change.diff
            if touched and (CONFIGURATION.search(path) or has_word(change.diff, name)):
                return True
        return False

    @cached_property
    def _called(self) -> frozenset[tuple[str, str]]:
        """(path, name) of the suspects, the places of the trace, and every block within CALLS_AWAY calls of those."""
        code, case = self._material.case.code, self._material.case
        if code is None:
            return frozenset()
        frames = (frame for error in case.chain for frame in error.innermost())
        located = (block for frame in frames if (block := code.locate(frame)) is not None)
        seen = {_key(block): block for block in (*located, *(one.block for one in self._material.suspects))}
        edge = list(seen.values())
        for _ in range(CALLS_AWAY):
            following: list[CodeBlock] = []
            for block in edge:
                for callee in code.callees(block) if len(seen) < MOST_BLOCKS else ():
                    if _key(callee) not in seen:
                        seen[_key(callee)] = callee
                        following.append(callee)
            edge = following
        return frozenset((block.path, last_part(block.name)) for block in seen.values())


def _key(block: CodeBlock) -> tuple[str, str, int]:
    return block.path, block.symbol, block.start_line


def last_part(symbol: str) -> str:
    """The name without its class, module, receiver and arguments: `take` of `pkg.(*Pool).take` and `Pool::take(int)`.

    What stands in brackets as a whole, like "(unknown)", is a name.
    """
    plain = re.sub(r"\(\*?([\w.]+)\)(?=\.)", r"\1", symbol.strip())
    name = plain if plain.startswith("(") else plain.partition("(")[0]
    return re.split(r"\.|::|#|->", name)[-1].strip()


def has_word(text: str, word: str) -> bool:
    """Whether `word` stands in `text` and is no part of a longer word or number."""
    if not word:
        return False
    before = r"(?<!\w)(?<!\d\.)" if re.match(r"\w", word) else ""
    after = r"(?!\w)(?!\.\d)" if re.search(r"\w$", word) else ""
    return re.search(rf"{before}{re.escape(word)}{after}", text) is not None
