"""What is kept about a file or a commit comes back as it was."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexers.code.chunker import outline
from indexers.code.compression import compress, decompress
from indexers.code.listing import apply_difference, pack_difference, pack_whole, unpack_whole
from indexers.code.packing import pack_facts, pack_outline, unpack_facts, unpack_outline
from indexers.code.words import count_words, hash_of
from tests.indexers.code import code_samples

PATHS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=12)
LISTINGS = st.dictionaries(PATHS, st.integers(0, 9).map(lambda digit: f"{digit:x}" * 40), max_size=12)


@given(LISTINGS)
def test_whole_listings_come_back(listing: dict[str, str]) -> None:
    """Any paths and blob ids."""
    assert unpack_whole(pack_whole(listing)) == listing


@given(LISTINGS, LISTINGS)
def test_differences_come_back(base: dict[str, str], listing: dict[str, str]) -> None:
    """Any listing can be kept as its difference from any other."""
    assert apply_difference(base, pack_difference(base, listing)) == listing


def test_longer_object_ids() -> None:
    """Repositories with SHA-256 ids are kept as well."""
    assert unpack_whole(pack_whole({"a": "b" * 64})) == {"a": "b" * 64}


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_compressed_bytes_come_back(raw: bytes, base: bytes) -> None:
    """Any bytes, alone or as the difference from any others."""
    assert decompress(compress(raw)) == raw
    assert decompress(compress(raw, base), base) == raw


def test_outlines_come_back() -> None:
    """Every field of every block of every language."""
    for language, source in code_samples.ALL.items():
        parsed = outline(source.encode(), language)
        assert unpack_outline(pack_outline(parsed)) == parsed


def test_facts_say_what_the_blocks_hold() -> None:
    """Ids, names, called names and words of each block, in block order."""
    content = code_samples.PYTHON.encode()
    parsed = outline(content, "python")
    facts = unpack_facts(pack_facts(parsed, content))
    assert [bytes(row).hex() for row in facts.ids] == [block.block_id for block in parsed.blocks]
    assert list(facts.names) == [hash_of(block.name) for block in parsed.blocks]
    callers = np.repeat(np.arange(len(parsed.blocks)), facts.calls)
    called = {(int(block), int(name)) for block, name in zip(callers, facts.called, strict=True)}
    assert called == {(place, hash_of(call.name)) for place, block in enumerate(parsed.blocks) for call in block.calls}
    words = set(facts.word[np.repeat(np.arange(len(parsed.blocks)), facts.words) == 3])
    assert {hash_of("total"), hash_of("cart")} <= words
    assert hash_of("decorate") not in words


def test_words_are_split_identifiers_and_whole_ones() -> None:
    """Parts of camel and snake case and acronyms, lower-cased, plus the identifier itself."""
    assert set(count_words("parseHTTPRequest_v2")) == {
        hash_of(word) for word in ("parse", "http", "request", "parsehttprequest_v2")
    }


@given(st.text(max_size=80))
def test_words_ignore_case_of_single_words(text: str) -> None:
    """Counting is total and never negative, whatever the text."""
    assert all(count > 0 for count in count_words(text).values())
