"""Look-ups of code at a commit: a file or symbol, words in it, who calls it. Nothing on disk but the commit's tree."""

from abc import ABC
from typing import Annotated, ClassVar

from pydantic import Field

from connectors.errors import BadInputError, NotFoundError
from indexers.code.blocks import CodeBlock
from rca.codebase import Codebase
from rca.conversation.tools.base import Found, Line, LookUp, Name, Path
from rca.conversation.values import Fault
from rca.conversation.world import Code, World
from rca.evidence import EvidenceItem

MOST_LINES = 80
AROUND = 12  # lines on each side, when one line is asked for
MOST_BLOCKS = 8
HEAD = 12  # lines of a block in a list


class InCode(LookUp, ABC):
    """What look-ups in code share: whose code, and at which commit. Default: what ran when the fault was seen."""

    service: Name = ""
    ref: Name = Field(default="", description="Commit, tag, branch or version; default: what was running")
    fault: Name = ""

    def opened(self, world: World) -> tuple[Codebase, Code]:
        """Raises NotFoundError that says why there is no code."""
        fault = world.fault(self.fault) if self.fault else None
        code = world.code(self.service or _service(fault, world), self.ref, fault=fault)
        if code.tree is None:
            raise NotFoundError(f"code cannot be looked at: {code.missing or 'no repository is known'}.")
        return code.tree, code


class OpenCode(InCode):
    """Lines of a file, or a function, method or class by its name, at the deployed commit. Give `path`, or `symbol`."""

    tool: ClassVar[str] = "open_code"

    path: Path = ""
    symbol: Name = ""
    first: Line = 0
    last: Line = 0

    def look(self, world: World) -> Found:
        tree, code = self.opened(world)
        if self.symbol:
            return self._symbol(tree, code)
        if not self.path:
            raise BadInputError("name a file in `path` or a function in `symbol`.")
        path = tree.resolve_path(self.path) or self.path
        lines = tree.text(path).split("\n")
        if not self.first and not self.last:
            first, last = 1, min(len(lines), MOST_LINES)
        else:
            first = max(1, self.first if self.last else self.first - AROUND)
            last = min(len(lines), self.last or self.first + AROUND, first + MOST_LINES - 1)
        if first > len(lines) or last < first:
            raise NotFoundError(
                f"{path} has {len(lines)} lines; {self.first or 1} to {self.last or '?'} are not there."
            )
        block = tree.block_at(path, self.first or first)
        item = EvidenceItem(
            "",
            "code",
            f"{path}, lines {first} to {last}, {code.why}",
            "\n".join(lines[first - 1 : last]),
            path=path,
            symbol=block.symbol if block and self.first else "",
            start_line=first,
            end_line=last,
            commit=tree.commit,
        )
        return Found((item,), item.title, code)

    def _symbol(self, tree: Codebase, code: Code) -> Found:
        found = tree.find(self.symbol)
        if self.path:
            path = tree.resolve_path(self.path) or self.path
            found = [block for block in found if block.path == path] or found
        if not found:
            raise NotFoundError(f"nothing is called {self.symbol!r} in {tree.repository} at {tree.commit[:12]}.")
        items = tuple(block_item(block, tree, code.why) for block in found[:3])
        more = f", and {len(found) - 3} more of that name" if len(found) > 3 else ""
        return Found(items, f"{self.symbol} at {tree.commit[:12]}{more}", found)


class SearchCode(InCode):
    """Functions that share words or meaning with an error message or a description, the nearest first."""

    tool: ClassVar[str] = "search_code"

    words: Annotated[str, Field(min_length=1, max_length=500)]
    limit: Annotated[int, Field(ge=1, le=MOST_BLOCKS)] = 5

    def look(self, world: World) -> Found:
        tree, code = self.opened(world)
        found = [hit.block for hit in tree.search(self.words, self.limit)]
        if not found:
            return Found(says=f"No code shares words with {self.words!r}.", data=[])
        items = tuple(block_item(block, tree, code.why, most=HEAD) for block in found)
        return Found(items, f"{len(found)} places that share words or meaning with it", found)


class FindCallers(InCode):
    """Who calls a function, as far as names tell."""

    tool: ClassVar[str] = "find_callers"

    symbol: Annotated[str, Field(min_length=1, max_length=255)]

    def look(self, world: World) -> Found:
        tree, code = self.opened(world)
        blocks = tree.find(self.symbol)
        if not blocks:
            raise NotFoundError(f"nothing is called {self.symbol!r} in {tree.repository} at {tree.commit[:12]}.")
        callers = list({block.symbol: block for one in blocks[:3] for block in tree.callers(one)}.values())
        if not callers:
            return Found(says=f"Nothing in the indexed code calls {self.symbol}, as far as names tell.", data=[])
        items = tuple(block_item(block, tree, code.why, most=HEAD) for block in callers[:MOST_BLOCKS])
        return Found(items, f"{len(callers)} callers of {self.symbol}", callers)


def block_item(block: CodeBlock, tree: Codebase, why: str, *, most: int = MOST_LINES) -> EvidenceItem:
    """A block as evidence, its first `most` lines."""
    lines = block.text.split("\n")[:most]
    return EvidenceItem(
        "",
        "code",
        f"{block.symbol} in {block.path}, {why}",
        "\n".join(lines),
        path=block.path,
        symbol=block.symbol,
        start_line=block.start_line,
        end_line=block.start_line + len(lines) - 1,
        commit=tree.commit,
    )


def _service(fault: Fault | None, world: World) -> str:
    if fault is not None:
        return fault.service
    known = list(world.services())
    if len(known) == 1:
        return known[0]
    raise BadInputError(f"say whose code: one of {', '.join(known[:12]) or 'no service is known'}.")
