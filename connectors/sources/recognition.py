"""The files that are there, each with the state it is known by, whatever has become of its name.

Log rotation renames, copies, truncates and gzips files, and none of that may lose a line or read one twice. So a file
is known by its content: a digest of its first bytes and one of those just before the place it was read to, with path
and inode as hints. Owns: that matching. Keeps out: what a state is (tracking.py), reading lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.sources.discovery import LogFile
from connectors.sources.lines import TAIL
from connectors.sources.opening import DAMAGED, is_gzip, opened
from connectors.sources.tracking import HEAD, Tracked, digest

INFLATION = 1_100  # more than gzip can compress (1,032 to 1, RFC 1951)
GAP = 1 << 24  # positions kept free behind a file, for what a writer still adds to it after it was rotated
MOST_MISSING = 1_000  # files that are gone, remembered in case they come back gzipped

# (another inode, another path, another stream, -bytes of head, path of the file, number of the entry): smallest first
_Pair = tuple[bool, bool, bool, int, str, int]


@dataclass(frozen=True, slots=True)
class Matched:
    """A file that is there now, with its state."""

    file: LogFile
    tracked: Tracked
    problem: str = ""  # why it could not be opened, counted once

    @property
    def unchanged(self) -> bool:
        """Nothing has happened to it since it was read to its end."""
        return self.tracked.seen == (self.file.size, self.file.modified)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file with its first bytes, or why they could not be read."""

    file: LogFile
    head: bytes = b""
    problem: str = ""
    tails: dict[int, bytes | None] = field(default_factory=dict, compare=False)

    def before(self, offset: int, length: int) -> bytes | None:
        """The `length` bytes before `offset`, fewer where the file ends sooner; None where it is damaged before."""
        if offset not in self.tails:
            self.tails[offset] = _bytes_before(self.file, offset)
        tail = self.tails[offset]
        return None if tail is None else tail[max(len(tail) - length, 0) :]


def match(files: Sequence[LogFile], entries: Sequence[Tracked]) -> tuple[list[Matched], list[Tracked]]:
    """Each file with its state, known or new, by stream and position; and the entries of files that are gone.

    A rotated name whose content is still there under the name it had before is a copy in the making: it is left out,
    and looked at again the next time.
    """
    by_path = {entry.path: entry for entry in entries}
    known: dict[str, Tracked] = {}
    looked: dict[str, _Looked] = {}
    for file in files:
        entry = by_path.get(file.path)
        if entry is not None and entry.inode == file.inode and entry.seen == (file.size, file.modified):
            known[file.path] = entry
            continue
        looked[file.path] = look = _look(file)
        if entry is not None and entry.inode == file.inode and (look.problem or _holds(entry, look)):
            known[file.path] = entry  # it was appended to, which is nearly always so
    taken = {entry.path for entry in known.values()}
    left = [entry for entry in entries if not entry.path or entry.path not in taken]
    known |= _recognised([look for path, look in looked.items() if path not in known], left)
    recognised = {id(entry) for entry in known.values()}
    gone = [entry for entry in left if id(entry) not in recognised and entry.head_bytes]
    result = [_brought_up_to_date(file, known[file.path], looked) for file in files if file.path in known]
    new = [look for look in looked.values() if look.file.path not in known]
    copies = _copies(new, files, looked)
    new = [look for look in new if look.file.path not in copies]
    result += _first_met(new, [*entries, *(one.tracked for one in result)], result)
    result.sort(key=lambda one: (one.tracked.stream, one.tracked.base))
    return result, [replace(entry, path="") for entry in gone][-MOST_MISSING:]


def _recognised(looked: Sequence[_Looked], left: Sequence[Tracked]) -> dict[str, Tracked]:
    """path -> entry, the surest pairs first: same inode, then same path, then same stream."""
    lengths = {entry.head_bytes for entry in left}
    by_head: dict[tuple[int, str], list[int]] = {}
    for number, entry in enumerate(left):
        by_head.setdefault((entry.head_bytes, entry.head), []).append(number)
    pairs: list[_Pair] = []
    for look in looked:
        heads = [(length, digest(look.head[:length])) for length in lengths if 0 < length <= len(look.head)]
        for number in (number for head in heads for number in by_head.get(head, ())):
            entry = left[number]
            file = look.file
            differs = entry.inode != file.inode, entry.path != file.path, entry.stream != file.stream
            if (entry.head_bytes == HEAD or not all(differs)) and _reaches(entry, look):
                pairs.append((*differs, -entry.head_bytes, file.path, number))
    pairs += _nameable(looked, left)
    found: dict[str, Tracked] = {}
    used: set[int] = set()
    for pair in sorted(pairs):
        path, number = pair[-2:]
        if path not in found and number not in used:
            found[path] = left[number]
            used.add(number)
    return found


