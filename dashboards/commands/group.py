"""`firstcause group FILE`: which of many logged traces are the same fault.

Owns the input and output shapes, which other programs rely on. Keeps out: how faults are told apart.
"""

import sys
from pathlib import Path

import orjson

from connectors.errors import BadInputError
from dashboards.commands.extract import read_text
from indexers.exceptions.grouping import Grouped, group_texts


def group(file: Path, as_json: bool) -> None:
    """Print the group of each `{"id", "text"}` line of `file` (`-` is standard input).

    Raises BadInputError naming the first line that is not such an object.
    """
    items = _items(read_text(file))
    grouped = group_texts(items)
    if as_json:
        for answer in grouped:
            line = {"id": answer.id, "group": answer.group, "why": answer.why}
            sys.stdout.write(orjson.dumps(line).decode() + "\n")
    else:
        sys.stdout.write(_readable(grouped))


def _items(text: str) -> list[tuple[str, str]]:
    items = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
            items.append((str(value["id"]), str(value["text"])))
        except (orjson.JSONDecodeError, UnicodeEncodeError, TypeError, KeyError) as error:
            raise BadInputError(
                f'line {number} is not a JSON object with "id" and "text" ({line[:60]!r}); '
                'give one {"id": ..., "text": ...} a line.'
            ) from error
    return items


def _readable(grouped: list[Grouped]) -> str:
    if not grouped:
        return "Nothing to group.\n"
    members: dict[str, list[Grouped]] = {}
    for answer in grouped:
        members.setdefault(answer.group, []).append(answer)
    lines = []
    for name, answers in sorted(members.items(), key=lambda item: -len(item[1])):
        lines += [f"{len(answers):5d}  {name[:12]}  {answers[0].why}"]
        lines += [f"       {', '.join(answer.id for answer in answers)}", ""]
    lines.append(f"{len(grouped)} texts, {len(members)} groups")
    return "\n".join(lines) + "\n"
