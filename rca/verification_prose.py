"""Checks what a report says in sentences: each is kept whole or dropped whole, with the reason.

Owns: the sentences, and the checks that need no place in the code: evidence that is named, words in backticks, paths,
numbers, ids, links, contacts, commands, and words about severity, which no analyst sets. Keeps out: causes, quotes and
parameters (verification.py).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from connectors.personal_data import find
from rca.evidence import visible
from rca.evidence_orders import echoes
from rca.report import DroppedClaim
from rca.report_links import defanged, is_ours, links_in
from rca.verification_facts import Facts
from rca.verification_numbers import has_numbers, unknown_ids, unknown_numbers

# Only ids in brackets, [E3] or (E3, E4): words like E404 are error codes.
_MENTIONS = re.compile(r"[\[(](E\d+(?:\s*[,;]\s*E\d+)*)[\])]")
_BREAK = re.compile(r"((?<=[.!?。！？])\s+(?=[^a-z\s])|(?<=[。！？])|\s*\n\s*)")
_TICKED = re.compile(r"`([^`\n]{2,300})`")
_PATH = re.compile(
    r"(?<![\w./:@-])[\w.@-]+(?:/[\w.@+-]+)+\.(?:py|pyi|java|kts?|groovy|scala|clj|m?jsx?|cjs|mjs|tsx?|vue|svelte|go|rb|"
    r"erb|php|cs|fs|vb|rs|c|cc|cpp|cxx|h|hpp|mm?|swift|dart|exs?|erl|lua|pl|pm|R|hs|ml|sh|toml|ya?ml|json|xml|ini|cfg|"
    r"conf|properties|gradle|env|sql|tf)\b"
)
_LINE_AFTER = re.compile(r"(?::|,?\s+(?:at\s+)?lines?\s+)\d")
_LEVEL = r"(?:critical|high|medium|moderate|low|none|minor|trivial|informational|harmless|P\d|sev\W?\d)"
_SEVERITY = re.compile(
    rf"\b(?:severity|priority|urgency)\b[^.\n]{{0,30}}?\b(?P<after>{_LEVEL})\b|"
    rf"\b(?P<before>{_LEVEL})[\s-](?:severity|priority|urgency)\b|"
    r"(?P<calm>\b(?:false alarm|(?:safely|can|may|should|please)\s+(?:be\s+)?ignored?|safe to ignore|no action (?:is )?"
    r"(?:needed|required|necessary)|(?:do not|don't|need not|no need to|(?:nobody|no one) (?:needs|has) to)"
    r"(?:\s+\w+){0,2}?\s+(?:page|call|wake|alert|notify|escalate|investigate|be (?:paged|called|alerted|woken))))\b",
    re.IGNORECASE,
)
# What cannot be undone, or runs what somebody else wrote.
_COMMAND = re.compile(
    r"\brm\s+-\w*[rf]|\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\b(?:curl|wget|nc|ncat|iwr|Invoke-WebRequest)\s+\S|"
    r"\bdrop\s+(?:table|database|schema|index)\b|\btruncate\s+table\b|\bdelete\s+from\b|\bchmod\s+(?:-R\s+)?[0-7]*7\b|"
    r"\bmkfs\b|\bdd\s+if=|\bkubectl\s+delete\b|\b(?:terraform|tofu)\s+destroy\b|\bpush\s+(?:\S+\s+)*?(?:--force|-f)\b|"
    r"\b(?:shutdown|reboot|halt)\s+(?:-|now)|\biptables\s+-F|\bsetenforce\s+0|\bbase64\s+-d|\beval\s*\(|\bflushall\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A field of the report: its name in words, whether it states what is so or says what to do, and whether it may
    name files that are not there yet."""

    name: str
    states: bool = True
    new_files: bool = False


