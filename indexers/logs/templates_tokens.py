"""Words of masked messages, and which of them may be a parameter at all.

Owns: cutting a message into words, separators and wildcards, and the questions that are asked of a word.
Keeps out: the rules by which messages become one template (the other `templates_*` files).
"""

import re
from functools import cache
from importlib.resources import files

from indexers.logs.masking import WILDCARD, join_listed

Tokens = tuple[str, ...]

MAX_TOKENS = 200  # longer messages are templates of their own
_TOKEN = re.compile(r"""<\*>|[^\s=,;:()\[\]{}|"'<>]+|[\s=,;:()\[\]{}|"'<>]""")


@cache
def nouns() -> frozenset[str]:
    """Words after which a name is usually a parameter (`user`, `host`, `from`), from `templates_nouns.txt`."""
    text = files("indexers.logs").joinpath("templates_nouns.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def tokens(shape: str) -> Tokens:
    """Words, separators and wildcards of a masked message; joined again they are the message."""
    return tuple(_TOKEN.findall(shape))


def is_word(token: str) -> bool:
    """Whether a token says something: not a wildcard, not a separator."""
    return token != WILDCARD and (len(token) > 1 or token.isalnum())


def words_in(message: Tokens) -> int:
    """How many words of a message say something."""
    return sum(map(is_word, message))


def may_vary(message: Tokens, at: int) -> bool:
    """Whether the token at a place can be a parameter: a word or a wildcard, but not the key before `=`."""
    # Messages with different keys say different things.
    following = message[at + 1] if at + 1 < len(message) else ""
    return (message[at] == WILDCARD or is_word(message[at])) and following != "="


def word_before(message: Tokens, at: int) -> str:
    """The word that announces the value at a place, in small letters; "" where there is none."""
    place = at - 1
    while place >= 0 and message[place] in " =:('\"[":
        place -= 1
    return message[place].lower() if place >= 0 else ""


def is_plain(word: str) -> bool:
    """Whether a word looks like one of a language, as the words of a statement do."""
    return word.isalpha() and (word.islower() or word.istitle())


def is_identifier(token: str) -> bool:
    """Whether a word looks like a name of something in a program or a system: dotted, camel case, a path."""
    if not is_word(token) or token.isupper():
        return False
    mixed_case = token.isalpha() and not token.islower() and not token.istitle()
    return mixed_case or any(character in "._/$\\-@" for character in token)


def joined(message: Tokens) -> Tokens:
    """The message with lists of wildcards folded into one."""
    return tokens(join_listed("".join(message)))
