"""`firstcause ask`: questions about a fault, a log or everything, answered with what they rest on.

Owns: what is asked about what, the prompt of a person who sits at a terminal, printing. Keeps out: finding answers.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from connectors.errors import BadInputError, FirstcauseError
from dashboards import wording
from dashboards.answers import ask as answers
from dashboards.answers.rca import EvidenceShape
from dashboards.commands.opening import workspace
from dashboards.terminal.paper import Paper, write_json
from dashboards.wording import utc_now
from flows.wiring import Workspace
from rca.conversation.store import Conversation, ConversationStore
from rca.conversation.talking import Talker

MOST_LINES = 40  # of evidence that is laid open
MOST_SOURCES = 10
LEAVING = {"exit", "quit", "q", "bye", ":q"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments as given."""

    words: tuple[str, ...]
    file: Path | None
    resume: str
    service: str
    version: str
    listed: bool


def ask(asked: Asked, as_json: bool) -> None:
    """Answer one question, or as many as a person at a terminal asks. Raises BadInputError and NotFoundError."""
    if asked.listed:
        _list(asked, as_json)
        return
    cluster, question = _split(asked)
    interactive = not question
    if interactive and not sys.stdin.isatty():
        raise BadInputError('give a question, such as: firstcause ask CLUSTER "what happened?"')
    with workspace() as opened:
        conversation = _begun(opened, asked, cluster)
        talker = answers.talker(opened, conversation)
        if not interactive:
            _print(answers.asked(talker, question), as_json)
            return
        _converse(talker, as_json)


def _split(asked: Asked) -> tuple[str, str]:
    """(cluster, question) of the words given; a first word with spaces in it is a question over everything."""
    words = list(asked.words)
    over = asked.file is not None or bool(asked.resume)
    if asked.file is not None and asked.resume:
        raise BadInputError("--continue goes on with the log it began with; leave --file out.")
    cluster = ""
    if not over and words and not words[0].endswith("?") and " " not in words[0].strip():
        cluster = words.pop(0)
    return cluster, " ".join(words).strip()


def _begun(opened: Workspace, asked: Asked, cluster: str) -> Conversation:
    if asked.resume:
        return ConversationStore(opened.database).get(asked.resume)
    if asked.file is None:
        return answers.begin(opened, cluster_id=cluster)
    name = "standard input" if str(asked.file) == "-" else asked.file.name
    data = _bytes(asked.file)
    return answers.begin_with_log(opened, data, name, service=asked.service, version=asked.version)


def _bytes(file: Path) -> bytes:
    """The file or standard input, one byte more than may be handed in at most."""
    from dashboards.answers.ask_worlds import LARGEST_LOG

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(LARGEST_LOG + 1)
        with file.open("rb") as stream:
            return stream.read(LARGEST_LOG + 1)
    except IsADirectoryError as error:
        raise BadInputError(f"{str(file)!r} is a folder; give a log file, or - for standard input.") from error
    except OSError as error:
        raise BadInputError(f"{str(file)!r} cannot be read ({error.strerror}); give a log file, or -.") from error


def _converse(talker: Talker, as_json: bool) -> None:
    """Ask until the person leaves."""
    paper = Paper()
    paper.say(f"This is about {talker.world.about}.", style="bold")
    paper.say(
        "Ask what happened, why, since when, who changed it, ...; `help` lists more, an empty line leaves.", style="dim"
    )
    for question in _questions():
        try:
            found = answers.asked(talker, question)
        except FirstcauseError as error:
            paper.say(str(error))
            continue
        _print(found, as_json, ending=False)
    paper.say(f"`firstcause ask --continue {talker.conversation.id[:6]}` goes on from here.", style="dim")


def _questions() -> Iterator[str]:
    import contextlib

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  # importing it gives input() line editing and history
    while True:
        try:
            question = input("\n> ").strip()
        except EOFError:
            sys.stdout.write("\n")
            return
        if not question or question.lower() in LEAVING:
            return
        yield question


