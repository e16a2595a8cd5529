"""`make bench`: every measurement at 1x and at 10x, each in its own process, as one table.

Owns: which sizes are measured and how the table looks. Keeps out: what is measured (one file each beside this one).
"""

import argparse
import json
import subprocess
import sys

# module -> (argument of its `measure` at 1x, at 10x)
SIZES: dict[str, tuple[int | None, int | None]] = {
    "startup": (None, None),
    "ingest": (100_000, 1_000_000),
    "parsing": (100_000, 1_000_000),
    "templates": (100_000, 1_000_000),
    "extraction": (1_000, 10_000),
    "extraction_hostile": (5_000, 50_000),
    "grouping": (1_000, 10_000),
    "reduction": (10_000, 100_000),
    "findings": (100_000, 1_000_000),
    "warehouse": (500_000, 5_000_000),
    "code_index": (1_000, 10_000),
    "history": (1_000, 10_000),
    "localization": (1_000, 10_000),
    "code_search": (300, 1_500),
}

CHILD = """
import importlib, json, resource, sys
module, size = sys.argv[1], json.loads(sys.argv[2])
figures = importlib.import_module(f"tests.benchmarks.{module}").measure(*([] if size is None else [size]))
figures["peak memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(figures))
"""


def run(module: str, size: int | None) -> dict[str, float]:
    """The figures of one module at one size, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, module, json.dumps(size)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{module} at {size} failed:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def main() -> None:
    """Print the table; `--only NAME` restricts it, `--json FILE` keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(SIZES), action="append")
    parser.add_argument("--json", dest="file")
    arguments = parser.parse_args()
    kept: dict[str, dict[str, dict[str, float]]] = {}
    for module in arguments.only or SIZES:
        sizes = [size for size in SIZES[module] if size is not None] or [None]
        columns = {("once" if size is None else f"{size:,}"): run(module, size) for size in sizes}
        kept[module] = columns
        print(f"\n{module:44s}" + "".join(f"{head:>16s}" for head in columns), flush=True)
        for name in next(iter(columns.values())):
            values = "".join(f"{figures.get(name, float('nan')):16,.2f}" for figures in columns.values())
            print(f"  {name:42s}{values}", flush=True)
    if arguments.file:
        with open(arguments.file, "w", encoding="utf8") as file:
            json.dump(kept, file, indent=1)


if __name__ == "__main__":
    main()
