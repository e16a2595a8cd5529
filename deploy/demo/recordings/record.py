"""Records the logs of the Java, JavaScript and Go services by really running them at every version of interest.

Usage: python deploy/demo/recordings/record.py [--root /app] [SERVICE ...]

Needs a JDK 17, Node 18 or Go 1.19 for the services it records, and may write to `--root`, which is where the images
hold the code, so that traces read as in production: run it in a container, or on a machine where /app is free.
"""

import argparse
import contextlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))
from driver import history, markers, replay
from driver.fleet import free_port
from driver.logfiles import open_log
from driver.process import LoggedProcess

LARGEST = 240_000  # bytes of one recording
RESTARTS = 3  # after a crash, as an orchestrator would
UNANSWERED = 4  # calls in a row after which a process counts as dead
RUSH_ROUNDS = 400
RUSH_BATCH = 60  # requests that are sent at once


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a recorded service."""

    path: str
    body: Any = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a service is built under the root, started, and visited."""

    build: str
    start: str
    calls: tuple[Call, ...]
    visitors: int = 3  # threads
    pause: float = 0.01  # seconds between two calls of one visitor


def shipping_calls() -> Iterator[Call]:
    countries = ("DE", "AT", "FR", "US", "JP", "CH", "BR")
    grams = (400, 900, 2500, 7200, 12000, 9900, 40000)
    for number in range(180):
        country, weight = countries[number % 7], grams[number * 3 % 7]
        yield Call(
            f"/quotes?order=o-{number:04d}&country={country}&grams={weight}&express={str(number % 5 == 0).lower()}"
        )
        yield Call(f"/labels?order=o-{number % 90:04d}&name=Ada+Berg&country={country}")
        yield Call(f"/labels?order=o-{number % 90:04d}&name=Ada+Berg&country={country}&format=A7")


def catalog_calls() -> Iterator[Call]:
    skus = ("mug-blue", "teapot", "mug-glass", "honey", "kettle", "lamp", "tea-green", "teapot-iron")
    words = ("mug", "tea+black", "steel", "kiln", "oak", "green")
    for number in range(150):
        yield Call(f"/products/{skus[number % 8]}")
        yield Call("/popular")
        if number % 3 == 0:
            yield Call(f"/search?q={words[number // 3 % 6]}")


def notification_calls() -> Iterator[Call]:
    kinds = ("order.placed", "order.placed", "parcel.sent", "order.cancelled", "cart.changed")
    for number in range(90):
        event: dict[str, Any] = {
            "id": f"e-{number:04d}",
            "type": kinds[number % 5],
            "order": f"o-{number:04d}",
            "total": "23.40 EUR",
            "carrier": "Postbote",
            "customerName": "Ada Berg",
            "customerEmail": "ada@Example.org",
        }
        if number % 7 != 6:
            event["locale"] = ("en", "de")[number % 2]
        if number % 3 == 0:
            event["customer"] = {"name": "Ada Berg", "contact": {"email": "ada@Example.org"}, "locale": "en"}
        yield Call("/events", event)


RECIPES = {
    "shipping": Recipe(
        build="javac -g -d build $(find services/shipping vendor/tinycsv -name '*.java')"
        " && cp services/shipping/src/main/resources/* build/",
        start="exec java -Xmx16m -XX:+UseSerialGC -XX:-UsePerfData -cp build shop.shipping.Main",
        calls=tuple(shipping_calls()),
    ),
    "catalog": Recipe(
        build="cd services/catalog && go build -o catalog ./cmd/catalog",
        start="cd services/catalog && exec ./catalog",
        calls=tuple(catalog_calls()),
        visitors=8,
        pause=0.0,
    ),
    "notifications": Recipe(
        build="true",
        start="cd services/notifications && exec node src/main.js",
        calls=tuple(notification_calls()),
        visitors=2,
    ),
}