def _print(found: answers.TurnAnswer, as_json: bool, *, ending: bool = True) -> None:
    if as_json:
        write_json(found.model_dump_json(indent=2))
        return
    paper, turn = Paper(), found.turn
    pieces = {item.id: item for item in found.evidence}
    _answer(paper, turn)
    for name in turn.shown:
        _exhibit(paper, pieces[name], turn.marks.get(name, 0))
    _sources(paper, [item for item in found.evidence if item.id not in turn.shown])
    _foot(paper, found, ending)


def _answer(paper: Paper, turn: answers.TurnShape) -> None:
    paper.say()
    for sentence in turn.answer:
        names = ", ".join(dict.fromkeys(cited.evidence_id for cited in sentence.citations))
        text = Text(wording.plain(sentence.text))
        if names:
            text.append(f" [{names}]", style="cyan")
        paper.say(text)
    for place, option in enumerate(turn.options, 1):
        paper.say(f"{place}. {option.label}", indent=2)


def _exhibit(paper: Paper, item: EvidenceShape, mark: int) -> None:
    paper.say()
    paper.say(Text.assemble((f"{item.id}  ", "cyan"), (wording.plain(item.title), "bold")))
    numbered = item.kind == "code"
    lines = wording.plain(item.text).rstrip("\n").split("\n")
    for number, line in enumerate(wording.ends(lines, MOST_LINES), item.start_line):
        numbers = f"{number:>5} {'▶' if number == mark else ' '} " if numbered and len(lines) <= MOST_LINES else ""
        shown = Text(f"{numbers}{line}", style="bold red" if numbers and number == mark else "")
        # What a log line says stands at its end, behind times and names, so it may take three rows.
        shown.truncate((paper.width - 2) * (3 if item.kind == "log" else 1), overflow="ellipsis")
        paper.say(shown, indent=2)


def _sources(paper: Paper, items: Sequence[EvidenceShape]) -> None:
    if not items:
        return
    paper.say()
    for item in items[:MOST_SOURCES]:
        line = Text.assemble((f"{item.id:<4}", "cyan"), (f"{item.kind}: {wording.plain(item.title)}", "dim"))
        line.truncate(paper.width, overflow="ellipsis")
        paper.say(line)
    if len(items) > MOST_SOURCES:
        paper.say(f"and {len(items) - MOST_SOURCES} more pieces", style="dim")


def _foot(paper: Paper, found: answers.TurnAnswer, ending: bool) -> None:
    turn = found.turn
    paper.say()
    if turn.dropped:
        several = f"{len(turn.dropped)} sentences could not be confirmed and were left out."
        paper.say(
            "One sentence could not be confirmed and was left out." if len(turn.dropped) == 1 else several, style="dim"
        )
    if turn.note and turn.analyst != "rules":
        paper.say(turn.note, style="dim")
    used = turn.usage
    if used.input_tokens:
        tokens = used.input_tokens + used.output_tokens
        paper.say(f"by {turn.analyst}, {tokens:,} tokens, ${used.cost_usd:.4f}", style="dim")
    if turn.suggestions:
        paper.say(f"Next: {'  '.join(turn.suggestions)}", style="dim")
    if ending:
        paper.say(f'`firstcause ask --continue {found.conversation_id[:6]} "..."` goes on from here.', style="dim")


def _list(asked: Asked, as_json: bool) -> None:
    with workspace() as opened:
        found = answers.listing(opened, limit=50)
    if as_json:
        write_json(found.model_dump_json(indent=2))
        return
    paper = Paper()
    if not found.items:
        paper.say("No conversations yet.")
        return
    now = utc_now()
    rows = []
    for one in found.items:
        over = one.log_name or one.cluster_id[:8] or "everything"
        rows.append((one.id[:6], over, str(one.turns), wording.ago(one.updated_at, now), wording.plain(one.title)))
    paper.table([("ID", {"no_wrap": True}), "ABOUT", ("TURNS", {"justify": "right"}), "LAST", "FIRST QUESTION"], rows)
