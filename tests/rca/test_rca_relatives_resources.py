"""Candidates from the class hierarchy and from further down the calls, and files that the failure names."""

from pathlib import Path

from indexers.exceptions.extract import chains, extract_exceptions
from rca.suspects import Suspect, rank_suspects
from tests.fakes.rca_code import code_of

SHAPES = """class Shape:
    def area(self):
        return self.width * self.height


class Circle(Shape):
    def area(self):
        return self.radius ** 2 * PI


class Square(Shape):
    def area(self):
        return self.side ** 2


class Report:
    def area(self):
        return "north"
"""
AREA = """Traceback (most recent call last):
  File "/app/shapes.py", line 8, in area
    return self.radius ** 2 * PI
NameError: name 'PI' is not defined
"""
LOADING = """def load(name):
    with open("settings/shop.yaml") as file:
        return parse(file)[name]
"""
MISSING = """Traceback (most recent call last):
  File "/app/loading.py", line 2, in load
    with open("settings/shop.yaml") as file:
KeyError: 'currency_rounding'
"""
YAML = "\n".join(f"option_{number}: {number}" for number in range(60)) + "\ncurrency_rounding: half-up\n"


def ranked(folder: Path, trace: str, files: dict[str, str]) -> list[Suspect]:
    """Every suspect."""
    return rank_suspects(chains(extract_exceptions(trace))[0], code_of(folder, files), limit=50)


def test_relatives_of_a_method_are_suspected(tmp_path: Path) -> None:
    """What it overrides and its siblings, with the relation in words; a namesake elsewhere is none."""
    said = {
        suspect.block.symbol: [part.reason for part in suspect.parts if part.signal == "relatives"]
        for suspect in ranked(tmp_path, AREA, {"shapes.py": SHAPES})
    }
    assert said["Shape.area"] == ["is overridden by Circle.area"]
    assert said["Square.area"] == ["does for its class what is done by Circle.area"]
    assert not said.get("Report.area")


def test_a_file_that_the_code_names_is_suspected_where_it_holds_the_words(tmp_path: Path) -> None:
    """The part around the key of the message, as a piece of a file."""
    files = {"loading.py": LOADING, "settings/shop.yaml": YAML, "other/shop.yaml": "a: 1\n"}
    found = next(suspect for suspect in ranked(tmp_path, MISSING, files) if suspect.block.kind == "file")
    assert found.block.path == "settings/shop.yaml"
    assert "currency_rounding: half-up" in found.block.text
    assert YAML.split("\n")[found.block.start_line - 1] == found.block.text.split("\n")[0]
    assert found.reasons == ("the failing code names shop.yaml",)


def test_a_name_that_two_files_have_points_to_neither(tmp_path: Path) -> None:
    """Without its folder the name does not tell which one was meant."""
    files = {"loading.py": LOADING.replace("settings/", ""), "settings/shop.yaml": YAML, "other/shop.yaml": "a: 1\n"}
    trace = MISSING.replace("settings/", "")
    assert all(suspect.block.kind != "file" for suspect in ranked(tmp_path, trace, files))


DEEP = """def price(cart):
    rate = load(cart)
    return cart.total * rate.percent


def load(cart):
    return settings(cart)


def settings(cart):
    return table(cart)


def table(cart):
    return row(cart)


def row(cart):
    rate = cart.rate
    return rate.percent if rate else None
"""
PERCENT = """Traceback (most recent call last):
  File "/app/deep.py", line 3, in price
    return cart.total * rate.percent
AttributeError: 'NoneType' object has no attribute 'percent'
"""


def test_functions_beyond_three_calls_are_reached(tmp_path: Path) -> None:
    """The way to them is said."""
    found = {suspect.block.symbol: suspect.parts for suspect in ranked(tmp_path, PERCENT, {"deep.py": DEEP})}
    reasons = [part.reason for part in found["row"] if part.signal == "reached"]
    assert reasons == ["reached over 4 calls: price > load > settings > table > row"]
