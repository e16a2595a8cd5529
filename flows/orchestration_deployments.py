"""Which flows Prefect knows, on which schedule, and how they are registered there.

Deployments name their flow by module (`flows.ingest:ingest`): a file path would put this folder first on sys.path.
Owns: the table and its registration. Keeps out: running them (orchestration_runner.py), what the flows do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from datetime import timedelta

    from prefect import Flow
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.responses import DeploymentResponse

    from flows.settings import Settings

NAME = "firstcause"  # what every deployment is called, as in `watch/firstcause`


@dataclass(frozen=True, slots=True)
class Deployment:
    """One flow to register. At most one of `interval` and `cron` (UTC) is set; with neither it runs on demand.

    `at_start` asks for a run as soon as `firstcause up` is ready.
    """

    entrypoint: str
    interval: "timedelta | None" = None
    cron: str = ""
    at_start: bool = False

    def flow(self) -> "Flow[Any, Any]":
        """The flow object."""
        module, name = self.entrypoint.split(":")
        flow: Flow[Any, Any] = getattr(import_module(module), name)
        return flow


def deployments(settings: "Settings") -> tuple[Deployment, ...]:
    """Every flow of the product: the short path every few minutes, everything at night, each stage on demand."""
    return (
        Deployment("flows.watch:watch", interval=settings.poll_interval, at_start=True),
        Deployment("flows.nightly:nightly", cron="0 2 * * *"),
        Deployment("flows.ingest:ingest"),
        Deployment("flows.exceptions:extract_and_cluster"),
        Deployment("flows.code_index:index"),
        Deployment("flows.analyse:analyse"),
        Deployment("flows.maintenance:maintenance"),
        Deployment("flows.evaluate:evaluate"),
    )


async def register(
    client: "PrefectClient", wanted: Sequence[Deployment], *, work_pool: str = ""
) -> Mapping[UUID, Deployment]:
    """Make Prefect know `wanted`, each with a concurrency limit of one; deployment id -> deployment.

    A schedule that a person has paused stays paused. Without `work_pool` this process is the one that runs them.
    """
    return {await _register(client, deployment, work_pool): deployment for deployment in wanted}


async def _register(client: "PrefectClient", deployment: Deployment, work_pool: str) -> UUID:
    flow = deployment.flow()
    before = await _existing(client, f"{flow.name}/{NAME}")
    return await client.create_deployment(
        flow_id=await client.create_flow_from_name(flow.name),
        name=NAME,
        description=flow.description,
        entrypoint=deployment.entrypoint,
        version=flow.version,
        schedules=_schedules(deployment, before),
        paused=before.paused if before else False,
        concurrency_limit=1,
        parameter_openapi_schema=flow.parameters.model_dump_for_openapi(),
        work_pool_name=work_pool or None,
        pull_steps=[] if work_pool else None,
        enforce_parameter_schema=True,
    )


async def _existing(client: "PrefectClient", name: str) -> "DeploymentResponse | None":
    from prefect.exceptions import ObjectNotFound

    try:
        return await client.read_deployment_by_name(name)
    except ObjectNotFound:
        return None


def _schedules(deployment: Deployment, before: "DeploymentResponse | None") -> "list[DeploymentScheduleCreate]":
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

    active = all(schedule.active for schedule in before.schedules) if before else True
    if deployment.interval is not None:
        return [DeploymentScheduleCreate(schedule=IntervalSchedule(interval=deployment.interval), active=active)]
    if deployment.cron:
        return [DeploymentScheduleCreate(schedule=CronSchedule(cron=deployment.cron, timezone="UTC"), active=active)]
    return []
