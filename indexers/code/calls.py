"""Who calls whom, as far as names, imports, receivers and numbers of arguments tell without building the code.

Each possible target of a call is scored by what speaks for it; a call keeps its best few. Owns: the scores and what
they mean. Keeps out: values and data flow, blame.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from indexers.code.blocks import Call, CodeBlock
from indexers.code.imports import module_fits
from indexers.code.languages import BY_NAME
from indexers.code.outline import Import

if TYPE_CHECKING:
    from indexers.code.snapshot import CodeSnapshot

SURE = 5.0  # the import, the class or the scope names the target
LIKELY = 3.0  # same package, inherited, or the variable is named after the class
_TARGETS_PER_CALL = 3
_COMMON_NAME = 40  # a name with more definitions than this is only looked for close by
_MOST_CALLERS = 200
_LAST_NAME = re.compile(r"([A-Za-z_$][\w$]*)\W*$")
_FIXED_ARITY = {"java", "go"}


class CallGraph:
    """Call look-ups over one snapshot; nothing is built in advance."""

    def __init__(self, snapshot: "CodeSnapshot") -> None:
        self._snapshot = snapshot

    def callees(self, block: CodeBlock) -> list[CodeBlock]:
        """Targets of the calls in `block`, the surest first, equally sure ones in order of the calls; never itself."""
        scores: dict[tuple[str, int, str], tuple[float, int, CodeBlock]] = {}
        for order, call in enumerate(block.calls):
            for score, target in self.targets(block, call):
                key = (target.path, target.start_line, target.symbol)
                if target != block and (key not in scores or scores[key][0] < score):
                    scores[key] = (score, min(order, scores[key][1]) if key in scores else order, target)
        return [target for _, _, target in sorted(scores.values(), key=lambda item: (-int(item[0]), item[1]))]

    def callers(self, block: CodeBlock) -> list[CodeBlock]:
        """Blocks with a call that may mean `block`, the surest first."""
        names = {block.name}
        if block.kind == "constructor":
            names = {_class_of(block), "super", "this"} - {""}
        facts = self._snapshot.facts
        numbers = sorted({number for name in names for number in facts.calling(name)})
        if len(numbers) > _MOST_CALLERS:
            folder = _folder(block.path)
            numbers = sorted(numbers, key=lambda number: _folder(facts.place(number)[0]) != folder)[:_MOST_CALLERS]
        self._snapshot.load({facts.place(number)[0] for number in numbers})
        scored: list[tuple[float, int, CodeBlock]] = []
        for number in numbers:
            caller = self._snapshot.block(number)
            if caller == block:
                continue
            best = max(
                (self._certainty(caller, call, block) for call in caller.calls if call.name in names), default=0.0
            )
            if best > 0:
                scored.append((-best, number, caller))
        return [caller for _, _, caller in sorted(scored, key=lambda item: item[:2])]

    def _certainty(self, caller: CodeBlock, call: Call, block: CodeBlock) -> float:
        """How surely `call` means `block`; other targets are only looked at where the call itself leaves it open."""
        if call.name not in ("super", "this") and block.kind != "class":
            score = self._score(caller, call, block) if _family(caller) == _family(block) else 0.0
            if score == 0 or score >= LIKELY:
                return score
        return max(
            (
                score
                for score, target in self.targets(caller, call)
                if target == block or (block.kind == "class" and target.symbol.startswith(f"{block.symbol}."))
            ),
            default=0.0,
        )

    def targets(self, caller: CodeBlock, call: Call) -> list[tuple[float, CodeBlock]]:
        """(score, block) of what one call may mean, best first, at most three; scores as SURE and LIKELY."""
        found = []
        for candidate in self._candidates(caller, call):
            score = self._score(caller, call, candidate)
            if score > 0:
                found.append((score, candidate))
        found.sort(key=lambda item: (-item[0], item[1].path, item[1].start_line))
        if found and found[0][0] < 1 and len(found) > _TARGETS_PER_CALL:
            return []  # many blocks have this name and nothing speaks for any of them
        best = [item for item in found if item[0] >= found[0][0] - 1.5]
        return best[:_TARGETS_PER_CALL]

    def _candidates(self, caller: CodeBlock, call: Call) -> Iterable[CodeBlock]:
        name = call.name
        if name in ("super", "this"):
            return self._constructors_of(caller.bases or self._bases_around(caller) if name == "super" else ())
        facts = self._snapshot.facts
        renamed = {i.name for i in self._imports(caller) if i.alias == name and i.name not in ("", "*")}
        numbers = [n for wanted in {name, *renamed} for n in facts.named(wanted)]
        if len(numbers) > _COMMON_NAME:
            numbers = [n for n in numbers if self._is_close(caller, facts.place(n)[0])]
        self._snapshot.load({facts.place(number)[0] for number in numbers})
        blocks = [self._snapshot.block(number) for number in numbers]
        classes = [block for block in blocks if block.kind == "class"]
        made = [maker for block in classes for maker in self._makers(block)]
        callable_ones = [block for block in blocks if block.kind != "class"]
        return [block for block in (*callable_ones, *made) if _family(block) == _family(caller)]

    def _constructors_of(self, classes: Iterable[str]) -> list[CodeBlock]:
        return [
            maker
            for name in classes
            for block in self._snapshot.find(name)
            if block.kind == "class"
            for maker in self._makers(block)
        ]

    def _makers(self, block: CodeBlock) -> list[CodeBlock]:
        """The constructors of a class; the class itself when it writes none."""
        inside = [
            other
            for other in self._snapshot.blocks_in(block.path)
            if other.kind == "constructor" and other.symbol.rpartition(".")[0] == block.symbol
        ]
        return inside or [block]

    def _is_close(self, caller: CodeBlock, path: str) -> bool:
        if path == caller.path or _folder(path) == _folder(caller.path):
            return True
        return any(module_fits(item, caller.path, path) for item in self._imports(caller))

    def _imports(self, block: CodeBlock) -> tuple[Import, ...]:
        return self._snapshot.outline(block.path).imports

    def _score(self, caller: CodeBlock, call: Call, target: CodeBlock) -> float:
        arity = _arity(call, target)
        if arity < 0 and target.language in _FIXED_ARITY:
            return 0.0
        nearness = 0.5 if target.path == caller.path else 0.3 if _folder(target.path) == _folder(caller.path) else 0.1
        if call.receiver in ("", "new"):
            evidence = self._bare(caller, call, target)
        elif call.receiver in BY_NAME[caller.language].self_names:
            evidence = self._own(caller, call, target)
        else:
            evidence = self._received(caller, call, target)
        return max(evidence + arity + nearness, 0.0) if evidence >= 0 else 0.0

    def _bare(self, caller: CodeBlock, call: Call, target: CodeBlock) -> float:
        """A call without a receiver: what is in scope, what is imported, what the class has (Java)."""
        imported = any(
            (item.alias == call.name or item.name == "*") and module_fits(item, caller.path, target.path)
            for item in self._imports(caller)
        )
        same_folder = _folder(target.path) == _folder(caller.path)
        if target.kind in ("class", "constructor"):
            return SURE if imported or target.path == caller.path else LIKELY if same_folder else 1.0
        if target.kind == "method":
            return self._own(caller, call, target) if caller.language == "java" else -1.0
        holder = target.symbol.rpartition(".")[0]
        in_scope = target.path == caller.path and (not holder or caller.symbol.startswith(holder))
        if in_scope or imported or (caller.language == "go" and same_folder):
            return SURE
        return -1.0 if holder else 0.0

    def _own(self, caller: CodeBlock, call: Call, target: CodeBlock) -> float:
        """A call on the object itself: the same class, then the classes it extends, then those that extend it."""
        own, theirs = _class_of(caller), _class_of(target)
        if not theirs:
            return -1.0
        bases = self._bases_around(caller)
        if own and theirs == own:
            return LIKELY if call.receiver.startswith("super") else SURE
        if theirs in bases:
            return SURE - 0.5
        if own in self._bases_around(target):
            return LIKELY
        if caller.symbol.startswith(f"{target.symbol.rpartition('.')[0]}."):
            return LIKELY  # an outer class
        statically = any(
            item.name in (call.name, "*") and module_fits(item, caller.path, target.path)
            for item in self._imports(caller)
        )
        return LIKELY if statically and caller.language == "java" else -1.0 if call.receiver else 0.0

    def _received(self, caller: CodeBlock, call: Call, target: CodeBlock) -> float:
        """A call on something: a class or module by name, a variable with a known class, a telling variable name."""
        receiver = call.receiver
        theirs = _class_of(target)
        if not theirs:
            imported = any(
                item.alias == receiver and module_fits(item, caller.path, target.path) for item in self._imports(caller)
            )
            return SURE if imported else -1.0 if caller.language == "java" else 0.0
        if receiver.rsplit(".", 1)[-1] == theirs:
            return SURE
        kind = self._type_of(caller, receiver)
        if kind:
            related = kind in self._bases_around(target) or theirs in self._bases_named(kind)
            return SURE if kind == theirs else SURE - 1.0 if related else -1.0
        last = _LAST_NAME.search(receiver)
        return LIKELY if last and _alike(last[1], theirs) else 0.0

    def _type_of(self, caller: CodeBlock, receiver: str) -> str:
        """The class of a variable or field, from the block, the blocks around it, and the fields of its class."""
        bare = receiver.removeprefix("this.").removeprefix("self.")
        spellings = {receiver, bare, f"self.{bare}", f"this.{bare}"}
        if caller.language == "go" and "." in receiver:
            spellings.add(receiver.rsplit(".", 1)[-1])
        holder = caller.symbol.rpartition(".")[0]
        around = [block for block in self._snapshot.blocks_in(caller.path) if holder and _inside(block.symbol, holder)]
        for block in [caller, *around, *self._class_blocks(caller)]:
            for name, kind in block.types:
                if name in spellings:
                    return kind
        return ""

    def _class_blocks(self, block: CodeBlock) -> list[CodeBlock]:
        """The class of a Go method may lie in another file of its package."""
        if block.language != "go" or not _class_of(block):
            return []
        return [
            found
            for found in self._snapshot.find(_class_of(block))
            if found.kind == "class" and _folder(found.path) == _folder(block.path)
        ]

    def _bases_around(self, block: CodeBlock) -> tuple[str, ...]:
        holder = block.symbol if block.kind == "class" else block.symbol.rpartition(".")[0]
        return next(
            (
                other.bases
                for other in self._snapshot.blocks_in(block.path)
                if other.kind == "class" and other.symbol == holder
            ),
            (),
        )

    def _bases_named(self, name: str) -> tuple[str, ...]:
        if name not in self._bases:
            blocks = [block for block in self._snapshot.find(name) if block.kind == "class"]
            self._bases[name] = tuple(base for block in blocks[:3] for base in block.bases)
        return self._bases[name]

    @cached_property
    def _bases(self) -> dict[str, tuple[str, ...]]:
        return {}


def _arity(call: Call, target: CodeBlock) -> float:
    """What the number of arguments says: 1 for a fit, 0 for "cannot tell", -1 for a misfit."""
    if call.arguments < 0 or target.kind == "class":
        return 0.0
    taken = [name for name in target.parameters if name not in ("self", "cls")]
    if any(name.startswith("*") for name in taken):
        return 0.5
    if target.language in _FIXED_ARITY:
        return 1.0 if call.arguments == len(taken) else -1.0
    return 1.0 if call.arguments == len(taken) else 0.3 if call.arguments < len(taken) else -1.0


def _class_of(block: CodeBlock) -> str:
    """The simple name of the class around a method or constructor, "" for a function."""
    if block.kind == "class":
        return block.name
    if block.kind == "function":
        return ""
    return block.symbol.rpartition(".")[0].rpartition(".")[2]


def _family(block: CodeBlock) -> str:
    return "javascript" if block.language in ("typescript", "tsx") else block.language


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _inside(symbol: str, holder: str) -> bool:
    return symbol == holder or symbol.startswith(f"{holder}.")


def _alike(variable: str, cls: str) -> bool:
    """Whether a variable seems to be named after a class: `repo` or `order_repo` after OrderRepository."""
    name = variable.replace("_", "").lower()
    return len(name) >= 3 and (name in cls.lower() or cls.lower() in name)
