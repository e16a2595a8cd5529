"""Links in a report: followed by nothing that shows it, unless the repository itself holds them.

Owns: what a link is and how one is written so that no terminal, page or chat makes it clickable. Keeps out: whether a
link may be mentioned at all (verification_prose.py).
"""

import re

from rca.evidence import Evidence
from rca.evidence_orders import without_orders

# With a scheme, or beginning with // or www., and whatever Markdown or HTML would load.
_LINK = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}:)?//[\w\[][^\s<>\"'`)\]]*|\bwww\.[\w-]+\.[^\s<>\"'`)\]]+"
    r"|\b(?:(?:mailto|javascript|sms|vbscript):[^\s<>\"'`)\]]+|tel:\+?\d[\d-]+|data:\w+/[^\s<>\"'`)\]]+)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?"


def links_in(text: str) -> list[str]:
    """The links in `text` as they are written, without the sentence's own punctuation."""
    return [found for match in _LINK.finditer(text) if (found := match.group().rstrip(_TRAILING)) and _leads(found)]


def defanged(text: str, evidence: Evidence) -> str:
    """`text` with every link changed to hxxps://host[.]name unless code or a commit of the repository holds it."""
    for link in sorted(set(links_in(text)), key=len, reverse=True):
        if not is_ours(link, evidence):
            text = text.replace(link, _harmless(link))
    return text


def _leads(link: str) -> bool:
    """Whether something could be followed: `// comment`, `a//b` and hxxp://host could not."""
    if link.lower().startswith("hxxp"):
        return False
    host = link.partition("//")[2]
    return not link.startswith("//") or "." in host.partition("/")[0]


def is_ours(link: str, evidence: Evidence) -> bool:
    """Whether code or a commit of the repository holds exactly this link, outside of text that addresses the reader."""
    pattern = re.compile(rf"{re.escape(link)}(?![\w/?#=&%-])")
    return any(pattern.search(without_orders(item.text)) for item in evidence.of_kind("code", "commit"))


def _harmless(link: str) -> str:
    scheme, separator, rest = link.partition("//")
    if not separator:
        return link.replace(".", "[.]").replace(":", "[:]")
    host, slash, path = rest.partition("/")
    known = {"http:": "hxxp:", "https:": "hxxps:"}.get(scheme.lower(), f"[{scheme}]" if scheme else "")
    return f"{known}//{host.replace('.', '[.]')}{slash}{path}"
