"""`firstcause reduce`: a log cut to what matters, within a token budget.

Owns reading the file in pieces and printing. Keeps out: what matters.
"""

import json
import sys
from pathlib import Path

from dashboards.commands.templates import pieces


def reduce(file: Path, token_budget: int, as_json: bool) -> None:
    """Write the lines of `file` ("-" is standard input) that matter, in at most `token_budget` cl100k tokens.

    With `as_json` the text with its ledger as one JSON object, else the text and one line of summary on standard error.
    Raises BadInputError when the file cannot be read or the budget is not positive.
    """
    import pyarrow as pa

    from connectors.errors import BadInputError
    from indexers.logs.templates_rough import lines_of
    from rca.reduction import Reducer

    if token_budget < 1:
        raise BadInputError(f"A budget of {token_budget} tokens holds nothing; give --tokens at least 1.")
    pa.set_cpu_count(1)
    reducer = Reducer()
    for piece in pieces(file):
        reducer.add(lines_of(piece))
    found = reducer.finish(token_budget)
    if as_json:
        entries = [
            {"line": entry.line, "count": entry.count, "template_id": entry.template_id, "severity": entry.severity}
            for entry in found.entries
        ]
        dropped = [{"template_id": item.template_id, "count": item.count, "why": item.why} for item in found.dropped]
        answer = {
            "text": found.text,
            "tokens": found.tokens,
            "budget": found.budget,
            "lines_total": found.lines_total,
            "lines_represented": found.lines_represented,
            "entries": entries,
            "dropped": dropped,
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        return
    sys.stdout.write(found.text + "\n")
    sys.stderr.write(
        f"{found.tokens:,} of {found.budget:,} tokens; {found.lines_represented:,} of {found.lines_total:,} lines "
        f"stand behind {len(found.entries):,} entries; {len(found.dropped):,} kinds of line left out\n"
    )
