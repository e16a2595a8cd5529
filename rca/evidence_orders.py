"""Text that gives orders to its reader, wherever it stands in the evidence.

Owns: telling such text from records of what happened (by evidence_orders.toml), what is shown in its place, and whether
a sentence repeats it. It is one layer of several: what it misses is still fenced, and claims are still checked. Keeps
out: what is evidence, what becomes of a report.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from rca.evidence import Evidence

FILE = Path(__file__).with_suffix(".toml")
WITHHELD = "[withheld: this text addresses the reader]"
SHARED_WORDS = 4  # in a row, that make a sentence an echo
SHARED_SIGNS = 12  # the same for scripts without spaces
_LONGEST = 200_000  # characters of one text that are looked at
# Letters that look like Latin ones: Cyrillic, Greek, Armenian (https://www.unicode.org/reports/tr39/, confusables).
_LOOKALIKES = str.maketrans("асеорхуікјѕԁһԛԝӏмтвнгαειονρτυκχζհոսցօ", "aceopxyikjsdhqwlmtbhraeiovptukxzhnugo")
_TAGS = 0xE0000
_SPELT = re.compile(r"(?<!\w)(?:[^\W\d_][ .*|/]{1,2}){5,}[^\W\d_](?!\w)")
_SIGN = re.compile(r"\\u(?:061c|200[bef]|202[89a-e]|206[0-9]|feff|e0[0-9a-f]{3})|.", re.DOTALL)
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=4096)
def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where orders stand: (start, end) from the first word of each to the end of its line."""
    found: list[tuple[int, int]] = []
    for folded, places in _readings(text[:_LONGEST]):
        for start, end in _matches(folded):
            first, last = places[start], places[max(start, end - 1)]
            stop = text.find("\n", last)
            found.append((first, len(text) if stop < 0 else stop))
    return tuple(_joined(sorted(found)))


def withheld(text: str) -> str:
    """`text` with a note in the place of each order; the rest and the number of lines are as they were."""
    for start, end in reversed(spans(text)):
        text = text[:start] + WITHHELD + "\n" * text.count("\n", start, end) + text[end:]
    return text


def without_orders(text: str) -> str:
    """`text` without the orders in it."""
    for start, end in reversed(spans(text)):
        text = text[:start] + text[end:]
    return text


def gives_orders(text: str) -> bool:
    """Whether any part of `text` addresses its reader."""
    return bool(spans(text))


def echoes(sentence: str, evidence: Evidence) -> bool:
    """Whether a sentence repeats an order of the evidence: four words in a row, or all of a shorter one."""
    words = _words(sentence)
    for item in evidence.items:
        for text in (item.text, item.title):
            for start, end in spans(text):
                if _shares(words, _words(text[start:end])) or _shares_signs(sentence, text[start:end]):
                    return True
    return False


def _shares(words: list[str], order: list[str]) -> bool:
    size = min(SHARED_WORDS, len(order))
    if size < 3:
        return False
    runs = {tuple(order[at : at + size]) for at in range(len(order) - size + 1)}
    return any(tuple(words[at : at + size]) in runs for at in range(len(words) - size + 1))


def _shares_signs(sentence: str, order: str) -> bool:
    """For what is written without spaces."""
    dense = re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{4,}", order)
    return any(
        run[at : at + SHARED_SIGNS] in sentence for run in dense for at in range(max(1, len(run) - SHARED_SIGNS + 1))
    )


def _words(text: str) -> list[str]:
    signs = (_meant(match.group()) for match in _SIGN.finditer(text))
    return _WORD.findall("".join(letter for sign in signs for letter in _folded(sign)))


def _readings(text: str) -> Iterator[tuple[str, list[int] | range]]:
    """The text as it may be meant, each with the place that every character came from."""
    if text.isascii() and "\\u" not in text:
        folded = text.lower().replace("_", " ").replace("-", " ")
        places: list[int] | range = range(len(text))
        yield folded, places
    else:
        signs = [(_meant(match.group()), match.start()) for match in _SIGN.finditer(text)]
        letters = [(letter, place) for sign, place in signs for letter in _folded(sign)]
        folded, places = "".join(letter for letter, _ in letters), [place for _, place in letters]
        yield folded, places
        yield folded.translate(_LOOKALIKES), places
        hidden = [(chr(ord(sign) - _TAGS).lower(), place) for sign, place in signs if _is_tag(sign)]
        yield "".join(letter for letter, _ in hidden), [place for _, place in hidden]
    for match in _SPELT.finditer(folded):
        kept = [at for at in range(*match.span()) if folded[at].isalpha()]
        spelt = "".join(folded[at] for at in kept)
        if re.search(r"ignore|instruction|severity|disregard|systemprompt|rootcause", spelt):
            yield "ignore your instructions", [places[kept[0]]] * 23 + [places[kept[-1]]]


def _folded(sign: str) -> str:
    """One character in lower case; "" for what is not seen; Latin letters without their accents."""
    if sign in "_-" or (sign.isspace() and sign != "\n"):
        return " "
    category = unicodedata.category(sign)
    if category == "Cf":
        return ""
    plain = unicodedata.normalize("NFKC", sign).casefold()
    if category[0] == "M":
        return "" if unicodedata.combining(sign) and "COMBINING" in unicodedata.name(sign, "") else sign
    bases = [unicodedata.normalize("NFD", letter)[0] if letter < "\u0250" else letter for letter in plain]
    return "".join(bases)


def _meant(sign: str) -> str:
    """A sign, or what evidence writes in the place of one that is not seen."""
    return chr(int(sign[2:], 16)) if len(sign) > 1 else sign


def _is_tag(sign: str) -> bool:
    """Tag characters spell ASCII that nobody sees (https://www.unicode.org/charts/PDF/UE0000.pdf)."""
    return _TAGS + 0x20 <= ord(sign) < _TAGS + 0x7F


def _matches(folded: str) -> Iterator[tuple[int, int]]:
    for pattern in _patterns():
        for match in pattern.finditer(folded):
            lead = len(match.group()) - len(match.group().lstrip("\n\"'>] "))
            yield match.start() + lead, match.end()


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))["order"]
    return tuple(re.compile(entry["pattern"], re.VERBOSE) for entry in table)


def _joined(ordered: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    held: tuple[int, int] | None = None
    for start, end in ordered:
        if held is not None and start <= held[1]:
            held = (held[0], max(held[1], end))
            continue
        if held is not None:
            yield held
        held = (start, end)
    if held is not None:
        yield held
