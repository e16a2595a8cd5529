"""One token budget for the whole question, counted as the configured model counts, on the text that is sent."""

import json
from dataclasses import replace

import pytest

from connectors.llm.bedrock import open_bedrock
from connectors.pseudonyms import Policy
from rca import prompts
from rca.analysis import analyse, prepare
from rca.analysts import tokens_of
from rca.analysts.model_analyst import ModelAnalyst
from rca.case import ClusterCase
from rca.gathering import Candidates
from rca.gathering_items import shorten_trace
from rca.material_fit import question_tokens
from rca.tokens import count, count_for
from tests.fakes.converse_endpoint import ConverseEndpoint, words
from tests.fakes.rca_shop import TRACE, Shop, build_shop, log_rows, shop_case

CLAUDE = "anthropic.claude-sonnet-4-20250514-v1:0"
SOUNDS = ("ba", "du", "fi", "go", "ke", "lu", "mo", "ne", "pa", "ri", "so", "tu")


def said(number: int) -> str:
    """A line like no other: no two are of one kind."""
    syllables = [SOUNDS[number * factor % 12] + SOUNDS[number // 12 * factor % 12] for factor in (1, 5, 7, 11)]
    return " ".join(syllable + ending for syllable in syllables for ending in ("rt", "lk", "ndo"))


BODIES = [said(number) for number in range(144)] * 3


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("budget"))


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any credentials do: the endpoint checks no signature."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


def crowded(shop: Shop) -> ClusterCase:
    """More to tell than fits: three hundred lines of many kinds, personal data in them."""
    people = [
        f"mail to person{number}@example.org from 203.0.113.{number} was not sent ({number})" for number in range(60)
    ]
    return shop_case(shop, logs=log_rows(*BODIES, *people, TRACE), event_id=f"e{len(BODIES) + 60}")


def analyst(url: str, *names: str) -> ModelAnalyst:
    models = {name: open_bedrock(f"bedrock://{name}", region="us-east-1", endpoint_url=url) for name in names}
    return ModelAnalyst(models, redaction=Policy(b"k" * 32), sleep=lambda _: None)


def sent_text(body: dict[str, object]) -> str:
    """System text, question and tool of a request as it arrived."""
    system, messages, tools = body["system"], body["messages"], body["toolConfig"]
    tool = tools["tools"][0]["toolSpec"]  # type: ignore[index]  # the shape of Converse
    texts = [system[0]["text"], messages[0]["content"][0]["text"], tool["description"]]  # type: ignore[index]
    return "\n".join([*texts, json.dumps(tool["inputSchema"]["json"])])


@pytest.mark.parametrize("budget", [6000, 9000, 12000])
def test_what_is_sent_stays_in_the_budget_of_the_model(shop: Shop, budget: int) -> None:
    """Stand-ins in the place of addresses included, and a repair too; and the room is used."""
    with ConverseEndpoint(words("No.")) as endpoint:
        analyse(crowded(shop), analyst=analyst(endpoint.url, CLAUDE), token_budget=budget)
    sizes = [count_for(CLAUDE, sent_text(seen.body)) for seen in endpoint.seen]
    assert len(sizes) == 2
    assert max(sizes) <= budget
    assert sizes[0] > 0.85 * budget


def test_the_model_that_counts_most_decides(shop: Shop) -> None:
    """A fallback with a coarser tokeniser fits too."""
    with ConverseEndpoint(words("No.")) as endpoint:
        writer = analyst(endpoint.url, CLAUDE, "vendor.unknown-1")
    text = "Zwölf Boxkämpfer\n\tjagen"
    assert tokens_of(writer)(text) == max(count_for(CLAUDE, text), count_for("vendor.unknown-1", text))
    assert tokens_of(object())(text) == count(text)


def test_a_budget_that_holds_no_question_asks_nobody(shop: Shop) -> None:
    """The rules write, and the report says what to raise."""
    with ConverseEndpoint(words("No.")) as endpoint:
        report = analyse(crowded(shop), analyst=analyst(endpoint.url, CLAUDE), token_budget=2000).report
    assert endpoint.seen == []
    assert report.analyst == "deterministic"
    assert "the budget is 2,000; raise token_budget" in report.analyst_note


def test_what_has_no_room_is_named_with_its_number(shop: Shop) -> None:
    """In the question and in the report alike."""
    material = prepare(crowded(shop), token_budget=4000)
    assert any("kinds of lines" in said for said in material.left_out)
    prompt = prompts.question(material).prompt
    assert all(said in prompt for said in material.left_out)
    report = analyse(crowded(shop), token_budget=4000).report
    assert [stamp.result for stamp in report.looked_at if "no room" in stamp.what] == list(material.left_out)


def test_with_room_for_all_nothing_is_left_out(shop: Shop) -> None:
    """No sentence about what is missing when nothing is."""
    assert prepare(shop_case(shop)).left_out == ()


def test_a_share_that_is_not_needed_goes_to_the_others(shop: Shop) -> None:
    """Without history and with little code the logs get nearly everything."""
    case = replace(crowded(shop), code=None, repository=None)
    evidence = Candidates(case, (), (), ()).within(6000).evidence
    logs = sum(count(item.text) for item in evidence.of_kind("log"))
    both = Candidates(crowded(shop), prepare(crowded(shop)).suspects, (), ()).within(1500).evidence
    assert logs > 1500
    assert both.of_kind("code")
    assert both.of_kind("log")


@pytest.mark.parametrize("budget", [4000, 5000, 9000])
def test_no_line_and_no_block_is_cut(shop: Shop, budget: int) -> None:
    """Logs are whole bodies, code is whole lines of its file."""
    case = crowded(shop)
    bodies = set(case.logs["body"].to_pylist())
    for item in prepare(case, token_budget=budget).evidence.items:
        if item.kind == "log":
            assert item.text in bodies
        if item.kind == "code":
            lines = shop.snapshot.text(item.path).split("\n")
            assert item.text.split("\n") == lines[item.start_line - 1 : item.end_line]


@pytest.mark.parametrize("most", [10, 60, 300])
def test_a_trace_of_long_lines_is_never_cut_inside_one(most: int) -> None:
    """A line that does not fit is left out whole, with its length."""
    text = "\n".join(["first", "x" * 9000, *(f"  at frame {number}" for number in range(400)), "last"])
    short = shorten_trace(text, most)
    assert all(line in text.split("\n") or line.startswith("... ") for line in short.split("\n"))
    assert count(short) <= most or short.count("\n") == 0


def test_the_estimate_is_what_the_question_really_counts(shop: Shop) -> None:
    """The number that is compared with the budget is that of the final text."""
    material = prepare(crowded(shop), token_budget=6000)
    request = prompts.question(material)
    parts = [request.system, request.prompt, request.tool_description, json.dumps(dict(request.schema))]
    assert question_tokens(material, count) == count("\n".join(parts)) <= 6000


def test_two_clusters_share_everything_up_to_the_cache_point(shop: Shop) -> None:
    """Tools and system text are the same bytes, and end in a cache point; what differs comes after them."""
    with ConverseEndpoint(words("No.")) as endpoint:
        writer = analyst(endpoint.url, CLAUDE)
        other = shop_case(shop, cluster_id="c2", service="billing", version="9.1", code=None, repository=None)
        for case in (crowded(shop), other):
            analyse(case, analyst=writer)
    first, second = endpoint.seen[0].body, endpoint.seen[2].body
    for part in ("toolConfig", "system"):
        assert json.dumps(first[part]) == json.dumps(second[part])
    assert first["system"][-1] == {"cachePoint": {"type": "default"}}
    assert first["toolConfig"]["tools"][-1] == {"cachePoint": {"type": "default"}}
    assert first["messages"] != second["messages"]
    raw = [json.dumps(body) for body in (first, second)]
    shared = len(raw[0].split('"messages"')[0])
    assert raw[0][:shared] == raw[1][:shared]
    assert "billing" not in json.dumps([first["system"], first["toolConfig"]])
