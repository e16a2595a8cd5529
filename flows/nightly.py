"""What happens every night, in order. Holds only the order."""

from prefect import flow

from flows.analyse import analyse
from flows.code_index import index
from flows.exceptions import extract_and_cluster
from flows.ingest import ingest
from flows.maintenance import maintenance


@flow(name="nightly", description="Ingest, cluster, index, analyse, maintain: everything, in order.")
async def nightly() -> None:
    """Run the whole path once."""
    await ingest()
    await extract_and_cluster()
    await index()
    await analyse()
    await maintenance()
