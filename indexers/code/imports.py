"""Whether an import may mean a file of the tree.

Owns: how each language's module names become paths. Keeps out: which name of the module is used.
"""

from posixpath import normpath

from indexers.code.outline import Import

_SCRIPT_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")


def module_fits(item: Import, importer: str, path: str) -> bool:
    """Whether `item`, imported by the file `importer`, may bring in definitions of the file `path`."""
    if path.endswith(".py"):
        return _python(item, importer, path)
    if path.endswith(".java"):
        return _java(item, path)
    if path.endswith(".go"):
        return _go(item, path)
    return path.endswith(_SCRIPT_SUFFIXES) and _script(item, importer, path)


def _python(item: Import, importer: str, path: str) -> bool:
    module = path.removesuffix(".py").removesuffix("/__init__")
    dots = len(item.module) - len(item.module.lstrip("."))
    names = item.module.lstrip(".").replace(".", "/")
    if dots:
        folder = importer
        for _ in range(dots):
            folder = folder.rpartition("/")[0]
        base = "/".join(part for part in (folder, names) if part)
        return module in (base, "/".join(part for part in (base, item.name) if part))
    whole = f"/{module}"
    if whole.endswith(f"/{names}") or (item.name not in ("", "*") and whole.endswith(f"/{names}/{item.name}")):
        return True
    # A package often re-exports what its modules define.
    return item.name != "" and whole.rpartition("/")[0].endswith(f"/{names}")


def _java(item: Import, path: str) -> bool:
    module = f"/{path.removesuffix('.java')}"
    package = item.module.replace(".", "/")
    if item.name == "*":
        return module.rpartition("/")[0].endswith(f"/{package}") or module.endswith(f"/{package}")
    return module.endswith((f"/{package}/{item.name}", f"/{package}"))


def _go(item: Import, path: str) -> bool:
    folder = path.rpartition("/")[0]
    return bool(folder) and f"/{item.module}".endswith(f"/{folder}")


def _script(item: Import, importer: str, path: str) -> bool:
    stem = path.rpartition(".")[0]
    if item.module.startswith("."):
        wanted = normpath(f"{importer.rpartition('/')[0] or '.'}/{item.module}")
    else:
        wanted = item.module.removeprefix("@/").removeprefix("~/")
    for suffix in _SCRIPT_SUFFIXES:
        wanted = wanted.removesuffix(suffix)
    if item.module.startswith("."):
        return stem in (wanted, f"{wanted}/index")
    return f"/{stem}".endswith((f"/{wanted}", f"/{wanted}/index", f"/{wanted}/src/index"))
