"""Drafting help: by rules, or by a model behind a real server that answers well, late, wrongly, or too much."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone

from billing.models import UsageEvent
from tests.cast import Cast, Firm, signed_in
from tests.jobs import run_jobs
from workspaces.drafting import drafts, rules
from workspaces.drafting.endpoint import AT_ONCE, DraftFailed, Endpoint
from workspaces.drafting.jobs import make_draft
from workspaces.models import ScopingSession, SessionDraft

NOTES = (
    "Rowan: stock never agrees at month end. Reach me at rowan@kestrel.example. The board wants one system by spring."
)
GOOD = {
    "problem": "Stock never agrees.", "outcome": "",
    "lines": [
        {"kind": "goal", "text": "One system by spring", "quote": "The board wants one system by spring."},
        {"kind": "risk", "text": "Nobody said this", "quote": "An invented sentence."},
        {"kind": "nonsense", "text": "x"}, "no line", {"kind": "goal", "text": 5},
    ],
}  # fmt: skip


def said(content: Any, **choice: Any) -> bytes:
    words = content if isinstance(content, str) else json.dumps(content)
    return json.dumps({"choices": [{"message": {"content": words}, **choice}]}).encode()


class Model(BaseHTTPRequestHandler):
    """Answers as its server's `mood` says, and keeps what it was asked."""

    def do_POST(self) -> None:
        server: Any = self.server
        server.asked.append(
            (self.headers["Authorization"], self.rfile.read(int(self.headers["Content-Length"])).decode())
        )
        if server.mood == "late":
            server.go_on.wait(5)
        if server.mood == "drip":
            return self.drip()
        status = 500 if server.mood == "down" else 401 if server.mood == "key" else 200
        body = {
            "good": said(GOOD), "nothing": said({"problem": "", "outcome": "", "lines": []}), "late": b"", "down": b"oh", "key": b"no", "prose": said("Here you are!"), "bare": b"{}",
            "list": said([1]), "cut": said("{", finish_reason="length"), "long": b" " * 300_000,
            "emoji": said({"problem": "\ud800 broken", "lines": None}),
        }[server.mood]  # fmt: skip
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "60")
        self.end_headers()
        for _ in range(60):
            if not self.server.go_on.wait(0.05):  # type: ignore[attr-defined]
                with suppress(ConnectionError):
                    self.wfile.write(b" ")

    def log_message(self, *args: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def model() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.mood, server.asked, server.go_on = "good", [], threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.go_on.set()
    server.shutdown()
    server.server_close()


def endpoint(model: Any, seconds: float = 5) -> Endpoint:
    return Endpoint(f"http://127.0.0.1:{model.server_port}/v1", "the key", "small-1", seconds)


def test_long_notes_are_read_to_their_end_in_parts(model: Any) -> None:
    line = "The board wants one system by spring, and 44 20 7946 0000 is its number.\n"
    said = endpoint(model).draft("x" * 19_990 + " " + line * 400 + "The very last word.")
    assert len(model.asked) == 3 and "The very last word." in model.asked[2][1]
    for _, asked in model.asked:
        assert "7946" not in asked and len(json.loads(asked)["messages"][1]["content"]) <= AT_ONCE
    assert said["problem"] == "Stock never agrees." and len(said["lines"]) == 3 * len(GOOD["lines"])
    assert len("".join(json.loads(asked)["messages"][1]["content"] for _, asked in model.asked)) > 40_000


def test_an_endpoint_is_asked_once_and_never_believed(model: Any) -> None:
    assert endpoint(model).draft(NOTES)["problem"] == "Stock never agrees."
    key, asked = model.asked[0]
    assert key == "Bearer the key" and "one system by spring" in asked and "rowan@" not in asked
    for mood, sentence in {
        "down": "had an error (500)", "key": "does not take our key", "prose": "could not be read",
        "bare": "could not be read", "list": "could not be read", "cut": "broke off", "long": "more than can be read",
    }.items():  # fmt: skip
        model.mood = mood
        with pytest.raises(DraftFailed, match=sentence.replace("(", r"\(").replace(")", r"\)")):
            endpoint(model).draft(NOTES)
    model.mood, begun = "late", time.monotonic()
    with pytest.raises(DraftFailed, match="did not answer within 0.2 seconds"):
        endpoint(model, 0.2).draft(NOTES)
    assert time.monotonic() - begun < 3
    model.mood, begun = "drip", time.monotonic()
    with pytest.raises(DraftFailed, match="did not answer within 0.3 seconds"):
        endpoint(model, 0.3).draft(NOTES)
    assert time.monotonic() - begun < 2, "A byte now and then is no answer."
    with pytest.raises(DraftFailed, match="could not be reached"):
        Endpoint("http://127.0.0.1:9/v1", "key", "small-1", 1).draft(NOTES)


def test_rules_sort_the_sentences_of_the_notes() -> None:
    lines = rules.draft(NOTES + " Does Bristol come along? Payroll stays with the bureau. We must keep the old codes.")[
        "lines"
    ]
    assert [(line["kind"], line["text"]) for line in lines] == [
        ("pain", "Stock never agrees at month end."),
        ("goal", "The board wants one system by spring."),
        ("question", "Does Bristol come along?"),
        ("out", "Payroll stays with the bureau."),
        ("requirement", "We must keep the old codes."),
    ]


def ask(firm: Firm, browser: Any, times: int = 1) -> Any:
    for _ in range(times):
        browser.post(firm.url("scoping_draft_asking", scoping_id=firm.scoping.pk))
    run_jobs()
    return browser.get(firm.url("scoping_drafting", scoping_id=firm.scoping.pk))


def charged(firm: Firm) -> list[int]:
    with firm.inside():
        return list(UsageEvent.objects.filter(event_type="ai_call").values_list("credits_consumed", flat=True))


@pytest.fixture
def ours(cast: Cast) -> Firm:
    with cast.ours.inside():
        SessionDraft.objects.all().delete()
        objects = cast.ours.scoping.session_objects | {"source": NOTES, "problem": ""}
        ScopingSession.objects.filter(pk=cast.ours.scoping.pk).update(session_objects=objects)
    return cast.ours


@pytest.mark.django_db
def test_a_draft_is_paid_once_and_taken_piece_by_piece(ours: Firm, model: Any, settings: Any) -> None:
    browser, before = signed_in(ours.member), charged(ours)
    url = f"http://127.0.0.1:{model.server_port}/v1"
    settings.DRAFTING = {"url": url, "key": "k", "model": "small-1", "seconds": 5, "credits": "2"}
    page = browser.get(ours.url("scoping_drafting", scoping_id=ours.scoping.pk)).text
    assert "sent to <strong>127.0.0.1</strong>" in page and "<strong>2 credits</strong>" in page

    model.mood = "down"
    assert "had an error (500); try again later. Nothing was charged." in ask(ours, browser).text
    assert charged(ours) == before

    model.mood = "nothing"
    assert "Nothing was charged." in ask(ours, browser).text and charged(ours) == before
    model.mood, model.asked = "good", []
    page = ask(ours, browser, times=2)
    assert len(model.asked) == 1 and sorted(charged(ours)) == sorted([*before, 2])
    pieces = page.context["pieces"]
    assert [(piece["label"], piece["text"], piece.get("quote", "")) for piece in pieces] == [
        ("Problem", "Stock never agrees.", ""),
        ("Goal", "One system by spring", "The board wants one system by spring."),
        ("Risk", "Nobody said this", ""),
    ]
    assert '<ins class="d-block">One system by spring</ins>' in page.text

    taking = ours.url("scoping_draft_taking", scoping_id=ours.scoping.pk, draft_id=page.context["draft"].pk)
    for _ in range(2):
        browser.post(taking, {"piece": [pieces[1]["id"]]})
    saving = ours.url("scoping_saving", scoping_id=ours.scoping.pk, part="structuring")
    version = page.context["session"].version
    browser.post(saving, {"version": version + 1, "at.structuring.problem": "Written meanwhile."})
    told = browser.post(taking, {"only": pieces[0]["id"]}, follow=True).text
    assert "“Problem” was written by somebody since, and stays." in told
    with ours.inside():
        stored = ScopingSession.objects.get(pk=ours.scoping.pk).session_objects
    assert stored["problem"] == "Written meanwhile."
    assert [(n["kind"], n["text"]) for n in stored["nodes"]] == [
        ("goal", "One stock figure"),
        ("goal", "One system by spring"),
    ]
    assert signed_in(ours.viewer).get(ours.url("scoping_drafting", scoping_id=ours.scoping.pk)).status_code == 403


@pytest.mark.django_db
def test_without_a_key_nothing_is_sent_and_nothing_costs(ours: Firm, model: Any, settings: Any) -> None:
    settings.DRAFTING = {
        "url": f"http://127.0.0.1:{model.server_port}",
        "key": "",
        "model": "",
        "seconds": 1,
        "credits": "2",
    }
    browser, before = signed_in(ours.member), charged(ours)
    page = ask(ours, browser)
    assert "They are sent nowhere." in page.text and model.asked == []
    assert [piece["label"] for piece in page.context["pieces"]] == ["Problem", "Outcome", "Pain point", "Goal"]
    assert sorted(charged(ours)) == sorted([*before, 0])


@pytest.mark.django_db
def test_a_dead_worker_costs_nothing_and_whoever_gives_up_asks_again(
    ours: Firm, model: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the model has answered; its job is run again, and once more after it was done."""
    browser, before = signed_in(ours.member), charged(ours)
    url = f"http://127.0.0.1:{model.server_port}/v1"
    settings.DRAFTING = {"url": url, "key": "k", "model": "small-1", "seconds": 5, "credits": "2"}
    model.mood, model.asked = "good", []
    asking = ours.url("scoping_draft_asking", scoping_id=ours.scoping.pk)
    browser.post(asking)
    with ours.inside():
        first = SessionDraft.objects.get(session=ours.scoping)
    run = {"organization_id": str(ours.organization.pk), "draft_id": str(first.pk)}
    with monkeypatch.context() as dying, pytest.raises(SystemExit):
        dying.setattr(drafts, "finish", lambda *_: sys.exit("killed"))
        make_draft.run(**run)
    assert len(model.asked) == 1 and charged(ours) == before, "It was answered, and nothing is charged for it."

    with ours.inside():
        long_ago = timezone.now() - SessionDraft.GIVEN_UP_AFTER - timedelta(seconds=1)
        SessionDraft.objects.filter(pk=first.pk).update(created_at=long_ago)
    page = ours.url("scoping_drafting", scoping_id=ours.scoping.pk)
    assert "It took too long. Nothing was charged." in browser.get(page).text
    browser.post(asking)
    make_draft.run(**run)
    assert charged(ours) == before, "What was given up is not charged when its job comes after all."
    with ours.inside():
        second = SessionDraft.objects.get(session=ours.scoping, state="waiting")
    for _ in range(2):
        make_draft.run(**run | {"draft_id": str(second.pk)})
    assert sorted(charged(ours)) == sorted([*before, 2]) and len(model.asked) == 2
    with ours.inside():
        states = SessionDraft.objects.filter(session=ours.scoping).order_by("created_at")
        assert list(states.values_list("state", flat=True)) == ["failed", "ready"]
