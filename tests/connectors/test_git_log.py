"""What git prints about commits, read back."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from connectors.source_control import Commit, CommitSize
from connectors.source_control.git_blame import parse_blame
from connectors.source_control.git_log import LONGEST_BODY, moment, parse_commits, parse_sizes, parse_touched

IDS = st.text("0123456789abcdef", min_size=40, max_size=40)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
COMMITS = st.builds(
    Commit, IDS, TEXTS, st.integers(0, 2**31).map(lambda at: datetime.fromtimestamp(at, UTC)), TEXTS,
    st.lists(IDS, max_size=3).map(tuple), TEXTS.map(str.strip),
)  # fmt: skip


@given(st.lists(COMMITS, max_size=5))
def test_commits_come_back_as_they_were_printed(commits: list[Commit]) -> None:
    """Whatever names and messages hold, short of NUL, which no commit can."""
    printed = "".join(
        f"{one.commit}\0{' '.join(one.parents)}\0{one.author}\0{one.authored_at.timestamp():.0f}\0{one.subject}\0"
        f"{one.body}\0"
        for one in commits
    )
    assert parse_commits(printed.encode()) == commits


@given(st.dictionaries(IDS, st.lists(TEXTS.filter(lambda path: path and path[0] != "\n"), min_size=1, unique=True)))
def test_touched_paths_come_back_as_they_were_printed(touched: dict[str, list[str]]) -> None:
    """Also those with line breaks and of merges, which git prints with one more NUL."""
    for between in ("\n", "\0"):
        printed = "".join(
            f"\0{commit}\0{between}" + "".join(f"{p}\0" for p in paths) for commit, paths in touched.items()
        )
        assert parse_touched(printed.encode()) == {commit: tuple(paths) for commit, paths in touched.items()}


@given(st.binary(max_size=300))
def test_nothing_that_is_printed_raises(output: bytes) -> None:
    """Output may be cut off anywhere."""
    parse_commits(output)
    parse_touched(output)
    parse_sizes(output)


@given(st.text(max_size=30))
def test_any_claimed_time_is_some_time(seconds: str) -> None:
    """Aware, and the epoch for nonsense."""
    assert moment(seconds).tzinfo is UTC


def test_sizes_of_several_commits() -> None:
    """One that changed nothing has none."""
    one, two, three = "a" * 40, "b" * 40, "c" * 40
    printed = (
        f"{one}\n 2 files changed, 3 insertions(+), 4 deletions(-)\n{two}\n{three}\n 1 file changed, 1 insertion(+)\n"
    )
    assert parse_sizes(printed.encode()) == {one: CommitSize(2, 7), three: CommitSize(1, 1)}


def test_a_long_message_is_shortened() -> None:
    """A commit may carry a book."""
    fields = ["a" * 40, "", "A", "1", "s", "x" * 9_000, ""]
    (commit,) = parse_commits("\0".join(fields).encode())
    assert len(commit.body) == LONGEST_BODY


def test_lines_of_commits_at_the_cut_are_boundaries() -> None:
    """As are those that git calls so."""
    printed = "".join(
        f"{commit * 40} 1 {line} 1\nauthor A\nauthor-time 5\n{extra}filename a.py\n\ttext\r\n"
        for line, (commit, extra) in enumerate([("a", ""), ("b", ""), ("c", "boundary\n")], 1)
    )
    assert [line.boundary for line in parse_blame(printed.encode(), ["b" * 40])] == [False, True, True]
