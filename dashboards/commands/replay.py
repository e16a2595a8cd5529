"""`firstcause replay`: the raw archive once more through today's parsing."""

import sys
from dataclasses import asdict

import orjson

from dashboards.commands.opening import workspace
from dashboards.commands.progress import Progress
from dashboards.terminal.paper import Paper, write_json


def replay(source: str, as_json: bool) -> None:
    """Replay one source or all. Raises NotFoundError when nothing of it was archived."""
    from flows.steps.replay import replay as again

    with workspace() as opened, Progress(sys.stderr) as progress:
        result = again(opened, source or None, say=progress.say)
    if as_json:
        write_json(orjson.dumps(asdict(result)).decode())
        return
    clusters = result.clusters
    Paper().say(
        f"{result.pages:,} pages and {result.rows:,} rows written again; {clusters.exceptions:,} exceptions, "
        f"{len(clusters.new)} new clusters."
    )
