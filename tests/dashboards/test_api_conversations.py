"""Conversations over HTTP and on pages: begun, asked, read again, and what is refused."""

import gzip
import re

from dashboards.answers.ask_worlds import LARGEST_LOG
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore
from tests.dashboards.conftest import Client
from tests.dashboards.scenes import TRACE

BASE = "/api/v1/conversations"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://localhost"}


def cluster_id(workspace: Workspace) -> str:
    return next(one.id for one in ClusterStore(workspace.database).list() if one.type == "TypeError")


def test_a_conversation_over_a_cluster_answers_with_evidence_that_holds_its_quotes(
    own_api: Client, workspace: Workspace
) -> None:
    """The first question is answered at once, and each quote stands in the piece that it cites."""
    answer = own_api.post(BASE, json={"cluster_id": cluster_id(workspace)[:8], "question": "what happened?"})
    assert answer.status_code == 201
    body = answer.json()
    (turn,) = body["turns"]
    pieces = {item["id"]: item["text"] for item in body["evidence"]}
    assert turn["status"] == "answered"
    assert "TypeError" in turn["answer"][0]["text"]
    quotes = [cited for sentence in turn["answer"] for cited in sentence["citations"] if cited["quote"]]
    assert quotes
    assert all(cited["quote"] in pieces[cited["evidence_id"]] for cited in quotes)


def test_the_next_question_goes_on_where_the_last_ended(own_api: Client, workspace: Workspace) -> None:
    """A turn gets the next number, and reading the conversation gives both."""
    begun = own_api.post(BASE, json={"cluster_id": cluster_id(workspace), "question": "why?"}).json()
    turn = own_api.post(f"{BASE}/{begun['id']}/turns", json={"question": "which commit?"})
    assert (turn.status_code, turn.json()["turn"]["number"]) == (201, 2)
    shown = own_api.get(f"{BASE}/{begun['id'][:6]}").json()
    assert [one["question"] for one in shown["turns"]] == ["why?", "which commit?"]
    assert own_api.get(BASE, params={"cluster_id": cluster_id(workspace)}).json()["total"] == 1


def test_a_log_without_any_cluster_is_triaged_and_explained(own_api: Client) -> None:
    """A pasted log is enough: its fault is found, and the code of a configured repository is shown."""
    begun = own_api.post(BASE, json={"log": TRACE.format(n=7), "log_name": "a.log", "question": "show me the code"})
    (turn,) = begun.json()["turns"]
    assert turn["status"] == "answered"
    shown = [item for item in begun.json()["evidence"] if item["id"] in turn["shown"]]
    assert [item["path"] for item in shown] == ["shop/cart.py"]


def test_a_log_may_be_the_body_itself_also_packed(own_api: Client) -> None:
    """Text and gzip are taken as they are, with the question beside them."""
    packed = gzip.compress(TRACE.format(n=7).encode())
    asked = {"question": "what happened?", "log_name": "b.log"}
    answer = own_api.post(BASE, content=packed, params=asked, headers={"Content-Type": "application/gzip"})
    assert answer.status_code == 201
    assert "TypeError" in answer.json()["turns"][0]["answer"][0]["text"]


def test_what_cannot_be_used_is_refused_as_problem_details(own_api: Client, workspace: Workspace) -> None:
    """Unknown ids, wrong fields, empty and too large bodies: each with its own status, all as problem details."""
    whole = {"cluster_id": cluster_id(workspace)}
    tries = [
        (own_api.post(BASE, json={"cluster_id": "nosuch"}), 404),
        (own_api.post(BASE, json={**whole, "log": "x"}), 422),
        (own_api.post(BASE, json={"colour": "red"}), 422),
        (own_api.post(BASE, content=b"{", headers={"Content-Type": "application/json"}), 422),
        (own_api.post(BASE, content=b" \n", headers={"Content-Type": "text/plain"}), 422),
        (own_api.post(BASE, content=b"x" * (LARGEST_LOG + 2), headers={"Content-Type": "text/plain"}), 422),
        (own_api.post(BASE, content=b"x", headers={"Content-Type": "image/png"}), 415),
        (own_api.get(f"{BASE}/nosuch"), 404),
        (own_api.post(f"{BASE}/nosuch/turns", json={"question": "why?"}), 404),
        (own_api.post(f"{BASE}/nosuch/turns", json={"question": "x" * 5_000}), 422),
    ]
    assert [answer.status_code for answer, _ in tries] == [status for _, status in tries]
    assert {answer.headers["content-type"] for answer, _ in tries} == {"application/problem+json"}


def test_a_question_from_a_clusters_page_leads_to_its_conversation(own_api: Client, workspace: Workspace) -> None:
    """The plain form posts, the answer is a page, and the page's own form asks on."""
    found = cluster_id(workspace)
    assert f'action="/clusters/{found}/ask"' in own_api.get(f"/clusters/{found}").text
    sent = own_api.post(f"/clusters/{found}/ask", content="question=why%3F", headers=FORM)
    assert sent.status_code == 303
    place = sent.headers["location"].partition("#")[0]
    assert "prices.get(sku)" in own_api.get(place).text or "total" in own_api.get(place).text
    again = own_api.post(f"{place}/ask", content="question=who+changed+it%3F", headers=FORM)
    assert again.headers["location"].endswith("#turn-2")
    assert re.search(r'id="turn-2"', own_api.get(place).text)
    assert f'<a href="{place}">why?</a>' in own_api.get(f"/clusters/{found}").text


def test_an_empty_question_is_said_on_the_page(own_api: Client, workspace: Workspace) -> None:
    """The cluster's page comes back with what is missing."""
    sent = own_api.post(f"/clusters/{cluster_id(workspace)}/ask", content="question=", headers=FORM)
    assert sent.status_code == 422
    assert "write a question" in sent.text


def test_a_page_shows_words_of_logs_as_text(own_api: Client) -> None:
    """Markup in a log line stays text on the conversation's page."""
    log = TRACE.format(n=7) + " <script>alert(1)</script>"
    begun = own_api.post(BASE, json={"log": log, "question": "what happened?"}).json()
    shown = own_api.get(f"/conversations/{begun['id']}").text
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
