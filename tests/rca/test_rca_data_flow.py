"""Which lines made what failed, and the functions called on them."""

from pathlib import Path

from indexers.exceptions.extract import chains, extract_exceptions
from rca.data_flow import origins
from rca.suspects import rank_suspects
from rca.trace import Place, lay_over
from tests.fakes.rca_code import code_of

SELECTING = """def process(info, wanted):
    limit = 3
    formats = info["formats"]
    selector = build_selector(wanted)
    chosen = list(selector(formats))
    if not chosen:
        raise LookupError("requested format not available")


def build_selector(wanted):
    def parse(text):
        tokens = text.split("/")
        return [token.strip() for token in tokens]

    def select(formats):
        return [one for one in formats if one in parse(wanted)]

    return select
"""
TRACE = """Traceback (most recent call last):
  File "/app/selecting.py", line 7, in process
    raise LookupError("requested format not available")
LookupError: requested format not available
"""


def place(folder: Path, source: str) -> Place:
    """Where the only frame leads."""
    chain = chains(extract_exceptions(TRACE))[0]
    return lay_over(chain, code_of(folder, {"selecting.py": source})).places[0]


def test_values_are_followed_over_several_assignments(tmp_path: Path) -> None:
    """From the guard of the raise back to what made the selector; what plays no part is left out."""
    found = {number: (origin.name, origin.steps) for number, origin in origins(place(tmp_path, SELECTING)).items()}
    assert found == {5: ("chosen", 0), 4: ("selector", 1), 3: ("formats", 1)}


def test_keyword_arguments_are_no_assignments(tmp_path: Path) -> None:
    """`run(limit=1)` gives no value to a local name."""
    source = SELECTING.replace("limit = 3", "run(chosen=3)")
    assert 2 not in origins(place(tmp_path, source))


def test_loops_and_context_managers_give_values(tmp_path: Path) -> None:
    """The name of a loop and the name behind `as` come from that line."""
    source = SELECTING.replace("limit = 3", "for chosen in info:").replace('formats = info["formats"]', "    pass")
    assert origins(place(tmp_path, source))[2].name == "chosen"


def test_who_made_the_selector_is_suspected(tmp_path: Path) -> None:
    """Two assignments away, and a function inside of the maker as well."""
    chain = chains(extract_exceptions(TRACE))[0]
    ranked = rank_suspects(chain, code_of(tmp_path, {"selecting.py": SELECTING}))
    said = {suspect.block.symbol: " ".join(part.reason for part in suspect.parts) for suspect in ranked}
    assert "from which came what process was using" in said["build_selector"]
    assert "is part of build_selector" in said["build_selector.parse"]


def test_who_holds_the_words_of_the_message_is_suspected(tmp_path: Path) -> None:
    """An exception that was caught and reported under another name lives on in the message."""
    files = {
        "selecting.py": SELECTING,
        "cards.py": "def charge(card):\n    raise CardError('the card was refused by its bank')\n",
    }
    trace = TRACE.replace("requested format not available", "cannot pay: the card was refused by its bank")
    chain = chains(extract_exceptions(trace))[0]
    found = {s.block.symbol: s.reasons for s in rank_suspects(chain, code_of(tmp_path, files))}
    assert any("of the message" in reason for reason in found["charge"])
