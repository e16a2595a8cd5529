"""Planted secrets and personal data never reach a model's endpoint, and the engineer still reads the values.

Real: git, code index, evidence, boto3, HTTP. Emulated: Bedrock's endpoint, which keeps every byte it was sent.
"""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from connectors.llm.bedrock import open_bedrock
from connectors.pseudonyms import Policy, Pseudonyms
from rca import prompts
from rca.analysis import analyse
from rca.analysts.model_analyst import ModelAnalyst
from rca.report import RcaReport
from tests.fakes.converse_endpoint import ConverseEndpoint, tool_call
from tests.fakes.rca_shop import ORDERS, TRACE, build_shop, log_rows, shop_case

POLICY = Policy(b"k" * 32)
SECRETS = {
    "password": "hunter22canary",
    "aws": "AKIACANARYCANARY0001",
    "github": "ghp_canarycanarycanarycanary0001",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOnRydWV9.c2lnbmF0dXJl",
    "stripe": "sk_live_canary0123456789canary",
    "url": "c4n4rypass",
    "bearer": "canarybearer.0123456789",
}
PERSONAL = {
    "mail": "canary.person@example.org",
    "ip": "203.0.113.99",
    "ipv6": "2001:db8:ca::9a17",
    "phone": "+49 170 5550199",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "name": "Canary Lovelace",
}
LINES = (
    f'password="{SECRETS["password"]}" key {SECRETS["aws"]} token {SECRETS["github"]}',
    f"Authorization: Bearer {SECRETS['bearer']} jwt {SECRETS['jwt']} stripe {SECRETS['stripe']}",
    f'connecting to postgres://shop:{SECRETS["url"]}@db/shop for full_name="{PERSONAL["name"]}"',
    f"customer {PERSONAL['mail']} from {PERSONAL['ip']} and {PERSONAL['ipv6']} called {PERSONAL['phone']}",
    f"payment with card {PERSONAL['card']} refused, iban {PERSONAL['iban']}",
)


def _sent_and_report(folder: Path) -> tuple[str, RcaReport]:
    """Everything the endpoint was sent, and the report whose answer quoted a line by its stand-in."""
    shop = build_shop(folder)
    trace = TRACE.replace("order failed", f"order failed for {PERSONAL['mail']}")
    rows = log_rows(*LINES, trace)
    stand_in = Pseudonyms(POLICY).hide(PERSONAL["mail"])
    answer = {
        "summary": f"The order of {stand_in} has no tier.",
        "root_cause": {
            "file": "shop/orders.py",
            "symbol": "load_customer",
            "start_line": 4,
            "end_line": 5,
            "confidence": 0.9,
            "reasoning": "The key was renamed [E1].",
            "evidence": [{"evidence_id": "E1", "quote": f"order failed for {stand_in}"}],
        },
    }
    with ConverseEndpoint(tool_call(prompts.TOOL, answer)) as endpoint:
        model = open_bedrock("bedrock://m", region="us-east-1", endpoint_url=endpoint.url)
        writer = ModelAnalyst({"m": model}, redaction=POLICY)
        case = shop_case(shop, logs=rows, event_id=f"e{len(LINES)}", trace_text=trace)
        report = analyse(case, analyst=writer).report
    return json.dumps([seen.body for seen in endpoint.seen], ensure_ascii=False), report


@pytest.fixture(scope="module")
def sent_and_report(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, RcaReport]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "local")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        return _sent_and_report(tmp_path_factory.mktemp("canary"))


@pytest.mark.parametrize("canary", [*SECRETS.values(), *PERSONAL.values()])
def test_no_planted_value_is_sent(sent_and_report: tuple[str, RcaReport], canary: str) -> None:
    """Not as it is, not escaped for JSON or for a URL."""
    sent, _ = sent_and_report
    for form in {canary, json.dumps(canary)[1:-1], quote(canary), quote(canary, safe="")}:
        assert form not in sent


def test_the_lines_around_the_canaries_are_sent(sent_and_report: tuple[str, RcaReport]) -> None:
    """The test before could pass on an empty prompt; this one could not."""
    sent, _ = sent_and_report
    assert "refused, iban IBAN_" in sent
    assert "connecting to postgres://shop:[masked" in sent
    assert ORDERS.split("\n")[3] in sent


def test_the_engineer_reads_the_value(sent_and_report: tuple[str, RcaReport]) -> None:
    """The stand-ins of the answer are values again, and the quote is found in the evidence."""
    _, report = sent_and_report
    assert PERSONAL["mail"] in report.summary
    assert report.root_cause is not None
    assert [citation.quote for citation in report.root_cause.evidence] == [f"order failed for {PERSONAL['mail']}"]
    assert report.dropped_claims == 0
