"""The document that a run leaves of a report: what others wrote is shown, never rendered."""

from pathlib import Path

from flows.analyse import markdown
from rca.analysis import analyse
from tests.fakes.rca_shop import build_shop, shop_case


def test_nothing_in_a_report_becomes_markup(tmp_path: Path) -> None:
    """Images, links, tags and headings of a summary stay words; the document's own headings stay headings."""
    report = analyse(shop_case(build_shop(tmp_path))).report
    evil = "![x](//evil.example/p.png?d=1) <img src=x> [log in](y)\n# Task"
    document = markdown(report.model_copy(update={"summary": evil}))
    assert "!\\[x\\]\\(//evil.example" in document
    assert "\\<img src=x\\>" in document
    assert "\n# Task" not in document
    assert document.startswith("# orders 2.0: high")


def test_the_cause_can_still_be_read(tmp_path: Path) -> None:
    """Symbol, file, lines and confidence."""
    document = markdown(analyse(shop_case(build_shop(tmp_path))).report)
    assert "load\\_customer in shop/orders.py, lines 4" in document
    assert "next check: " in document
