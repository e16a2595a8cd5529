"""The report's schema, as a model is given it."""

import json

import jsonschema
import pytest
from pydantic import ValidationError

from rca.report import RcaClaims, RcaReport, model_schema


def test_the_schema_needs_no_references() -> None:
    """Some models do not follow $ref, so there is none."""
    assert "$ref" not in json.dumps(model_schema())


def test_what_the_schema_allows_is_what_the_report_reads() -> None:
    """A minimal answer fits both."""
    answer = {"summary": "Nothing is known.", "root_cause": None}
    jsonschema.validate(answer, model_schema())
    assert RcaClaims.model_validate(answer).root_cause is None


def test_an_unknown_field_fits_neither() -> None:
    """A model cannot smuggle anything in."""
    answer = {"summary": "x", "root_cause": None, "severity": {"level": "low", "reasons": []}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(answer, model_schema())
    with pytest.raises(ValidationError):
        RcaClaims.model_validate(answer)


def test_an_analyst_cannot_set_severity_or_stamps() -> None:
    """Those fields are the product's own."""
    own = {"severity", "status", "looked_at", "analyst", "dropped_claims", "commit"}
    assert own <= set(RcaReport.model_fields)
    assert not own & set(model_schema()["properties"])


def test_every_field_keeps_its_description() -> None:
    """Names that are also JSON Schema words survive the writing out."""
    cause = model_schema()["properties"]["alternatives"]["items"]["properties"]
    assert {"file", "symbol", "start_line", "end_line", "confidence", "reasoning", "evidence"} == set(cause)
