"""Runs one of the shop's Python services the way its image would: code under /app, as tracebacks in production show it.

Usage: python container.py TREE MODULE. The tree is an unpacked release. Ends when standard input is closed, so that no
service outlives the demo, however the demo dies.
"""

import os
import runpy
import sys
import threading
from importlib.abc import PathEntryFinder
from importlib.machinery import FileFinder, SourceFileLoader
from types import CodeType

IMAGE_ROOT = "/app"


def install(tree: str) -> None:
    """Import what lies under `tree` with file names under /app; everything else is imported as ever."""

    class ImageLoader(SourceFileLoader):
        def get_code(self, fullname: str) -> CodeType | None:
            source = self.get_source(fullname)
            name = IMAGE_ROOT + self.get_filename(fullname).removeprefix(tree)
            return None if source is None else compile(source, name, "exec", dont_inherit=True)

    find = FileFinder.path_hook((ImageLoader, [".py"]))

    def hook(path: str) -> PathEntryFinder:
        if path != tree and not path.startswith(tree + os.sep):
            raise ImportError(f"{path} is not part of the image")
        return find(path)

    sys.path_hooks.insert(0, hook)
    sys.path.insert(0, tree)
    sys.dont_write_bytecode = True


def end_with_parent() -> None:
    """End this process when the other end of standard input goes away."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(0)

    threading.Thread(target=wait, name="parent-watch", daemon=True).start()


if __name__ == "__main__":
    install(sys.argv[1])
    end_with_parent()
    os.chdir(sys.argv[1])
    runpy.run_module(sys.argv[2], run_name="__main__", alter_sys=True)
