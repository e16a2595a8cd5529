"""What a report took and how old it is, in words that the terminal and the page share.

Keeps out: how it is shown.
"""

from datetime import datetime

from dashboards import wording
from dashboards.answers.shape import Shape
from rca.report import RcaReport


class NowShape(Shape):
    """How often the cluster was seen up to this answer; the report's own counts are of `report.seen.at`."""

    count: int
    first_seen: datetime
    last_seen: datetime


def usage_words(report: RcaReport) -> str:
    """Model, tokens, dollars, time and prompt; or that no model was asked."""
    used = report.usage
    if used is None:
        return f"No model was asked; rules {report.prompt_version.removeprefix('rules-')}."
    cached = f" ({used.cached_tokens:,} of them from the model's cache)" if used.cached_tokens else ""
    calls = f", {used.calls} calls" if used.calls > 1 else ""
    return (
        f"{used.model or report.analyst}: {used.input_tokens:,} tokens in{cached}, {used.output_tokens:,} out{calls}, "
        f"${used.cost_usd:.4f} by list price, {used.latency_ms / 1000:.1f} s; prompt {report.prompt_version}."
    )


def overtaken_words(report: RcaReport, now: NowShape) -> str:
    """What has happened since the report's counts; "" while they are those of now."""
    seen = report.seen
    if seen is None or now.count <= seen.count:
        return ""
    times = f"{now.count - seen.count:,} times" if now.count - seen.count > 1 else "once"
    counted = f"{seen.count:,} at {wording.stamp(seen.at)}"
    return f"Since this was counted ({counted}) it was seen {times} more, last at {wording.stamp(now.last_seen)}."