def _nameable(looked: Sequence[_Looked], left: Sequence[Tracked]) -> Iterator[_Pair]:
    """Pairs that only a name can tell: what was empty when it was met."""
    by_path = {entry.path: number for number, entry in enumerate(left) if entry.path and not entry.head_bytes}
    for look in looked:
        if (number := by_path.get(look.file.path)) is not None:
            yield (True, True, True, 0, look.file.path, number)


def _holds(entry: Tracked, look: _Looked) -> bool:
    head = look.head[: entry.head_bytes]
    return len(head) == entry.head_bytes > 0 and digest(head) == entry.head and _reaches(entry, look)


def _reaches(entry: Tracked, look: _Looked) -> bool:
    """Whether the file goes on, or could go on, from where the entry was read to."""
    if not look.file.gzipped and look.file.size < entry.offset:
        return False
    tail = look.before(entry.offset, entry.tail_bytes) if entry.tail_bytes else None
    return tail is None or digest(tail) == entry.tail


def _brought_up_to_date(file: LogFile, entry: Tracked, looked: dict[str, _Looked]) -> Matched:
    if file.path not in looked:
        return Matched(file, entry)
    look = looked[file.path]
    entry = replace(entry, path=file.path, inode=file.inode)
    if len(look.head) > entry.head_bytes:
        entry = replace(entry, head=digest(look.head), head_bytes=len(look.head))
    return Matched(look.file, entry, look.problem)


def _first_met(new: Sequence[_Looked], entries: Sequence[Tracked], known: Sequence[Matched]) -> list[Matched]:
    """States for files that were never met, behind everything that their stream had before."""
    ends: dict[str, int] = {}
    for entry in entries:
        ends[entry.stream] = max(ends.get(entry.stream, 0), entry.base + entry.offset + GAP)
    for one in known:
        ends[one.tracked.stream] = max(ends[one.tracked.stream], one.tracked.base + _longest(one.file) + GAP)
    result = []
    for look in new:
        file = look.file
        base = ends.get(file.stream, 0)
        ends[file.stream] = base + _longest(file) + GAP
        entry = Tracked(file.path, file.stream, file.inode, base, digest(look.head), len(look.head))
        result.append(Matched(file, entry, look.problem))
    return result


def _longest(file: LogFile) -> int:
    return file.size * (INFLATION if file.gzipped else 1)


def _copies(new: Sequence[_Looked], files: Sequence[LogFile], looked: Mapping[str, _Looked]) -> set[str]:
    """The rotated names among `new` whose content is there under another name of their stream as well."""
    plain = {file.path: file for file in files if not file.gzipped}
    lives = {file.stream: file for file in plain.values() if file.live}
    copies = set()
    for look in new:
        file = look.file
        original = plain.get(file.path.removesuffix(".gz")) if file.gzipped else lives.get(file.stream)
        if file.live or original is None or original.path == file.path:
            continue
        theirs = looked.get(original.path) or _look(original)
        end = min(file.size, original.size)
        if _same_beginning(look, theirs) and (file.gzipped or look.before(end, TAIL) == theirs.before(end, TAIL)):
            copies.add(file.path)
    return copies


def _same_beginning(one: _Looked, other: _Looked) -> bool:
    length = min(len(one.head), len(other.head))
    return length > 0 and one.head[:length] == other.head[:length]


def _look(file: LogFile) -> _Looked:
    try:
        file = replace(file, gzipped=is_gzip(file.path))
        with opened(file.path, gzipped=file.gzipped) as content:
            return _Looked(file, content.read(HEAD))
    except (OSError, *DAMAGED) as error:
        return _Looked(file, problem=f"file cannot be read: {type(error).__name__}")


def _bytes_before(file: LogFile, offset: int) -> bytes | None:
    start = max(offset - TAIL, 0)
    try:
        with opened(file.path, gzipped=file.gzipped) as content:
            content.seek(start)
            return content.read(offset - start)
    except (OSError, *DAMAGED):
        return None
