"""Records the faults of the shop as cases for `firstcause eval`: what the product saw of each, and the truth about it.

Usage: python deploy/demo/cases.py [--work FOLDER] [--seconds SECONDS]

Runs the shop under load, lets the product read its logs, and writes the cluster of every fault with the log rows around
it to rca/evaluation/cases/shop.json, and the shop's history, as `git fast-export` prints it, to shop.history.txt beside
it. Ends with 1, naming them, when faults did not show; a race may need another run. Owns: choosing and writing. Keeps
out: what a case may hold (rca/evaluation/cases.py), the shop (driver/).
"""

import argparse
import json
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from driver import configuration, product, rehearsal
from driver.history import DEMO, Repository, git
from driver.progress import Progress
from flows.settings import load_settings
from flows.steps.case import case_of
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterQuery, ClusterStore
from rca.case import ClusterCase

CASES = DEMO.parents[1] / "rca" / "evaluation" / "cases"
SECONDS = 6.0  # of load on each version
ROWS_BEFORE, ROWS_AFTER = 25, 6  # log rows kept around the failing event
LONGEST_BODY = 2_000  # characters; the failing event is kept whole
IMAGE_PYTHON = "/usr/local"  # where Python is in an image, in place of where it is here


def main() -> int:
    """Record, and leave with 0, or with 1 when a fault is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, help="folder to work in (default: a temporary one)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="load on each version, in seconds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="firstcause-cases-") as temporary:
        return record(options.work or Path(temporary), options.seconds)


def record(work: Path, seconds: float) -> int:
    """Run the shop and the product in `work` and write both files; 1 when a fault did not show."""
    say = Progress()
    shop = rehearsal.rehearse(work, say, seconds=seconds)
    config = work / "firstcause.toml"
    configuration.write(config, logs=shop.logs, repository=shop.repository, port=product.free_port())
    product.record_releases(config, shop.deployments.made, "shop")
    product.Product(config).run("run", "--final")
    faults = tomllib.loads((DEMO / "faults.toml").read_text("utf-8"))["fault"]
    with Workspace(load_settings(config)) as workspace:
        seen = list(_cases(workspace))
    found = {fault["id"]: _of(fault, seen) for fault in faults}
    missing = [fault_id for fault_id, case in found.items() if case is None]
    if missing:
        print(f"these faults did not show: {', '.join(missing)}; run this again.", file=sys.stderr)
        return 1
    lines = [json.dumps(_written(fault, found[fault["id"]], shop.repository), ensure_ascii=False) for fault in faults]
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    (CASES / "shop.json").write_text(text.replace(sys.base_prefix, IMAGE_PYTHON), encoding="utf-8")
    (CASES / "shop.history.txt").write_text(exported(shop.repository.path), encoding="utf-8")
    say(f"wrote {len(lines)} cases to {CASES}")
    return 0


def exported(repository: Path) -> str:
    """The whole history as a text that `git fast-import` makes the same commits of."""
    return git(repository, "fast-export", "--all", "--reencode=no")


def _cases(workspace: Workspace) -> Iterator[ClusterCase]:
    for summary in ClusterStore(workspace.database).list(ClusterQuery(limit=500)):
        yield case_of(workspace, summary.id)


def _of(fault: dict[str, Any], seen: list[ClusterCase]) -> ClusterCase | None:
    """The most frequent cluster in which the fault surfaces where it is said to."""
    fits = [case for case in seen if _fits(fault, case)]
    return max(fits, key=lambda case: case.count, default=None)


def _fits(fault: dict[str, Any], case: ClusterCase) -> bool:
    where = fault["surfaces"]
    return (
        case.service == where["service"]
        and case.version >= fault["introduced"]
        and (not fault["fixed"] or case.version < fault["fixed"])
        and fault["exception"].rpartition(".")[2] in case.trace_text
        and Path(where["file"]).name in case.trace_text
    )


def _written(fault: dict[str, Any], case: ClusterCase, repository: Repository) -> dict[str, Any]:
    good, subjects = case.good_release, git(repository.path, "log", "--all", "--format=%H %s").splitlines()
    change = next(line.partition(" ")[0] for line in subjects if line.partition(" ")[2] == fault["change"])
    return {
        "id": f"shop-{fault['id']}",
        "project": f"shop/{case.service}",
        "service": case.service,
        "environment": case.environment,
        "version": case.version,
        "history": "shop",
        "ref": case.commit,
        "good_ref": good.commit if good else "",
        "path_prefix": configuration.IMAGE_ROOT,
        "count": case.count,
        "trace": case.trace_text,
        "rows": list(_rows(case)),
        "truth": {
            "causes": [_place(fault, name, case.commit, repository) for name in (fault["symbol"], *fault["also"])],
            "commit": change,
        },
    }


def _place(fault: dict[str, Any], name: str, commit: str, repository: Repository) -> dict[str, str]:
    """A file, or a symbol of the fault's file or of the file beside it that is named after the symbol's class."""
    if "/" in name:
        return {"file": name}
    beside = Path(fault["file"]).with_name(name.partition(".")[0] + Path(fault["file"]).suffix).as_posix()
    listed = git(repository.path, "ls-tree", "-r", "--name-only", commit).splitlines()
    return {"file": beside if beside in listed else fault["file"], "symbol": name}


def _rows(case: ClusterCase) -> Iterator[dict[str, Any]]:
    rows = case.logs.sort_by("timestamp").to_pylist()
    own = next(index for index, row in enumerate(rows) if row["event_id"] == case.event_id)
    for index, row in enumerate(rows[max(0, own - ROWS_BEFORE) : own + ROWS_AFTER], max(0, own - ROWS_BEFORE)):
        kept = {
            "at": row["timestamp"].isoformat(),
            "severity": row["severity_text"],
            "service": row["service_name"],
            "request_id": row["request_id"],
            "trace_id": row["trace_id"],
            "attributes": {name: value for name, value in row["attributes"] or () if value not in row["body"]},
            "failing": index == own,
            "body": row["body"] if index == own else row["body"][:LONGEST_BODY],
        }
        yield {name: value for name, value in kept.items() if value}


if __name__ == "__main__":
    raise SystemExit(main())
