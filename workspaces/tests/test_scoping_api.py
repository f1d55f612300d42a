"""Scoping sessions through programs: the rules of the pages, a version in every write, errors in sentences."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import override_settings

from billing.models import UsageEvent
from tests.api import Program, api_url
from tests.cast import Cast, Firm, signed_in
from tests.jobs import run_jobs
from workspaces.models import ScopingSession, SessionShare

PROBLEM = "application/problem+json"


def url(firm: Firm, name: str, **more: Any) -> str:
    return api_url(firm, name, scoping_id=firm.scoping.pk, **more)


@pytest.mark.django_db
def test_a_program_makes_reads_writes_and_restores_a_session(cast: Cast) -> None:
    ours, program = cast.ours, Program(cast.ours.member)
    new = {
        "id": "0197ab12-0000-7000-8000-000000000009", "title": "Payroll move", "client": str(ours.bakery.pk),
        "type": "assessment", "tags": ["Payroll"], "places": {"structuring.outcome": "Paid on time", "loe.lines.a1.low": "8"},
        "added": [{"list": "loe.lines", "id": "a1"}],
    }  # fmt: skip
    made = program.ask("post", api_url(ours, "api_session_list"), new)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["title"], body["tags"], body["owner"]) == ("Payroll move", ["payroll"], str(ours.member.pk))
    assert body["document"]["structuring"]["outcome"] == "Paid on time"
    assert body["document"]["loe"]["lines"][0]["low"] == "8" and made["ETag"] == f'"{body["version"]}"'
    again = program.ask("post", api_url(ours, "api_session_list"), new)
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    with ours.inside():
        assert UsageEvent.objects.filter(event_type="session_create", session_uuid=body["id"]).count() == 1

    listed = program.get(api_url(ours, "api_session_list"), limit="1").json()
    assert [row["title"] for row in listed["results"]] == ["Payroll move"] and listed["next"].startswith("?")
    rest = program.get(api_url(ours, "api_session_list") + listed["next"]).json()
    assert [row["title"] for row in rest["results"]] == [ours.scoping.title] and rest["next"] == ""
    assert program.get(api_url(ours, "api_session_list"), tag="payroll", type="change").json()["results"] == []

    address = api_url(ours, "api_session", scoping_id=body["id"])
    match = {"If-Match": made["ETag"]}
    changed = program.ask("patch", address, {"title": "Payroll", "places": {"loe.discount_from": "1284.50"}}, match)
    assert changed.status_code == 200, changed.text
    assert changed.json()["document"]["loe"]["discount_from"] == "1284.50"
    versions = program.get(api_url(ours, "api_version_list", scoping_id=body["id"])).json()["results"]
    assert versions[0]["title"] == "Payroll"
    first = {"scoping_id": body["id"], "number": versions[0]["number"]}
    assert program.get(api_url(ours, "api_version", **first)).json()["document"] == changed.json()["document"]
    back = program.ask("post", api_url(ours, "api_version_restoration", **first), {}, {"If-Match": changed["ETag"]})
    assert back.status_code == 200 and back["ETag"] != changed["ETag"]

    assert program.ask("delete", address, None, {"If-Match": back["ETag"]}).status_code == 204
    assert program.get(address).status_code == 404
    trash = program.get(api_url(ours, "api_session_trash")).json()["results"]
    assert body["id"] in [row["id"] for row in trash]
    restored = program.ask("post", api_url(ours, "api_session_restoration", deleted_scoping_id=body["id"]))
    assert restored.status_code == 200 and program.get(address).status_code == 200


@pytest.mark.django_db
def test_nobody_writes_over_what_they_have_not_read(cast: Cast) -> None:
    ours, program, browser = cast.ours, Program(cast.ours.member), signed_in(cast.ours.admin)
    address, mine = url(ours, "api_session"), {"places": {"structuring.outcome": "Mine"}}
    read = program.get(address)
    without = program.ask("patch", address, mine)
    assert (without.status_code, without["Content-Type"]) == (428, PROBLEM)

    saving = ours.url("scoping_saving", scoping_id=ours.scoping.pk, part="structuring")
    browser.post(saving, {"version": 1, "at.structuring.outcome": "Theirs"})
    form = browser.get(ours.url("scoping_update", scoping_id=ours.scoping.pk)).context["form"]
    about = {"title": "Theirs too", "session_type": "solution", "tags": "erp", "client": ours.bakery.pk,
             "owner": ours.member.pk, "seen": form.initial["seen"]}  # fmt: skip
    assert browser.post(ours.url("scoping_update", scoping_id=ours.scoping.pk), about).status_code == 302
    late = program.ask("patch", address, mine, {"If-Match": read["ETag"]})
    assert (late.status_code, late["Content-Type"]) == (409, PROBLEM)
    assert late.json()["differing"] == ["structuring.outcome", "title"]
    assert late.json()["current"]["document"]["structuring"]["outcome"] == "Theirs"
    assert program.ask("delete", address, None, {"If-Match": read["ETag"]}).status_code == 409

    now = {"If-Match": program.get(address)["ETag"]}
    wrong = {"places": {"structuring.outcome": "Half", "loe.discount": "a lot", "loe.lines.zz.low": "1", "x.y": "1"}}
    refused = program.ask("patch", address, wrong, now)
    assert refused.status_code == 422
    said = {error["place"]: error["sentence"] for error in refused.json()["errors"]}
    assert said["loe.discount"].startswith("“a lot” is not a per cent.") and said["x.y"] == "There is no such place."
    assert said["loe.lines.zz.low"] == "There is no such row."
    with ours.inside():
        assert ScopingSession.objects.get(pk=ours.scoping.pk).session_objects["outcome"] == "Theirs", "All or nothing."


@pytest.mark.django_db
def test_a_program_shares_what_it_has_read_and_ends_the_share(cast: Cast) -> None:
    ours, program = cast.ours, Program(cast.ours.member)
    address, body = url(ours, "api_share_list"), {"name": "Ana", "shows": ["sow", "loe"], "expires_on": "2020-01-01"}
    match = {"If-Match": program.get(url(ours, "api_session"))["ETag"]}
    assert "Choose a day" in program.ask("post", address, body, match).json()["errors"][0]["sentence"]
    made = program.ask("post", address, body | {"expires_on": str(date.today() + timedelta(days=9))}, match)
    assert made.status_code == 201, made.text
    shared = made.json()
    shown = signed_in(ours.member).get(urlsplit(shared["link"]).path)
    assert shown.status_code == 200 and "£" not in shown.text
    assert program.ask("delete", url(ours, "api_share_end", share_id=shared["id"])).status_code == 204
    with ours.inside():
        assert SessionShare.objects.get(pk=shared["id"]).revoked_by_id == ours.member.pk


@pytest.mark.django_db
def test_a_program_orders_rows_keeps_pictures_and_takes_suggestions(cast: Cast) -> None:
    ours, program = cast.ours, Program(cast.ours.member)
    address = url(ours, "api_session")
    change = {
        "added": [{"list": "loe.lines", "id": name} for name in ("a2", "a3")],
        "moved": [{"list": "loe.lines", "id": "a3"}, {"list": "loe.lines", "id": "l1", "after": "a2"}],
        "places": {"structuring.source": "The stock count must be done by March."},
    }
    made = program.ask("patch", address, change, {"If-Match": "*"})
    assert [row["id"] for row in made.json()["document"]["loe"]["lines"]] == ["a3", "a2", "l1"]
    lost = program.ask("patch", address, {"moved": [{"list": "loe.lines", "id": "zz"}]}, {"If-Match": made["ETag"]})
    assert lost.json()["errors"] == [{"place": "loe.lines.zz", "sentence": "There is no such line."}]

    picture, match = url(ours, "api_picture_change", row="v1"), {"If-Match": made["ETag"]}
    drawn = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script>x()</script><path d='M0 0h9'/></svg>"
    answer = program.ask("put", picture, {"svg": drawn}, match)
    kept = answer.json()
    assert (kept["is_uploaded"], kept["is_old"]) == (False, False) and "script" not in kept["svg"]
    assert program.get(url(ours, "api_picture_list")).json()["results"][0]["row"] == "v1"
    late = program.ask("put", picture, {"svg": drawn.replace("9h", "8h")}, match)
    assert late.status_code == 409 and late.json()["differing"] == ["visuals.pictures.v1.picture"]
    match = {"If-Match": answer["ETag"]}
    wrong = program.ask("put", picture, {"image": "bm8gcGljdHVyZQ=="}, match)
    assert (wrong.status_code, wrong.json()["errors"][0]["place"]) == (422, "image")
    assert program.ask("put", picture, {}, match).status_code == 422

    asked = program.ask("post", url(ours, "api_draft_list"))
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert program.ask("post", url(ours, "api_draft_list")).status_code == 200, "One at a time."
    run_jobs()
    draft = program.get(url(ours, "api_draft", draft_id=asked.json()["id"])).json()
    piece = next(piece for piece in draft["pieces"] if piece["kind"] == "requirement")
    taking, wanted = url(ours, "api_draft_taking", draft_id=draft["id"]), {"pieces": [piece["id"]]}
    assert program.ask("post", taking, wanted, {"If-Match": '"1"'}).status_code == 409
    taken = program.ask("post", taking, wanted, match).json()
    assert (taken["taken"], taken["refused"]) == (1, [])
    assert taken["session"]["document"]["structuring"]["nodes"][-1]["text"] == "The stock count must be done by March."


@pytest.mark.django_db
def test_walls_and_permissions_hold_for_programs_and_too_many_calls_wait(cast: Cast) -> None:
    ours, program = cast.ours, Program(cast.ours.viewer)
    assert program.get(url(ours, "api_session")).status_code == 200
    assert program.ask("patch", url(ours, "api_session"), {"title": "x"}, {"If-Match": "*"}).status_code == 403
    with ours.inside():
        type(ours.wall).objects.create(client=ours.bakery, member=ours.viewer, reason="Related.")
    assert program.get(url(ours, "api_session")).status_code == 404
    assert program.get(api_url(ours, "api_session_list")).json()["results"] == []
    with override_settings(API_RATE_LIMITS={"api_calls": "2/m/key"}):
        fresh = Program(ours.admin)
        statuses = [fresh.get(url(ours, "api_session")) for _ in range(3)]
    assert [answer.status_code for answer in statuses] == [200, 200, 429]
    assert 0 < int(statuses[2]["Retry-After"]) <= 60 and statuses[2]["Content-Type"] == PROBLEM


@pytest.mark.django_db
def test_the_document_and_its_page_are_our_own(cast: Cast) -> None:
    browser = signed_in(cast.ours.viewer)
    page = browser.get(cast.ours.url("api_docs"))
    assert "/sessions/{scoping_id}/" in page.text and "If-Match" in page.text
    assert "unsafe" not in page["Content-Security-Policy"] and "http" not in page["Content-Security-Policy"]
    document = browser.get(cast.ours.url("api_document")).json()
    assert document["servers"] == [{"url": f"/api/v1/o/{cast.ours.organization.slug}"}]
    assert {"409", "428"} <= document["paths"]["/sessions/{scoping_id}/"]["patch"]["responses"].keys()