class Running:
    """A service under the root that is started again when it dies."""

    def __init__(self, recording: replay.Recording, root: Path, log_file: Path, commit: str) -> None:
        self.port = free_port()
        self.crashes = 0
        self._unanswered = 0
        self._log_file = log_file
        self._lock = threading.Lock()
        self._root = root
        service, version = recording.service, recording.version
        labels = {"service": service.name, "version": version, "environment": "production"}
        self._log = open_log(service.layout, log_file, labels)
        self._one_pipe = service.layout == "plain"
        self._command = ["sh", "-c", RECIPES[service.name].start]
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": "/home/app",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "PORT": str(self.port),
            "ENVIRONMENT": "production",
            "SERVICE_VERSION": version,
            "SERVICE_COMMIT": commit,
        }
        self._process = self._start()

    def _start(self) -> LoggedProcess:
        process = LoggedProcess(self._command, log=self._log, env=self._env, cwd=self._root, one_pipe=self._one_pipe)
        end = time.monotonic() + 20
        while not process.ended and time.monotonic() < end:
            if self._answers(Call("/health")):
                break
            time.sleep(0.05)
        return process

    def usable(self) -> bool:
        """Whether calls make sense: it runs, or was started again; False when it crashed too often or said enough."""
        with self._lock:
            if self._log_file.exists() and self._log_file.stat().st_size > LARGEST:
                return False
            if self._process.ended or self._unanswered >= UNANSWERED:
                if self.crashes == RESTARTS:
                    return False
                self.crashes += 1
                self._unanswered = 0
                self._process.stop()
                self._process = self._start()
            return True

    def call(self, call: Call) -> None:
        """Send one request and remember whether anything came back."""
        answered = self._answers(call)
        with self._lock:
            self._unanswered = 0 if answered else self._unanswered + 1

    def rush(self, calls: list[Call]) -> None:
        """Send many requests on one connection without waiting for the answers in between."""
        lines = [f"GET {call.path} HTTP/1.1\r\nHost: shop\r\n" for call in calls]
        payload = "\r\n".join(lines) + "Connection: close\r\n\r\n"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(payload.encode())
            while connection.recv(65536):
                pass

    def stop(self) -> None:
        self._process.stop()

    def _answers(self, call: Call) -> bool:
        data = None if call.body is None else json.dumps(call.body).encode()
        try:
            with urlopen(Request(f"http://127.0.0.1:{self.port}{call.path}", data=data), timeout=1) as response:
                response.read()
        except HTTPError:
            return True
        except OSError:
            return False
        return True


def visit(running: Running, recipe: Recipe, *, rush: bool) -> None:
    """Send the recipe's calls from several threads, once, or in many batches with `rush`."""
    calls = itertools.cycle(recipe.calls)
    rounds, size = (RUSH_ROUNDS, RUSH_BATCH) if rush else (len(recipe.calls), 1)
    work = iter([list(itertools.islice(calls, size)) for _ in range(rounds)])
    lock = threading.Lock()

    def visitor() -> None:
        while running.usable():
            with lock:
                task = next(work, None)
            if task is None:
                return
            if rush:
                running.rush(task)
            else:
                running.call(*task)
                time.sleep(recipe.pause)

    threads = [threading.Thread(target=visitor) for _ in range(recipe.visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def record(recording: replay.Recording, repository: history.Repository, root: Path) -> None:
    """Run one service at one version and write its recording."""
    recipe, commit = RECIPES[recording.service.name], repository.tags[recording.version]
    history.export(repository.path, recording.version, root)
    try:
        subprocess.run(["sh", "-c", recipe.build], cwd=root, check=True)
        with tempfile.TemporaryDirectory() as folder:
            log_file = Path(folder) / "recorded.log"
            started = datetime.now(UTC)
            running = Running(recording, root, log_file, commit)
            visit(running, recipe, rush=recording.rush)
            time.sleep(0.3)
            running.stop()
            text = log_file.read_text("utf-8", "replace")
    finally:
        for child in root.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    recording.path.parent.mkdir(parents=True, exist_ok=True)
    recording.path.write_text(markers.mark(text, started=started, commit=commit), encoding="utf-8")
    print(f"{recording.service.name} {recording.version}: {len(text):,} bytes, {running.crashes} crashes")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("services", nargs="*", help="only these services (default: all)")
    parser.add_argument("--root", type=Path, default=Path("/app"))
    options = parser.parse_args()
    options.root.mkdir(parents=True, exist_ok=True)
    if any(options.root.iterdir()):
        print(f"{options.root} is not empty; give another --root, or run this in a container.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        repository = history.build(Path(folder) / "shop")
        for recording in replay.recordings():
            if not options.services or recording.service.name in options.services:
                record(recording, repository, options.root)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
