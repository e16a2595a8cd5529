"""What `make demo ONCE=1` does, with less load: the shop fails, the product reads its logs and says why."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.demo.driver.history import DEMO
from deploy.demo.driver.product import Product

PATIENCE = 280.0
# Faults that show within half a second of load, as the product should see them: service, version, words of the fault.
EXPECTED = {
    ("orders", "v1.1.0", "NoneType"),
    ("payments", "v1.2.0", "KeyError"),
    ("orders", "v1.3.0", "PoolTimeout"),
    ("orders", "v1.4.0", "no such table"),
    ("shipping", "v1.2.0", "NullPointerException"),
    ("shipping", "v1.5.0", "OutOfMemoryError"),
    ("catalog", "v1.2.0", "nil pointer"),
    ("catalog", "v1.4.0", "concurrent map"),
    ("notifications", "v1.3.0", "TypeError"),
    ("notifications", "v1.7.0", "TypeError"),
}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_demo_shows_faults_with_the_versions_that_had_them(tmp_path: Path) -> None:
    """It ends with 0, explains a fault, and each fault is a cluster of its service and version."""
    work = tmp_path / "demo"
    command = [sys.executable, str(DEMO / "demo.py"), "--once", "--work", str(work), "--seconds", "0.6"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    assert "What this rests on" in done.stdout
    listed = json.loads(Product(work / "firstcause.toml").read("clusters", "--limit", "100", "--json"))["items"]
    seen = {
        expected
        for cluster in listed
        for expected in EXPECTED
        if expected[0] in cluster["services"]
        and expected[1] in cluster["versions"]
        and expected[2] in f"{cluster['title']} {cluster['message']}"
    }
    assert EXPECTED - seen == set()
