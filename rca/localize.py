"""From the text of a trace to ranked suspects: what `firstcause localize` prints.

Owns: which of several exceptions in a text is looked at. Keeps out: extraction (indexers/exceptions), ranking
(suspects.py), reading a source tree (dashboards/commands/localize.py).
"""

from indexers.exceptions.extract import chains, extract_exceptions
from rca.codebase import Codebase
from rca.suspects import Suspect, rank_suspects
from rca.trace import lay_over


def localize(trace_text: str, snapshot: Codebase, *, limit: int = 10) -> list[Suspect]:
    """The blocks of `snapshot` most likely to be the cause of the exception in `trace_text`, best first.

    With several unrelated exceptions in the text, the first whose frames lead into the snapshot counts. Text without
    a readable trace is searched by its words alone.
    """
    found = chains(extract_exceptions(trace_text))
    chain = next((one for one in found if lay_over(one, snapshot).places), found[0] if found else None)
    if chain is None:
        return _by_words(trace_text, snapshot, limit)
    return rank_suspects(chain, snapshot, limit=limit)


def _by_words(text: str, snapshot: Codebase, limit: int) -> list[Suspect]:
    hits = snapshot.search_words(text, limit)
    best = hits[0][1] if hits else 0.0
    reason = "no stack trace was found in the text; this block shares its words"
    return [Suspect(block, round(0.3 * score / best, 4), (reason,)) for block, score in hits if best > 0]
