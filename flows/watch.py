"""What happens every few minutes: new lines in, clustered, and what is new explained. Holds only the order."""

from prefect import flow

from flows.analyse import analyse
from flows.exceptions import extract_and_cluster
from flows.ingest import ingest


@flow(name="watch", description="Ingest, cluster and analyse what is new.")
async def watch() -> None:
    """Run the short path once."""
    await ingest()
    await extract_and_cluster()
    await analyse()
