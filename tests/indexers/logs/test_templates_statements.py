"""Lines made of known statements: what was one statement is one template, whatever the header."""

import pytest

from indexers.logs.templates import mine
from tests.indexers.logs.statements import HEADERS, lines


def accuracy(found: list[str], true: list[int]) -> float:
    """Grouping accuracy (Zhu et al. 2019): the part of the lines whose group is exactly that of their statement."""
    said: dict[str, set[int]] = {}
    real: dict[int, set[int]] = {}
    for place, (key, which) in enumerate(zip(found, true, strict=True)):
        said.setdefault(key, set()).add(place)
        real.setdefault(which, set()).add(place)
    exact = {frozenset(group) for group in real.values()}
    return sum(len(group) for group in said.values() if frozenset(group) in exact) / max(len(found), 1)


@pytest.mark.parametrize("header", range(len(HEADERS)))
def test_a_statement_is_a_template(header: int) -> None:
    """Names, paths, lists, reasons and quoted texts do not split a statement, and headers are cut off."""
    made = list(lines(2000, header + 1, header))
    found = mine([line for line, _ in made]).template_ids.to_pylist()
    assert accuracy(found, [which for _, which in made]) >= 0.97
