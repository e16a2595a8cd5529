"""Turns the shop's sources into a git repository, with the same commit ids every time.

Owns: the order of commits, their authors, dates and tags. `shop/` is the first version, committed in the steps that
`versions/00-<tag>/commits.toml` lists; every later folder `versions/<number>-<tag>/` holds patches as `git am` reads
them, and the folder that ends in `-main` what came after the last release. Keeps out: what the code does.
"""

import os
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any

DEMO = Path(__file__).parents[1]
SHOP = DEMO / "shop"
VERSIONS = DEMO / "versions"
RELEASER = ("Release Bot", "release@shop.example")
BRANCH = "main"


class HistoryError(RuntimeError):
    """The repository could not be built; the message holds git's own words."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The built repository: its folder and the commit of every tag, oldest first."""

    path: Path
    tags: dict[str, str]


def build(target: Path, versions: Path = VERSIONS, shop: Path = SHOP) -> Repository:
    """Build the shop's history in `target`, which is replaced. Raises HistoryError when a patch does not apply."""
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    git(target, "init", "--quiet", "--template=", "--object-format=sha1", f"--initial-branch={BRANCH}")
    for folder in sorted(path for path in versions.iterdir() if path.is_dir()):
        steps = folder / "commits.toml"
        if steps.exists():
            _commit_files(target, shop, tomllib.loads(steps.read_text("utf-8"))["commit"])
        _apply_patches(target, sorted(folder.glob("*.patch")))
        tag = folder.name.split("-", 1)[1]
        if tag != BRANCH:
            _tag(target, tag)
    listed = git(target, "for-each-ref", "--sort=creatordate", "--format=%(refname:short) %(*objectname)", "refs/tags")
    pairs = (line.partition(" ") for line in listed.splitlines())
    return Repository(target, {tag: commit for tag, _, commit in pairs})


def export(repository: Path, ref: str, target: Path) -> Path:
    """Write the tree of `ref` to `target`, as a deployment unpacks an image; returns `target`."""
    target.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(["git", "-C", str(repository), "archive", ref], stdout=subprocess.PIPE) as archive:
        unpacked = subprocess.run(["tar", "-x", "-C", str(target)], stdin=archive.stdout, check=False)
    if archive.returncode or unpacked.returncode:
        raise HistoryError(f"the files of {ref} could not be unpacked into {target}.")
    return target


def _commit_files(target: Path, shop: Path, commits: list[dict[str, Any]]) -> None:
    for commit in commits:
        for name in commit["paths"]:
            source, copy = shop / name, target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
            else:
                shutil.copyfile(source, copy)
        git(target, "add", "--all")
        name, address = parseaddr(commit["author"])
        identity = _identity(name, address, commit["date"])
        git(target, "commit", "--quiet", "--message", commit["message"], extra=identity)


def _apply_patches(target: Path, patches: list[Path]) -> None:
    if patches:
        names = [str(patch) for patch in patches]
        identity = _identity(*RELEASER, "")
        git(target, "am", "--quiet", "--committer-date-is-author-date", *names, extra=identity)


def _tag(target: Path, tag: str) -> None:
    date = git(target, "log", "-1", "--format=%aI").strip()
    git(target, "tag", "--annotate", "--message", f"Release {tag}", tag, extra=_identity(*RELEASER, date))


def _identity(name: str, address: str, date: str) -> dict[str, str]:
    people = {"GIT_COMMITTER_NAME": RELEASER[0], "GIT_COMMITTER_EMAIL": RELEASER[1]}
    author = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": address}
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if date else {}
    return people | author | dates


def git(folder: Path, *arguments: str, extra: dict[str, str] | None = None) -> str:
    """git's output, untouched by the settings of the person who runs the demo. Raises HistoryError with git's words."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    fixed = (
        "autocrlf=false",
        "fileMode=false",
        "hooksPath=/dev/null",
        "excludesFile=/dev/null",
        "attributesFile=/dev/null",
    )
    options = [part for setting in fixed for part in ("-c", f"core.{setting}")]
    done = subprocess.run(
        ["git", *options, "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=clean | settings | (extra or {}),
        check=False,
    )
    if done.returncode:
        raise HistoryError(f"git {arguments[0]} failed in {folder}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
