"""Mining templates: what is one statement, what is a parameter, and that order and batches do not matter."""

import random
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from indexers.logs.templates import TemplateMiner, mine

USERS = ["root", "admin", "oracle", "postgres", "backup", "nagios", "guest", "support"]
LINES = [
    *(f"Failed password for {user} from 10.0.0.{place} port {4000 + place}" for place, user in enumerate(USERS)),
    *(f"Block blk_{place * 7919} of size {place} received from /10.1.1.{place}:50010" for place in range(8)),
    *(f"task {place} moved from NEW to {state}" for place, state in enumerate(["READY", "RUNNING", "DONE"])),
    "Cache is warm",
]


def groups(lines: list[str]) -> list[set[int]]:
    """Which lines share a template."""
    ids = mine(lines).template_ids.to_pylist()
    return [{place for place, found in enumerate(ids) if found == key} for key in dict.fromkeys(ids)]


def test_numbers_and_ids_are_parameters() -> None:
    """Lines that differ in numbers, ids and addresses only are one template."""
    assert mine(LINES[8:16]).templates == {
        mine(LINES[8:16]).ids[0]: "Block <*> of size <*> received from <*>",
    }


def test_a_word_with_many_values_is_a_parameter() -> None:
    """A name that takes many values in one place becomes a parameter without a digit in it."""
    assert set(mine(LINES[:8]).templates.values()) == {"Failed password for <*> from <*> port <*>"}


def test_few_states_are_not_a_parameter() -> None:
    """Transitions to different states stay apart: which state it was is what the line says."""
    assert len(groups(LINES[16:19])) == 3


def test_different_keys_are_different_statements() -> None:
    """The word before an equals sign is never a parameter."""
    keys = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo"]
    assert len(groups([f"loaded setting {key}=yes now" for key in keys])) == len(keys)


def test_known_values_spread_to_other_messages() -> None:
    """Words that were a parameter after `user` in one message are one in another that shows only two of them."""
    sessions = ["session closed for user root", "session closed for user admin"]
    many = [f"password changed for user {user} by console" for user in USERS]
    ids = mine([*many, *sessions]).template_ids.to_pylist()
    assert ids[-1] == ids[-2]


def test_the_header_does_not_split_a_statement() -> None:
    """The same message under different times, levels, threads and loggers is one template."""
    lines = [
        "2024-03-01 10:00:00,123 INFO [main] com.shop.Cart: cart 17 emptied",
        "2024-03-01T10:00:01Z WARN [worker-4] com.shop.Other: cart 18 emptied",
        "Mar  1 10:00:02 host7 cartd[4711]: cart 19 emptied",
    ]
    assert len(groups(lines)) == 1


@given(st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(chance: random.Random) -> None:
    """Shuffled lines give the same template for the same line."""
    expected = dict(zip(LINES, mine(LINES).template_ids.to_pylist(), strict=True))
    shuffled = LINES.copy()
    chance.shuffle(shuffled)
    assert dict(zip(shuffled, mine(shuffled).template_ids.to_pylist(), strict=True)) == expected


@given(st.lists(st.integers(0, len(LINES)), max_size=4))
def test_batches_do_not_matter(cuts: list[int]) -> None:
    """The same lines in several batches end with the same templates as in one."""
    miner = TemplateMiner()
    bounds = [0, *sorted(cuts), len(LINES)]
    numbers = [miner.update(LINES[start:end]) for start, end in pairwise(bounds)]
    assert miner.table(np.concatenate(numbers)).template_ids.to_pylist() == mine(LINES).template_ids.to_pylist()


def test_a_widened_template_leaves_an_alias() -> None:
    """When later lines turn a word into a parameter the old id leads to the new one."""
    miner = TemplateMiner()
    first = miner.table(miner.update([LINES[0]])).ids[0]
    last = miner.table(miner.update(LINES[:8])).ids[0]
    assert first != last
    assert miner.aliases[first] == last


def test_memory_is_bounded_on_lines_that_never_repeat() -> None:
    """Beyond the bound lines fall into one template per class of length; none is lost."""
    chance = random.Random(3)
    words = ["".join(chance.choices("abcdefgh", k=6)) for _ in range(3000)]
    lines = [" ".join(chance.choices(words, k=chance.randint(3, 30))) for _ in range(2000)]
    miner = TemplateMiner(max_shapes=100)
    table = miner.table(miner.update(lines))
    assert len(table.codes) == len(lines)
    assert len(table.ids) <= 100 + 10
    assert "<*> (8 to 15 words)" in table.templates.values()


@given(st.lists(st.text(alphabet=st.characters()), max_size=30))
def test_any_text_has_a_template(texts: list[str]) -> None:
    """Every text of any kind gets exactly one template id, known in the table."""
    table = mine(texts)
    assert len(table.template_ids) == len(texts)
    assert set(table.template_ids.to_pylist()) <= set(table.templates)


def test_columns_and_lists_are_alike() -> None:
    """Sliced, chunked, dictionary and null-holding Arrow columns give what a list gives."""
    expected = mine(["", *LINES[2:]]).template_ids.to_pylist()
    whole = pa.array(["x", None, *LINES[2:]])
    assert mine(whole.slice(1)).template_ids.to_pylist() == expected
    assert mine(pa.chunked_array([whole.slice(1, 4), whole.slice(5)])).template_ids.to_pylist() == expected
    assert mine(whole.slice(1).dictionary_encode()).template_ids.to_pylist() == expected


def test_half_a_surrogate_pair_is_text_too() -> None:
    """A string that cannot be UTF-8 gets a template all the same."""
    assert len(mine(["broken \ud800 escape", "fine"]).template_ids) == 2
