"""Templates: the constant part of log messages, found without being told, and the parameters left between.

Owns the miner (incremental, bounded) and template ids. The line of work: rough shapes in
columns (`templates_rough.py`), the header cut off (`templates_header.py`), parameters masked by form (`masking.py`) and
by comparison (`templates_merge.py`); all but the first see distinct shapes only.
Keeps out: files, JSON, what a template means.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from indexers.logs.masking import MAX_CHARACTERS, WILDCARD, mask
from indexers.logs.templates_merge import merge
from indexers.logs.templates_parameters import Fit, Parameter, fit, message_of, parameters

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "Fit",
    "Parameter",
    "TemplateMiner",
    "TemplateTable",
    "fit",
    "message_of",
    "mine",
    "parameters",
    "template_id",
]

_BUCKET = "\x00"  # marks a class of length among the shapes; no mask leaves it in a message


def template_id(template: str) -> str:
    """Stable id of a template: 12 hex digits of a hash of its text."""
    return hashlib.blake2b(template.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True)
class TemplateTable:
    """Template of every line: `codes[i]` is the place of line i's template in `ids`; `templates` maps id to text."""

    codes: "np.ndarray[Any, np.dtype[np.int32]]"
    ids: tuple[str, ...]
    templates: dict[str, str]

    @cached_property
    def template_ids(self) -> Any:
        """One id per line as a `pa.StringArray`."""
        import pyarrow as pa

        return pa.array(self.ids, pa.string()).take(pa.array(self.codes))


class TemplateMiner:
    """Mines templates batch by batch in bounded memory.

    `update(texts)` returns a shape number for every text, valid for the miner's life; `templates()` gives the template
    of every shape number as far as known now. Later batches may widen a template (its text and id change; the shape
    number does not): `aliases` then maps the old id to the new one. With the same texts the end result is the same in
    whatever batches they come, as long as the bounds are not reached.

    Bounds: `max_shapes` different shapes; the surplus falls into one template per class of length.
    """

    def __init__(self, max_shapes: int = 20_000) -> None:
        self.aliases: dict[str, str] = {}
        self._max_shapes = max_shapes
        self._numbers: dict[str, int] = {}  # shape -> number
        self._known: dict[str, int] = {}  # rough key -> number
        self._seen = 0
        self._templates: list[str] = []
        self._mined = 0

    def update(self, texts: Sequence[str] | Any) -> "np.ndarray[Any, np.dtype[np.int32]]":
        """Take in a batch (strings, or a pyarrow string column); the shape number of each text, in order."""
        import numpy as np

        from indexers.logs.templates_rough import as_array, rough_codes

        rough = rough_codes(as_array(texts))
        known = self._known
        if len(known) > 4 * self._max_shapes:
            known.clear()
        numbers = np.empty(len(rough.keys), np.int32)
        for place, (key, text) in enumerate(zip(rough.keys, rough.representatives, strict=True)):
            number = known.get(key)
            if number is None:
                number = self.number(text)
                if len(key) <= MAX_CHARACTERS:
                    known[key] = number
            numbers[place] = number
        found: np.ndarray[Any, np.dtype[np.int32]] = numbers[rough.codes]
        return found

    def number(self, text: str) -> int:
        """Shape number of one text; for batches use `update`, which asks this only for what is new."""
        numbers = self._numbers
        # When shapes never repeat, looking at each of them is wasted: after a while the surplus is not even masked.
        self._seen += 1
        if self._seen <= 2 * self._max_shapes or len(numbers) < self._max_shapes:
            shape = mask(message_of(text))
            if shape in numbers or len(numbers) < self._max_shapes:
                return numbers.setdefault(shape, len(numbers))
        return numbers.setdefault(_bucket(text), len(numbers))

    def templates(self) -> list[str]:
        """Template of each shape number; mined anew only when shapes have been added."""
        if self._mined != len(self._numbers):
            merged = merge(shape for shape in self._numbers if not shape.startswith(_BUCKET))
            now = [merged.get(shape, shape.removeprefix(_BUCKET)) for shape in self._numbers]
            for before, after in zip(self._templates, now, strict=False):
                if before != after:
                    self.aliases[template_id(before)] = template_id(after)
            self._templates = now
            self._mined = len(now)
        return self._templates

    def table(self, numbers: "np.ndarray[Any, np.dtype[np.int32]]") -> TemplateTable:
        """The table of a batch from the shape numbers that `update` gave (several may be concatenated)."""
        import numpy as np

        places: dict[str, int] = {}
        of_shape = np.array([places.setdefault(template, len(places)) for template in self.templates()], np.int32)
        ids = tuple(map(template_id, places))
        codes = of_shape[numbers] if len(of_shape) else np.zeros(len(numbers), np.int32)
        return TemplateTable(codes, ids, dict(zip(ids, places, strict=True)))


def _bucket(text: str) -> str:
    words = text[: 2 * MAX_CHARACTERS].count(" ") + 1
    low = 1 << (words.bit_length() - 1)
    return f"{_BUCKET}{WILDCARD} ({low} to {2 * low - 1} words)"


def mine(texts: Sequence[str] | Any) -> TemplateTable:
    """Templates of one batch: strings or a pyarrow string column, one event or line each."""
    miner = TemplateMiner()
    return miner.table(miner.update(texts))
