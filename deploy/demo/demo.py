"""The demo: a shop that really fails, and Firstcause reading its logs.

Usage: python deploy/demo/demo.py [--once] [--work FOLDER]

Builds the shop's git repository, runs its services through their versions under load, lets the product read what they
logged, prints what it found, and serves it until Ctrl-C. Owns: the order. Everything else is in driver/.
"""

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).parent))

from driver import configuration, product, rehearsal
from driver.history import HistoryError
from driver.progress import Progress
from driver.workplace import WorkplaceError, workplace

ROOT = Path(__file__).parents[2]
LISTED = 12  # clusters
EXPLAINED = 1  # how many of the faults are explained at length
PASSED_ON = "Upstream"  # in the type of an exception that only says another service failed


def demo(work: Path, *, once: bool, seconds: float) -> None:
    """Run the whole demo in `work`."""
    say = Progress()
    say.headline("The shop runs: four Python services under load, version after version")
    shop = rehearsal.rehearse(work, say, seconds=seconds)

    say.headline("Firstcause reads its logs")
    port, config = product.free_port(), work / "firstcause.toml"
    configuration.write(config, logs=shop.logs, repository=shop.repository, port=port)
    known = product.record_releases(config, shop.deployments.made, "shop")
    say(f"recorded {known} deployments; settings are in {config}")
    firstcause = product.Product(config)
    firstcause.run("run", "--final")
    say("done")

    say.headline("What it found")
    show(firstcause)
    say(f"the whole demo took {say.seconds:.0f} seconds")
    if not once:
        serve(firstcause, port, say, config)


def show(firstcause: product.Product) -> None:
    """Print the clusters, and the report on the most frequent one that is not a failure passed on by a caller."""
    firstcause.run("clusters", "--sort", "count", "--limit", str(LISTED))
    found = json.loads(firstcause.read("clusters", "--sort", "count", "--limit", "50", "--json"))["items"]
    causes = [cluster["id"] for cluster in found if PASSED_ON not in cluster["type"]]
    for cluster_id in causes[:EXPLAINED]:
        firstcause.run("explain", cluster_id)


def serve(firstcause: product.Product, port: int, say: Progress, config: Path) -> None:
    """Serve the product until Ctrl-C."""
    say.headline("Starting the product")
    with firstcause.serve(port) as serving:
        print(
            f"\nOpen http://127.0.0.1:{port}/ (Ctrl-C stops everything)\n"
            f"or look from another terminal: {product.COMMAND} --config {config} clusters",
            flush=True,
        )
        serving.wait()


def main() -> int:
    """Parse what was typed, run the demo, and leave with 0, 2 for what a person must change, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--once", action="store_true", help="print the result and end instead of serving")
    parser.add_argument("--work", type=Path, default=ROOT / ".demo", help="folder to work in (default: .demo)")
    parser.add_argument("--seconds", type=float, default=rehearsal.SECONDS, help="load on each version, in seconds")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with workplace(options.work) as work:
            demo(work, once=options.once, seconds=options.seconds)
    except (WorkplaceError, HistoryError, product.ProductError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped everything.", file=sys.stderr)
        return 130
    return 0


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main())
