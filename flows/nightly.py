"""What happens every night, in order. Holds only the order."""

from prefect import flow

from flows.analyse import analyse
from flows.code_index import index
from flows.evaluate import evaluate
from flows.exceptions import extract_and_cluster
from flows.ingest import ingest
from flows.maintenance import maintenance


@flow(name="nightly", description="Ingest, cluster, index, analyse, maintain, evaluate: everything, in order.")
async def nightly() -> None:
    """Run the whole path once. The evaluation comes last and is not skipped when something before it failed."""
    try:
        await ingest()
        await extract_and_cluster()
        await index()
        await analyse()
        await maintenance()
    finally:
        await evaluate()
