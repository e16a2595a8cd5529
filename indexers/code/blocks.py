"""The values that code is cut into: blocks (a function, method or class body at a commit) and their calls.

Owns the types. Keeps out: how they are found (languages/), where they are stored (index.py), who is to blame (rca).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A call site inside a block: `receiver` is the text before the last dot ("" for a bare call).

    A construction (`new Cart(...)`) has the class as name and "new" as receiver. `arguments` is -1 where the number
    cannot be read off the call (spread arguments, method references).
    """

    name: str
    receiver: str
    arguments: int
    line: int  # 1-based, in the file


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A function, method or class at one place of one tree.

    `symbol` is qualified within the file's module or package ("OrderService.place", "com.shop.Cart.total",
    "parse_row"); lines are 1-based and inclusive and cover decorators and annotations. `block_id` derives from
    content alone (language, chunker version, text), so an unchanged body keeps its id over commits and paths.
    The text of a class is its header and fields: the blocks inside it are cut out, though its lines span them.

    `parameters` are names in order ("*rest" for one that takes any number), `bases` the classes and interfaces that a
    class names, `types` pairs of a variable or field and the simple name of its class, where the code says so.
    """

    block_id: str
    path: str
    blob: str
    language: str
    kind: str  # function, method, constructor, class
    symbol: str
    start_line: int
    end_line: int
    signature: str
    doc: str
    text: str
    calls: tuple[Call, ...]
    parameters: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    types: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The last part of the symbol."""
        return self.symbol.rsplit(".", 1)[-1]