class Prose:
    """Checks sentences of one report; `dropped` and `checked` grow with it."""

    def __init__(self, facts: Facts, dropped: list[DroppedClaim]) -> None:
        self._facts, self._dropped = facts, dropped
        self._evidence, self._case = facts.material.evidence, facts.material.case
        self.checked = 0

    def kept(self, text: str, kind: Kind) -> str:
        """`text` without the sentences that cannot be confirmed; what is kept is not changed but for links, which are
        written so that nothing follows them unless they come from the repository."""
        pieces: list[str] = []
        for sentence, gap in sentences(visible(text)):
            problem = next(self._problems(sentence, kind), None)
            if problem is None:
                pieces += [defanged(sentence, self._evidence), gap]
            else:
                check, why = problem
                claim = f"{kind.name}: {defanged(sentence, self._evidence)}"[:200]
                self._dropped.append(DroppedClaim(claim=claim, why=defanged(why, self._evidence), check=check))
            self.checked += problem is not None or _says_something(sentence)
        return "".join(pieces).strip()

    def all_kept(self, texts: Iterable[str], kind: Kind) -> list[str]:
        """Each text, those of which nothing is left taken out."""
        return [kept for text in texts if (kept := self.kept(text, kind))]

    def _problems(self, sentence: str, kind: Kind) -> Iterator[tuple[str, str]]:
        checks: Sequence[Callable[[str, Kind], tuple[str, str] | None]] = (
            self._mentions, self._orders, self._links, self._contacts, self._severity, self._commands, self._paths,
            self._ids, self._ticked, self._numbers,
        )  # fmt: skip
        yield from (problem for check in checks if (problem := check(sentence, kind)))

    def _mentions(self, sentence: str, _: Kind) -> tuple[str, str] | None:
        named = re.findall(r"E\d+", " ".join(_MENTIONS.findall(sentence)))
        unknown = [name for name in named if self._evidence.get(name) is None]
        return ("evidence", f"there is no evidence {', '.join(unknown)}") if unknown else None

    def _orders(self, sentence: str, _: Kind) -> tuple[str, str] | None:
        if echoes(sentence, self._evidence):
            return "order", "it repeats text of the evidence that addresses the reader"
        return None

    def _links(self, sentence: str, kind: Kind) -> tuple[str, str] | None:
        """A statement may mention what was logged; where to go and what to fetch comes from the repository alone."""
        unknown = [
            link
            for link in links_in(sentence)
            if not is_ours(link, self._evidence) and (not kind.states or link not in self._facts.text)
        ]
        where = "evidence" if kind.states else "code or commit"
        return ("link", f"no {where} holds {', '.join(unknown)}") if unknown else None

    def _contacts(self, sentence: str, kind: Kind) -> tuple[str, str] | None:
        for found in find(sentence, ()):
            text = sentence[found.start : found.end]
            if found.kind == "PHONE":
                return "contact", "a report names nobody to call"
            if found.kind == "EMAIL" and (not kind.states or text not in self._facts.text):
                return "contact", "a report names nobody to write to"
        return None

    def _severity(self, sentence: str, _: Kind) -> tuple[str, str] | None:
        for match in _SEVERITY.finditer(sentence):
            level = (match["after"] or match["before"] or "").lower()
            if match["calm"] or level != self._facts.material.severity.level:
                return "severity", "rules alone say how severe it is and whom to call"
        return None

    def _commands(self, sentence: str, kind: Kind) -> tuple[str, str] | None:
        if not kind.states and _COMMAND.search(sentence):
            return "command", "a command that cannot be undone or runs foreign code is a person's to choose"
        return None

    def _paths(self, sentence: str, kind: Kind) -> tuple[str, str] | None:
        code = self._case.code
        if code is None or kind.new_files:
            return None
        for path in _PATH.findall(sentence):
            if path not in self._facts.text and code.resolve_path(path) is None:
                return "path", f"there is no file {path} at this commit"
        return None

    def _ids(self, sentence: str, kind: Kind) -> tuple[str, str] | None:
        unknown = [] if kind.new_files else unknown_ids(_TICKED.sub(" ", sentence), self._facts)
        return ("id", f"no evidence holds {', '.join(unknown)}") if unknown else None

    def _ticked(self, sentence: str, kind: Kind) -> tuple[str, str] | None:
        """What stands in backticks is quoted: from the evidence, or a name of the code."""
        if not kind.states:
            return None
        for words in _TICKED.findall(sentence):
            if words.strip() not in self._facts.text and not self._names(words):
                return "quote", f"no evidence holds `{words}`"
        return None

    def _names(self, words: str) -> bool:
        code, name = self._case.code, words.strip().partition("(")[0]
        return code is not None and bool(re.fullmatch(r"[\w.:$]+", name)) and bool(code.find(name.replace("::", ".")))

    def _numbers(self, sentence: str, kind: Kind) -> tuple[str, str] | None:
        if not kind.states:
            return None
        unknown = unknown_numbers(_PATH.sub(_file_alone, _TICKED.sub(" ", sentence)), self._facts)
        return ("number", f"no evidence holds {', '.join(unknown)}") if unknown else None


def _file_alone(match: re.Match[str]) -> str:
    """A path whose line follows stays for that; the digits of another say nothing."""
    followed = _LINE_AFTER.match(match.string, match.end())
    return match.group() if followed else "file." + match.group().rsplit(".", 1)[-1]


def sentences(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence with the white space after it; put together again they are `text`."""
    parts = _BREAK.split(text)
    for index in range(0, len(parts), 2):
        gap = parts[index + 1] if index + 1 < len(parts) else ""
        if parts[index]:
            yield parts[index], gap


def _says_something(sentence: str) -> bool:
    """Whether anything in a sentence that was kept had to be looked up."""
    return bool(_MENTIONS.search(sentence) or _TICKED.search(sentence) or _PATH.search(sentence)) or has_numbers(
        sentence
    )
