"""A git repository, bare or not, read through the git program without a checkout.

Owns: which git command answers which question. Keeps out: how git is run (git_command.py), symbols and languages.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from connectors.errors import BadInputError, ConfigurationError, NotFoundError
from connectors.source_control import BlameLine, Commit, FileChange, TreeEntry
from connectors.source_control.git_blame import parse_blame
from connectors.source_control.git_command import GitCommand, check_ref
from connectors.source_control.git_diff import parse_changes

_REGULAR_MODES = ("100644", "100755", "100664")
_HAS_ONLY = re.compile(r"has only (\d+) lines?")


class GitRepository:
    """History and trees of one repository. `name` is what the rest of the product calls it."""

    def __init__(self, path: str | Path, *, name: str) -> None:
        """Open the repository at `path`. Raises BadInputError when there is none."""
        self.path = Path(path)
        self.name = name
        if not self.path.is_dir():
            raise BadInputError(
                f"repository {name!r}: {str(path)!r} is not a folder; give the path of a git clone or bare repository."
            )
        self._git = GitCommand(self.path, name)
        self._git.output("rev-parse", "--git-dir")

    @cached_property
    def is_shallow(self) -> bool:
        """Whether the history was cut when the repository was cloned."""
        return self._git.output("rev-parse", "--is-shallow-repository").strip() == b"true"

    def resolve(self, ref: str) -> str:
        """Full commit id of `ref`. Raises NotFoundError saying how to get it, BadInputError for an impossible ref."""
        check_ref(ref)
        code, output = self._git.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", accept=(0, 1, 128)
        )
        if code == 0:
            return output.decode().strip()
        why = " (its history is shallow: `git fetch --unshallow`)" if self.is_shallow else ""
        raise NotFoundError(
            f"commit {ref!r} is not in repository {self.name!r}{why}; fetch it with `git -C {self.path} fetch origin` "
            "or give a branch, tag or commit id that is there."
        )

    def tree(self, ref: str) -> "GitTree":
        """The files at `ref`."""
        return GitTree(self._git, self.name, self.resolve(ref))

    def changes(self, old: str, new: str) -> list[FileChange]:
        """Files that differ between two commits, renames found, with changed line ranges."""
        output = self._git.output(
            "diff-tree", "-r", "-M", "--raw", "-p", "-U0", "-z", "--no-ext-diff", "--no-textconv", "--no-color",
            "--ignore-submodules=all", "--full-index", self.resolve(old), self.resolve(new), "--",
        )  # fmt: skip
        return parse_changes(output)

    def diff(self, old: str, new: str, paths: Sequence[str] = (), *, context: int = 3) -> str:
        """The unified diff between two commits, of all files or of `paths`, as a person reads it."""
        output = self._git.output(
            "diff-tree", "-r", "-M", "-p", f"-U{int(context)}", "--no-ext-diff", "--no-textconv", "--no-color",
            "--ignore-submodules=all", self.resolve(old), self.resolve(new), "--", *paths,
        )  # fmt: skip
        return output.decode("utf-8", "replace")

    def log(self, new: str, old: str | None = None, *, paths: Sequence[str] = (), limit: int = 200) -> list[Commit]:
        """Commits reachable from `new` and not from `old`, newest first, at most `limit`; only those touching `paths`.

        One path alone is followed through renames.
        """
        span = [self.resolve(new), *([f"^{self.resolve(old)}"] if old is not None else [])]
        follow = ["--follow"] if len(paths) == 1 else []
        output = self._git.output(
            "log", "-z", "--no-show-signature", "--encoding=UTF-8", "--format=%H%x1f%aN%x1f%at%x1f%s",
            f"--max-count={int(limit)}", *follow, *span, "--", *paths,
        )  # fmt: skip
        return [_commit(record) for record in output.decode("utf-8", "replace").split("\0") if record.strip()]

    def line_history(self, new: str, old: str, path: str, first: int, last: int) -> list[Commit]:
        """Commits reachable from `new` and not from `old` that changed lines `first` to `last` of `path`, newest first.

        The lines (1-based, inclusive) are those of `path` at `new`; git follows them back through moves and renames.
        """
        output = self._git.output(
            "log", "-s", "--no-show-signature", "--encoding=UTF-8", "--format=%H%x1f%aN%x1f%at%x1f%s%x1e",
            f"-L{int(first)},{int(last)}:{path}", self.resolve(new), f"^{self.resolve(old)}", "--",
        )  # fmt: skip
        return [_commit(record) for record in output.decode("utf-8", "replace").split("\x1e") if record.strip()]

    def blame(self, commit: str, path: str, first: int, last: int) -> list[BlameLine]:
        """Who last changed lines `first` to `last` (1-based, inclusive, cut to the file's end) of `path` at `commit`.

        Moves within the file and changes of white space are looked through. Raises NotFoundError for a missing path.
        """
        if first < 1 or last < first:
            raise BadInputError(f"lines {first} to {last} are not a range; give 1 <= first <= last.")
        resolved = self.resolve(commit)
        self._object(resolved, path)
        try:
            return self._blame(resolved, path, first, last)
        except ConfigurationError as error:
            shorter = _HAS_ONLY.search(str(error))
            if not shorter:
                raise
            length = int(shorter[1])
            return self._blame(resolved, path, first, min(last, length)) if first <= length else []

    def _blame(self, commit: str, path: str, first: int, last: int) -> list[BlameLine]:
        span = f"{first},{last}"
        return parse_blame(
            self._git.output(
                "blame", "--line-porcelain", "-w", "-M", "--encoding=UTF-8", "-L", span, commit, "--", path
            )
        )

    def show(self, commit: str, path: str) -> str:
        """The text of `path` at `commit`, undecodable bytes replaced. Raises NotFoundError."""
        content = self._object(self.resolve(commit), path)
        return content.decode("utf-8", "replace")

    def _object(self, commit: str, path: str) -> bytes:
        code, output = self._git.run("cat-file", "blob", f"{commit}:{path}", accept=(0, 128))
        if code != 0:
            raise NotFoundError(f"{path!r} is not a file in repository {self.name!r} at commit {commit[:12]}.")
        return output

    def default_branch(self) -> str:
        """The branch that a clone would check out ("main"); "HEAD" when the head is detached."""
        for head in ("refs/remotes/origin/HEAD", "HEAD"):
            code, output = self._git.run("symbolic-ref", "--quiet", "--short", head, accept=(0, 1, 128))
            if code == 0:
                return output.decode("utf-8", "replace").strip()
        return "HEAD"

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Whether `descendant` contains `ancestor` (a commit contains itself)."""
        code, _ = self._git.run(
            "merge-base", "--is-ancestor", self.resolve(ancestor), self.resolve(descendant), accept=(0, 1)
        )
        return code == 0

    def tags(self) -> dict[str, str]:
        """Tag name -> commit id; tags of other things than commits are left out."""
        fields = ("refname:strip=2", "objecttype", "objectname", "*objecttype", "*objectname")
        form = "%00".join(f"%({field})" for field in fields)
        output = self._git.output("for-each-ref", f"--format={form}", "refs/tags")
        tags = {}
        for line in output.decode("utf-8", "replace").splitlines():
            name, kind, target, peeled_kind, peeled = line.split("\0")
            if "commit" in (kind, peeled_kind):
                tags[name] = peeled if peeled_kind == "commit" else target
        return tags


class GitTree:
    """The files of one commit; symbolic links and submodules are left out. Listed once, read in batches."""

    def __init__(self, git: GitCommand, name: str, commit: str) -> None:
        self._git = git
        self.name = name
        self.commit = commit

    @cached_property
    def _entries(self) -> tuple[TreeEntry, ...]:
        output = self._git.output("ls-tree", "-r", "-z", "-l", "--full-tree", self.commit)
        entries = []
        for record in output.split(b"\0"):
            if not record:
                continue
            head, path = record.split(b"\t", 1)
            mode, _, blob, size = head.decode().split()
            if mode in _REGULAR_MODES:
                entries.append(TreeEntry(path.decode("utf-8", "replace"), blob, int(size)))
        return tuple(sorted(entries, key=lambda entry: entry.path))

    @cached_property
    def _blobs(self) -> dict[str, str]:
        return {entry.path: entry.blob for entry in self._entries}

    def entries(self) -> Sequence[TreeEntry]:
        """Every regular file, in order of path."""
        return self._entries

    def read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """(blob id, content) in the asked order, through one git process. Raises NotFoundError."""
        for blob, content in self._git.cat_files(blobs):
            if content is None:
                raise NotFoundError(
                    f"object {blob} is not in repository {self.name!r} (a partial clone?); fetch it, then try again."
                )
            yield blob, content

    def text(self, path: str) -> str:
        """One file's text. Raises NotFoundError naming path and commit."""
        if path not in self._blobs:
            raise NotFoundError(f"{path!r} is not a file in repository {self.name!r} at commit {self.commit[:12]}.")
        return next(self.read([self._blobs[path]]))[1].decode("utf-8", "replace")


def _commit(record: str) -> Commit:
    commit, author, when, subject = record.lstrip("\n").split("\x1f", 3)
    return Commit(commit, author, datetime.fromtimestamp(int(when), UTC), subject)
