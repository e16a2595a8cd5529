"""Weighs commits by what surrounds a failure: how few there are, the same file, configuration, dependencies, reverts.

Owns: how much each counts. Keeps out: who wrote the suspects' lines (writers.py), reading manifests and messages.
"""

import re

from connectors.errors import NotFoundError
from rca.history.settings_files import FileTouched, is_named, settings_paths, touched_files, with_dots
from rca.history.span import Span, fixed_by, picked_from, reverted_by
from rca.history.tally import Tallies, Tally, named_in, named_in_diff

FEW_COMMITS = 10
MOST_SEARCHED, WORDS_SEARCHED = 300, 2  # commits whose differences are searched for so many names
SHORT_WORD = 6  # letters; shorter names are in too many differences to tell them apart
NAMED_DEPENDENCIES = 4  # told of one commit
MOST_LATER = 5_000  # commits of the main branch whose messages are read
_IMPORT = re.compile(
    r"^\s*(?:import|from|using|use|#include|require\w*|package)\b|\brequire\(|\bimport\(|^\s*[\"']\S+[\"']$"
)


def weigh_few(tallies: Tallies, span: Span) -> None:
    """When only a few commits lie between the releases, or nothing else is known, each is suspected for that."""
    within = span.suspects
    if len(within) <= FEW_COMMITS or not tallies.suspects:
        only = "the only commit" if len(within) == 1 else f"one of {len(within)} commits"
        for commit in within:
            reason = f"{only} between the last release without this fault and the failing one"
            tallies.of(commit).add(1 / len(within), reason)


def weigh_same_files(tallies: Tallies, span: Span) -> None:
    """Commits that changed a suspect's file elsewhere."""
    names = {
        name: suspect.block.path
        for suspect in tallies.suspects
        if (change := span.change_of(suspect.block.path))
        for name in (change.old_path or change.path, change.path)
    }
    if not names:
        return
    suspected = {commit.commit for commit in span.suspects}
    for commit, paths in tallies.repository.touching(span.good, span.failing, list(names)).items():
        for path in dict.fromkeys(names.get(path, path) for path in paths) if commit in suspected else ():
            tally = tallies.of(span.commits[commit])
            if not {path, *paths} & set(tally.paths):
                tally.add(0.3, f"touches {path}", path)


def weigh_settings(tallies: Tallies, span: Span, trace: str) -> None:
    """Configuration and dependencies that changed: suspected when the message, trace or code names them."""
    paths = settings_paths(span)
    if not paths:
        return
    suspected = {commit.commit for commit in span.suspects}
    touching = tallies.repository.touching(span.good, span.failing, paths)
    used = _imports(tallies)
    dotted = with_dots(trace)
    for file in touched_files(tallies.repository, [one for one in touching.items() if one[0] in suspected]):
        tally = tallies.of(span.commits[file.commit])
        if file.dependencies:
            _dependencies(tally, file, dotted, used)
        elif named := named_in_diff(file.diff, tallies.words):
            tally.add(1.5, f"changes {file.path}, whose difference names {named}", file.path)
        else:
            tally.settings.append(file.path)
    for tally in tallies.by_commit.values():
        if tally.settings:
            more = f" and {len(tally.settings) - 2} more" if len(tally.settings) > 2 else ""
            tally.add(0.2, f"changes {', '.join(tally.settings[:2])}{more}", tally.settings[0])


def weigh_words(tallies: Tallies, span: Span) -> None:
    """Commits whose message holds a name from the failure, or which brought one in or took it away, anywhere."""
    within = {commit.commit: commit for commit in span.suspects}
    for commit in within.values():
        if named := named_in(f"{commit.subject}\n{commit.body}", tallies.words):
            tallies.of(commit).add(0.3, f"its message names {named}, as the failure does")
    if len(within) > MOST_SEARCHED:
        return
    for word in [word for word in tallies.words if len(word) > SHORT_WORD][:WORDS_SEARCHED]:
        found = tallies.repository.changing_text(span.good, span.failing, word, [])
        for commit in found if len(found) <= FEW_COMMITS else ():
            if commit.commit in within:
                tallies.of(within[commit.commit]).add(
                    0.5, f"its difference adds or takes away {word}, which the failure names"
                )


def _imports(tallies: Tallies) -> str:
    """The lines of the suspects' files that bring other code in."""
    texts = tallies.repository.contents([suspect.block.blob for suspect in tallies.suspects if suspect.block.blob])
    lines = (line for text in texts.values() for line in text.decode("utf-8", "replace").splitlines())
    return with_dots("\n".join(line for line in lines if _IMPORT.search(line)))


def _dependencies(tally: Tally, file: FileTouched, trace: str, used: str) -> None:
    told = []
    for change in file.dependencies:
        if is_named(change.name, trace):
            told.append((1.5, f"{change.sentence}, which is in the trace"))
        elif is_named(change.name, used):
            told.append((0.8, f"{change.sentence}, which a suspected file uses"))
        else:
            told.append((0.4 if change.is_major else 0.2, change.sentence))
    told.sort(key=lambda one: -one[0])
    more = f" and {len(told) - NAMED_DEPENDENCIES} more" if len(told) > NAMED_DEPENDENCIES else ""
    shown = "; ".join(sentence for _, sentence in told[:NAMED_DEPENDENCIES])
    tally.add(told[0][0], f"changes dependency {shown}{more} ({file.path})", file.path)


def weigh_what_is_said(tallies: Tallies, span: Span) -> None:
    """Reverts of what the good release had, and what the main branch says of the suspected commits since."""
    for commit, what in span.takes_back.items():
        if commit in tallies.by_commit:
            tallies.by_commit[commit].add(0.5, f"takes back {what}, which the release without this fault had")
    for tally in tallies.by_commit.values():
        origin = picked_from(tally.commit)
        if origin:
            tally.add(0.0, f"picked from {origin[:12]} of another branch")
    for commit, merge in span.merges().items():
        if commit in tallies.by_commit:
            tallies.by_commit[commit].add(0.0, f'came in with merge {merge.commit[:12]}, "{merge.subject}"')
    branch = tallies.repository.default_branch()
    try:
        later = tallies.repository.log(branch, span.failing, limit=MOST_LATER)
    except NotFoundError:
        return
    for newer in later:
        for said, ids in (("reverted it", reverted_by(newer)), ("fixed it", fixed_by(newer))):
            for tally in tallies.by_commit.values():
                if any(tally.commit.commit.startswith(one) for one in ids):
                    tally.add(1.0, f"{branch} has {said} since ({newer.commit[:12]}), which is not deployed")
