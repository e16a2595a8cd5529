"""Runs scheduled and triggered flow runs inside this warm process, one at a time per deployment.

A subprocess a run would cost seconds of imports and the loaded embedding model every five minutes. The runner has a
thread and an event loop of its own, so that a long step never delays an answer over HTTP. Steps keep their own books,
so a run that is cut off anywhere is taken up by the next one.
Owns: polling, what happens to runs that are overdue, cancelled or left behind. Keeps out: which deployments there are
(orchestration_deployments.py), hosting Prefect (orchestration.py).
"""

import asyncio
import contextlib
import inspect
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flows.orchestration_deployments import Deployment, register

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun, State

log = logging.getLogger(__name__)

SUPERSEDED = "overdue when a later run of the same schedule was due; that one does its work"
STOPPED = "firstcause was stopped while this ran; the next run takes up where it was"
LEFT_BEHIND = "the process that ran it ended; the next run takes up where it was"
AT_START = "at start"
RECONNECT_SECONDS = 5.0
STARTING_SECONDS = 0.2  # how long to wait for a server that is starting beside us


class WarmRunner:
    """Registers deployments and works off their runs until it is stopped.

    `owns_server` says that nobody else runs these deployments, so that runs left in progress by a killed process can
    be closed. `on_ready` is called once, from the runner's thread, when the deployments are registered.
    """

    def __init__(
        self,
        deployments: Sequence[Deployment],
        *,
        owns_server: bool,
        work_pool: str = "",
        poll_seconds: float = 2.0,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._wanted = deployments
        self._owns_server = owns_server
        self._work_pool = work_pool
        self._poll_seconds = poll_seconds
        self._on_ready = on_ready
        self._known: Mapping[UUID, Deployment] = {}
        self._active: dict[UUID, tuple[UUID, asyncio.Task[None]]] = {}  # deployment -> (flow run, its task)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="flow-runner", daemon=True)

    def start(self) -> None:
        """Begin in a thread; returns at once."""
        self._thread.start()

    def stop(self, grace_seconds: float) -> bool:
        """Stop polling and cut running flows off; whether all of it ended within the grace period."""
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(grace_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        self._loop, self._stopping = loop, asyncio.Event()
        try:
            loop.run_until_complete(self._serve(self._stopping))
        finally:
            loop.close()

    async def _serve(self, stopping: asyncio.Event) -> None:
        from httpx import TransportError
        from prefect import get_client

        while not stopping.is_set():
            try:
                async with get_client() as client:
                    if not self._known:
                        await self._set_up(client)
                        self._on_ready()
                    while not stopping.is_set():
                        await self._poll(client)
                        await _until(stopping, self._poll_seconds)
                    await self._wind_down(client)
            except TransportError as error:
                starting = self._owns_server and not self._known
                if not starting:
                    log.warning("Prefect's API does not answer (%s); trying again", error)
                await _until(stopping, STARTING_SECONDS if starting else RECONNECT_SECONDS)
            except Exception:
                log.exception("Prefect's API cannot be used; trying again in %.0f s", RECONNECT_SECONDS)
                await _until(stopping, RECONNECT_SECONDS)

    async def _wind_down(self, client: "PrefectClient") -> None:
        from prefect.states import Crashed

        active = [*self._active.values()]
        await asyncio.gather(*(_cut_off(client, run, task, Crashed(message=STOPPED)) for run, task in active))

    async def _set_up(self, client: "PrefectClient") -> None:
        self._known = await register(client, self._wanted, work_pool=self._work_pool)
        if self._owns_server:
            await self._close_left_behind(client)
        for deployment_id, deployment in self._known.items():
            if deployment.at_start:
                await client.create_flow_run_from_deployment(
                    deployment_id, name=f"start-{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", tags=[AT_START]
                )

    async def _close_left_behind(self, client: "PrefectClient") -> None:
        from prefect.states import Crashed

        for run in await self._runs(client, "PENDING", "RUNNING", "CANCELLING"):
            await client.set_flow_run_state(run.id, Crashed(message=LEFT_BEHIND), force=True)

    async def _runs(self, client: "PrefectClient", *types: str) -> "list[FlowRun]":
        from prefect.client.schemas import filters
        from prefect.client.schemas.objects import StateType

        return await client.read_flow_runs(
            flow_run_filter=filters.FlowRunFilter(
                deployment_id=filters.FlowRunFilterDeploymentId(any_=list(self._known)),
                state=filters.FlowRunFilterState(
                    type=filters.FlowRunFilterStateType(any_=[StateType(name) for name in types])
                ),
            )
        )

    async def _poll(self, client: "PrefectClient") -> None:
        if self._work_pool:
            return  # a worker of that pool runs them
        await self._obey_cancellations(client)
        due = await client.get_scheduled_flow_runs_for_deployments(list(self._known), datetime.now(UTC))
        for run in await self._without_superseded(client, due):
            if run.deployment_id is not None and run.deployment_id not in self._active:
                task = asyncio.create_task(self._execute(client, run, run.deployment_id))
                self._active[run.deployment_id] = (run.id, task)

    async def _without_superseded(self, client: "PrefectClient", due: "list[FlowRun]") -> "list[FlowRun]":
        """`due` in order, without scheduled runs that a later due run of the same schedule makes pointless."""
        from prefect.states import Cancelled

        newest = {run.deployment_id: run.id for run in due if _automatic(run)}
        kept = []
        for run in due:
            if _automatic(run) and newest[run.deployment_id] != run.id:
                await client.set_flow_run_state(run.id, Cancelled(name="Skipped", message=SUPERSEDED), force=True)
            else:
                kept.append(run)
        return kept

    async def _obey_cancellations(self, client: "PrefectClient") -> None:
        from prefect.states import Cancelled

        if not self._active:
            return
        ours = dict(self._active.values())
        for run in await self._runs(client, "CANCELLING"):
            if run.id in ours:
                await _cut_off(client, run.id, ours[run.id], Cancelled(message="cancelled by a person"))

    async def _execute(self, client: "PrefectClient", run: "FlowRun", deployment_id: UUID) -> None:
        from prefect.exceptions import Abort
        from prefect.flow_engine import run_flow
        from prefect.states import Pending
        from prefect.utilities.engine import propose_state

        deployment = self._known[deployment_id]
        flow = deployment.flow()
        try:
            state = await propose_state(client, Pending(), flow_run_id=run.id)
            if not state.is_pending():
                return
            # For an async flow this only makes the coroutine; a sync one runs in the thread.
            outcome: Any = await asyncio.to_thread(run_flow, flow, flow_run=run, return_type="state")
            if inspect.isawaitable(outcome):
                await outcome
        except Abort as reason:
            log.info("run %s of %s was not started: %s", run.name, deployment.entrypoint, reason)
        except Exception:
            log.exception("run %s of %s broke", run.name, deployment.entrypoint)
        finally:
            self._active.pop(deployment_id, None)


def _automatic(run: "FlowRun") -> bool:
    return run.auto_scheduled or AT_START in run.tags


async def _cut_off(client: "PrefectClient", run_id: UUID, task: "asyncio.Task[None]", state: "State[Any]") -> None:
    """Cancel a run at its next await and give it `state`; a step in a thread ends by itself, unheard.

    Prefect logs such an end as a crash, several times over; here it is what was asked for.
    """
    logging.disable(logging.ERROR)
    try:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    finally:
        logging.disable(logging.NOTSET)
    await client.set_flow_run_state(run_id, state, force=True)


async def _until(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
