"""Who writes the reports, by the settings: rules alone, or models with redaction, budget and history around them.

Owns: putting the wrappers together. Keeps out: what each does (connectors/llm, rca/analysts), which clusters.
"""

import secrets
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from connectors.llm import StructuredModel
from connectors.registry import open_adapter
from flows.settings import AnalystSettings
from flows.wiring import Workspace
from rca.analysis import Analyst

if TYPE_CHECKING:
    from connectors.pseudonyms import Policy


def analyst(workspace: Workspace) -> Analyst | None:
    """The analyst of one run (its budget counts from here); None stands for the rules alone."""
    chosen = workspace.settings.analyst
    if chosen.kind == "deterministic":
        return None
    from rca.analysts.model_analyst import ModelAnalyst

    return ModelAnalyst(
        metered_models(workspace, secrets.token_hex(8)),
        redaction=redaction_policy(workspace),
        simple=chosen.simple_model,
    )


def metered_models(workspace: Workspace, run_id: str) -> dict[str, StructuredModel]:
    """What reports call a model -> the model, in the order in which they are asked; {} when rules write alone.

    Each call is paid for out of the budgets, the run's under `run_id`, and kept where history is kept. Nothing is
    redacted yet: whoever asks wraps them.
    """
    chosen = workspace.settings.analyst
    if chosen.kind == "deterministic":
        return {}
    from rca.analysts.metered import Meter, MeteredModel
    from rca.prices import Price
    from rca.spending import Limits, Spending

    budget = chosen.budget
    limits = Limits(day=budget.day, project_day=budget.project_day, run=budget.run)
    meter = Meter(
        Spending(workspace.database, limits),
        run_id=run_id,
        prices=[Price(**price.model_dump()) for price in chosen.prices],
        history=workspace.objects if chosen.keep_history else None,
    )
    return {
        name: MeteredModel(_open(model, region, chosen), model, meter)
        for name, (model, region) in _wanted(chosen).items()
    }


def _wanted(chosen: AnalystSettings) -> dict[str, tuple[str, str]]:
    """What a report calls a model -> (model id, region), in the order in which they are asked."""
    models = dict.fromkeys((chosen.model, *chosen.fallback_models, *filter(None, [chosen.simple_model])))
    wanted = {}
    for model in models:
        wanted[model] = (model, chosen.region)
        wanted |= {f"{model} in {region}": (model, region) for region in chosen.fallback_regions}
    return wanted


def _open(model: str, region: str, chosen: AnalystSettings) -> StructuredModel:
    options: dict[str, Any] = {
        "region": region,
        "timeout_seconds": chosen.timeout_seconds,
        "guardrail": chosen.guardrail,
        "guardrail_version": chosen.guardrail_version,
    }
    return cast(StructuredModel, open_adapter("llm", f"bedrock://{quote(model, safe='')}", **options))


def redaction_policy(workspace: Workspace) -> "Policy":
    """What gets a stand-in before a question leaves, by the settings and with the installation's key."""
    from connectors.personal_data import NAME_FIELDS
    from connectors.pseudonyms import Policy, load_key

    wanted = workspace.settings.redaction
    return Policy(
        load_key(workspace.settings.state_dir.absolute() / "pseudonyms.key"),
        mode=wanted.mode,
        fields=(*NAME_FIELDS, *wanted.name_fields),
        allow=wanted.allow,
    )
