"""`firstcause templates`: the template of every line of a log.

Owns reading the file in pieces and writing one JSON object a line, column-wise. Keeps out: how templates are found.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.errors import BadInputError

_PIECE = 8 << 20  # bytes read at once
_ROWS = 50_000  # lines written at once


def templates(file: Path, as_json: bool) -> None:
    """Write the template of each line of `file` ("-" is standard input) to standard output.

    With `as_json` one `{"line", "template_id", "template"}` a line, else a table of templates by how often they occur.
    Raises BadInputError when the file cannot be read.
    """
    import numpy as np
    import pyarrow as pa

    from indexers.logs.templates import TemplateMiner
    from indexers.logs.templates_rough import lines_of

    pa.set_cpu_count(1)
    miner = TemplateMiner()
    numbers = [miner.update(lines_of(piece)) for piece in pieces(file)]
    table = miner.table(np.concatenate(numbers) if numbers else np.zeros(0, np.int32))
    if as_json:
        _write_json(table)
    else:
        _write_summary(table)


def pieces(file: Path) -> Iterator[bytes]:
    """The bytes of a file (or "-") in pieces of about 8 MB that end at a line's end."""
    try:
        stream = sys.stdin.buffer if str(file) == "-" else file.open("rb")
    except OSError as error:
        raise BadInputError(
            f"Cannot read {file}: {error.strerror}. Give the path of a log file, or - for input."
        ) from error
    with stream:
        rest: list[bytes] = []
        while True:
            try:
                piece = stream.read(_PIECE)
            except OSError as error:
                raise BadInputError(f"Cannot read {file}: {error.strerror}. Is it a file?") from error
            if not piece:
                break
            whole, end, tail = piece.rpartition(b"\n")
            if end:
                yield b"".join((*rest, whole, end))
                rest = [tail]
            else:
                rest.append(tail)
        if left := b"".join(rest):
            yield left


def _write_json(table: Any) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    endings = pa.array(
        [f', "template_id": "{key}", "template": {json.dumps(text)}}}\n' for key, text in table.templates.items()],
        pa.large_string(),
    )
    opening, between = pa.scalar('{"line": ', pa.large_string()), pa.scalar("", pa.large_string())
    output = sys.stdout.buffer
    for start in range(0, len(table.codes), _ROWS):
        codes = table.codes[start : start + _ROWS]
        count = pa.array(np.arange(start + 1, start + 1 + len(codes))).cast(pa.large_string())
        rows = pc.binary_join_element_wise(opening, count, endings.take(pa.array(codes)), between)
        output.write(rows.buffers()[2])
    output.flush()


def _write_summary(table: Any) -> None:
    import numpy as np

    counts = np.bincount(table.codes, minlength=len(table.ids))
    order = np.lexsort((np.arange(len(counts)), -counts))
    lines = [f"{len(table.codes):,} lines, {len(table.ids):,} templates"]
    lines += [f"{counts[place]:>9,}  {table.ids[place]}  {table.templates[table.ids[place]]}" for place in order]
    sys.stdout.write("\n".join(lines) + "\n")
