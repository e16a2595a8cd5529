"""A git repository, bare or not, read through the git program without a checkout.

Owns: which git command answers which question. Keeps out: how git is run (git_command.py), what its output looks like
(git_log.py, git_diff.py, git_blame.py), reading whole trees (git_tree.py), symbols and languages.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from connectors.errors import BadInputError, ConfigurationError, NotFoundError
from connectors.source_control import BlameLine, Commit, CommitSize, FileChange
from connectors.source_control.git_blame import parse_blame
from connectors.source_control.git_command import TIMEOUT_SECONDS, GitCommand, check_ref
from connectors.source_control.git_diff import parse_changes
from connectors.source_control.git_log import FORMAT, TOUCHED, parse_commits, parse_sizes, parse_touched
from connectors.source_control.git_tree import GitTree

__all__ = ["GitRepository", "GitTree"]

IGNORED_BY_BLAME = ".git-blame-ignore-revs"  # the name that hosting sites and editors agree on
MOST_PICKED = 2_000  # commits on either side, up to which picked ones are told apart by their patches
LONGEST_DIFF = 400_000  # bytes of one commit's difference
_HAS_ONLY = re.compile(r"has only (\d+) lines?")
_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_UNDECODABLE = "\N{REPLACEMENT CHARACTER}"
_PATCH = ("-p", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all", "--src-prefix=a/",
          "--dst-prefix=b/")  # fmt: skip
_LOG = ("log", "-z", "--no-show-signature", "--encoding=UTF-8", "--no-ext-diff", "--no-textconv", "--no-color")


class GitRepository:
    """History and trees of one repository. `name` is what the rest of the product calls it."""

    def __init__(self, path: str | Path, *, name: str, timeout: float = TIMEOUT_SECONDS) -> None:
        """Open the repository at `path`; no question to git takes longer than `timeout` seconds.

        Raises BadInputError when there is none, ConfigurationError when git is not installed or too old.
        """
        self.path = Path(path)
        self.name = name
        if not self.path.is_dir():
            raise BadInputError(
                f"repository {name!r}: {str(path)!r} is not a folder; give the path of a git clone or bare repository."
            )
        self._git = GitCommand(self.path, name, timeout=timeout)
        self._git.output("rev-parse", "--git-dir")
        self._known: set[str] = set()  # full ids of commits that are there

    @cached_property
    def is_shallow(self) -> bool:
        """Whether the history was cut when the repository was cloned."""
        return self._git.output("rev-parse", "--is-shallow-repository").strip() == b"true"

    @cached_property
    def cut_commits(self) -> frozenset[str]:
        """The commits at the edge of a shallow clone: their parents are not here, so they seem to have written all."""
        if not self.is_shallow:
            return frozenset()
        named = self._git.output("rev-parse", "--git-path", "shallow").decode("utf-8", "surrogateescape").strip()
        try:
            return frozenset((self.path / named).read_text(encoding="ascii", errors="replace").split())
        except OSError:
            return frozenset()

    def resolve(self, ref: str) -> str:
        """Full commit id of `ref`. Raises NotFoundError saying how to get it, BadInputError for an impossible ref."""
        if ref in self._known:
            return ref
        check_ref(ref)
        code, output = self._git.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", accept=(0, 1, 128)
        )
        if code == 0:
            commit = output.decode().strip()
            self._known.add(commit)
            return commit
        why = " (its history is shallow: `git fetch --unshallow`)" if self.is_shallow else ""
        raise NotFoundError(
            f"commit {ref!r} is not in repository {self.name!r}{why}; fetch it with `git -C {self.path} fetch origin` "
            "or give a branch, tag or commit id that is there."
        )

    def tree(self, ref: str) -> GitTree:
        """The files at `ref`."""
        return GitTree(self._git, self.name, self.resolve(ref))

    def changes(
        self, old: str, new: str, *, hunks: bool = True, paths: Sequence[str] = (), spaces: bool = True
    ) -> list[FileChange]:
        """Files that differ between two commits, renames found, with changed line ranges when `hunks`.

        With `paths`, only those, and renames only among them. Without `spaces`, lines that differ in white space alone
        are no change of their file (the file is still listed).
        """
        patch = [*_PATCH, "-U0", *([] if spaces else ["-w", "--ignore-blank-lines"])] if hunks else []
        output = self._git.output(
            "diff-tree", "-r", "-M", "--raw", "-z", "--ignore-submodules=all", "--full-index", *patch,
            self.resolve(old), self.resolve(new), "--", *self._real(new, paths, old),
        )  # fmt: skip
        return parse_changes(output)

    def diff(self, old: str, new: str, paths: Sequence[str] = (), *, context: int = 3) -> str:
        """The unified diff between two commits, of all files or of `paths`, as a person reads it."""
        output = self._git.output(
            "diff-tree", "-r", "-M", f"-U{int(context)}", *_PATCH, self.resolve(old), self.resolve(new), "--",
            *self._real(new, paths, old), most=LONGEST_DIFF,
        )  # fmt: skip
        return output.decode("utf-8", "replace")

    def introduced(self, commit: str, paths: Sequence[str] = (), *, context: int = 3) -> str:
        """What one commit changed in `paths` (default: everywhere) as a diff; of a merge only what it did by itself.

        "" for the edge of a shallow clone, whose difference is not known.
        """
        resolved = self.resolve(commit)
        if resolved in self.cut_commits:
            return ""
        output = self._git.output(
            "diff-tree", "-r", "-M", "--cc", "--root", "--no-commit-id", f"-U{int(context)}", *_PATCH, resolved, "--",
            *self._real(resolved, paths), most=LONGEST_DIFF,
        )  # fmt: skip
        return output.decode("utf-8", "replace")

    def sizes(self, commits: Sequence[str]) -> dict[str, CommitSize]:
        """How much each commit changed; merges and the edge of a shallow clone are left out."""
        known = [commit for commit in commits if commit not in self.cut_commits]
        given = "".join(f"{self.resolve(commit)}\n" for commit in known).encode()
        return parse_sizes(
            self._git.output("diff-tree", "--stdin", "-r", "-M", "--root", "--shortstat", "--no-ext-diff",
                             "--no-textconv", "--ignore-submodules=all", given=given)
        ) if known else {}  # fmt: skip

    def log(self, new: str, old: str | None = None, *, paths: Sequence[str] = (), limit: int = 200) -> list[Commit]:
        """Commits reachable from `new` and not from `old`, newest first, at most `limit`; only those touching `paths`.

        One path alone is followed through renames.
        """
        span = [self.resolve(new), *([f"^{self.resolve(old)}"] if old is not None else [])]
        follow = ["--follow"] if len(paths) == 1 else []
        output = self._git.output(
            *_LOG, FORMAT, f"--max-count={int(limit)}", *follow, *span, "--", *self._real(new, paths, old)
        )
        return self._commits(output)

    def between(self, old: str, new: str, *, limit: int = 5_000) -> list[Commit]:
        """Commits of `new` that `old` has not, newest first, at most `limit`.

        A commit whose very patch `old` holds as another commit (cherry-picked) is left out, unless the two are too far
        apart to compare.
        """
        old, new = self.resolve(old), self.resolve(new)
        counted = self._git.output("rev-list", "--left-right", "--count", f"{old}...{new}", "--").split()
        theirs, ours = int(counted[0]), int(counted[1])
        picked = ["--cherry-pick"] if 0 < theirs <= MOST_PICKED and ours <= MOST_PICKED else []
        span = ["--right-only", *picked, f"{old}...{new}"] if picked else [new, f"^{old}"]
        return self._commits(self._git.output(*_LOG, FORMAT, f"--max-count={int(limit)}", *span, "--"))

    def _commits(self, output: bytes) -> list[Commit]:
        commits = parse_commits(output)
        self._known.update(commit.commit for commit in commits)
        return commits

    def picked(self, old: str, new: str, paths: Sequence[str]) -> set[str]:
        """Commits of `new` whose patch of `paths` `old` holds as another commit."""
        old, new = self.resolve(old), self.resolve(new)
        output = self._git.output(
            "rev-list", "--right-only", "--cherry-mark", "--no-merges", f"--max-count={MOST_PICKED}", f"{old}...{new}",
            "--", *self._real(new, paths, old),
        )  # fmt: skip
        return {line[1:] for line in output.decode("ascii", "replace").split() if line.startswith("=")}

    def touching(self, old: str, new: str, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Commits of `new` that `old` has not and that touch `paths`, newest first, each with those it touches.

        A merge is among them only with what it changed by itself.
        """
        output = self._git.output(
            *_LOG, TOUCHED, "--name-only", "-c", "--no-renames", self.resolve(new), f"^{self.resolve(old)}", "--",
            *self._real(new, paths, old),
        )  # fmt: skip
        return {commit: touched for commit, touched in parse_touched(output).items() if touched}

    def changing_text(self, old: str, new: str, text: str, paths: Sequence[str]) -> list[Commit]:
        """Commits of `new` that `old` has not and that changed how often `text` occurs in `paths`, newest first."""
        output = self._git.output(
            *_LOG, FORMAT, "-s", f"-S{text}", "--no-renames", self.resolve(new), f"^{self.resolve(old)}", "--",
            *self._real(new, paths, old),
        )  # fmt: skip
        return self._commits(output)

    def line_history(self, new: str, old: str, path: str, first: int, last: int) -> list[Commit]:
        """Commits reachable from `new` and not from `old` that changed lines `first` to `last` of `path`, newest first.

        The lines (1-based, inclusive) are those of `path` at `new`; git follows them back through moves and renames.
        """
        real = self._real(new, [path])[0]
        output = self._git.output(
            *_LOG, FORMAT, "-s", f"-L{int(first)},{int(last)}:{real}", self.resolve(new), f"^{self.resolve(old)}", "--"
        )
        return self._commits(output)

    def blame(
        self,
        commit: str,
        path: str,
        first: int,
        last: int,
        *,
        since: str | None = None,
        ignoring: Sequence[str] = (),
        spaces: bool = False,
    ) -> list[BlameLine]:
        """Who last changed lines `first` to `last` (1-based, inclusive, cut to the file's end) of `path` at `commit`.

        Moves within the file are looked through (in a span of commits also those between files of one commit),
        changes of white space too unless `spaces`, and so are the commits in `ignoring` and those that the tree itself
        names in .git-blame-ignore-revs. With `since`, lines that this commit already had come back as boundaries, and
        its history is not walked. Raises NotFoundError for a missing path.
        """
        if first < 1 or last < first:
            raise BadInputError(f"lines {first} to {last} are not a range; give 1 <= first <= last.")
        resolved = self.resolve(commit)
        ignored = [*self._ignored_at(resolved), *(one for one in ignoring if _COMMIT_ID.fullmatch(one))]
        options = [
            *([] if spaces else ["-w"]),
            *(["--ignore-revs-file=/dev/stdin"] if ignored else []),
            *(["-C20", resolved, f"^{self.resolve(since)}"] if since is not None else [resolved]),
        ]
        real = self._real(resolved, [path])[0]

        def ask(end: int) -> list[BlameLine]:
            output = self._git.output(
                "blame", "--line-porcelain", "-M", "--no-textconv", "--encoding=UTF-8", "-L", f"{first},{end}",
                *options, "--", real, given="".join(f"{one}\n" for one in ignored).encode(),
            )  # fmt: skip
            return parse_blame(output, self.cut_commits)

        try:
            return ask(last)
        except ConfigurationError as error:
            shorter = _HAS_ONLY.search(str(error))
            if not shorter:
                raise
            return ask(min(last, int(shorter[1]))) if first <= int(shorter[1]) else []

    def _ignored_at(self, commit: str) -> list[str]:
        code, output = self._git.run(
            "cat-file", "blob", f"{commit}:{IGNORED_BY_BLAME}", accept=(0, 128), most=LONGEST_DIFF
        )
        lines = output.decode("ascii", "replace").splitlines() if code == 0 else []
        return [found[0] for line in lines if (found := _COMMIT_ID.match(line.strip()))]

    def show(self, commit: str, path: str) -> str:
        """The text of `path` at `commit`, undecodable bytes replaced. Raises NotFoundError."""
        resolved = self.resolve(commit)
        code, output = self._git.run(
            "cat-file", "blob", f"{resolved}:{self._real(resolved, [path])[0]}", accept=(0, 128)
        )
        if code != 0:
            raise NotFoundError(f"{path!r} is not a file in repository {self.name!r} at commit {resolved[:12]}.")
        return output.decode("utf-8", "replace")

    def contents(self, blobs: Sequence[str]) -> dict[str, bytes]:
        """Blob id -> content of each asked blob that is here, through one git process."""
        asked = [blob for blob in dict.fromkeys(blobs) if _COMMIT_ID.fullmatch(blob)]
        return {blob: content for blob, content in self._git.cat_files(asked) if content is not None}

    def _real(self, commit: str, paths: Sequence[str], other: str | None = None) -> list[str]:
        """`paths` as git knows them: a name that is no UTF-8 is shown with its bytes replaced, and looked up here."""
        if not any(_UNDECODABLE in path for path in paths):
            return list(paths)
        names: dict[str, str] = {}
        for tree in (commit, other):
            if tree is not None:
                listed = self._git.output("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.resolve(tree))
                for raw in listed.split(b"\0"):
                    names.setdefault(raw.decode("utf-8", "replace"), raw.decode("utf-8", "surrogateescape"))
        return [names.get(path, path) for path in paths]

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
            elif peeled_kind == "tag":  # a tag of a tag: rare, and older gits peel only once
                code, output = self._git.run(
                    "rev-parse", "--verify", "--quiet", f"{peeled}^{{commit}}", accept=(0, 1, 128)
                )
                tags |= {name: output.decode().strip()} if code == 0 else {}
        return tags
