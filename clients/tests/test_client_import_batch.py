"""Imports as batches: workbooks, updates, parts in the background, the rows that fail, and undoing."""

import csv
import io
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from audit.models import AuditLog
from clients import client_import
from clients.models import Client, ClientAssignment, ClientContact, ClientImport, ClientTagging, ClientWall
from clients.year_ends import read_year_end
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
FILES = count()


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def preview(browser, firm, content, **more):
    content = content.encode() if isinstance(content, str) else content
    upload = SimpleUploadedFile(f"clients-{next(FILES)}.csv", content)
    first = browser.post(firm.url("client_import"), {"file": upload})
    return browser.get(first.url) if not more else browser.get(f"{first.url}&name=0&code=1&industry=2&updates=on")


def bring_in(browser, firm, content, **more):
    shown = preview(browser, firm, content, **more).context
    data = {"file": shown["token"], **dict(shown["chosen"])}
    return browser.post(firm.url("client_import_run"), data, follow=True).context["batch"]


def undone(browser, firm, batch):
    response = browser.post(firm.url("client_import_undoing", import_id=batch.pk), follow=True)
    return response.content.decode()


def test_a_workbook_comes_in_like_a_csv_file(cast, sign_in):
    content = workbook(
        ["Client", "Code", "YE", "Lead", "Tags", "Type", "E-mail"],
        ["Kestrel Ltd", 1001.0, "30/06", "Admin Harcourt", "Food, FY2026", "Charity or trust", "ana@kestrel.example"],
        ["=1+1", "X1", None, None, None, None, None],
    )
    batch = bring_in(sign_in(cast.ours.member), cast.ours, content)
    with cast.ours.inside():
        kestrel = Client.objects.get(code="1001")
        assert (kestrel.year_end, kestrel.type) == ("06-30", "charity")
        assert ClientAssignment.objects.get(client=kestrel, is_lead=True).member_id == cast.ours.admin.pk
        tags = ClientTagging.objects.filter(client=kestrel).values_list("tag__name", flat=True)
        assert set(tags) == {"Food", "FY2026"}
        assert ClientContact.objects.get(client=kestrel).email == "ana@kestrel.example"
    assert batch.failing == 1, "A formula that was never computed has no name to show."


def test_the_failing_rows_come_back_alone_and_corrected_they_come_in(cast, sign_in):
    browser = sign_in(cast.ours.member)
    batch = bring_in(browser, cast.ours, "Name,Code,Lead\nKestrel,K1,\nBluewater,B1,Nobody Known\n,N1,\n")
    assert (batch.added, batch.failing) == (1, 2)
    file = browser.get(cast.ours.url("client_import_batch_failures", import_id=batch.pk))
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows] == ["Code", "B1", "N1"]
    with cast.ours.inside():
        line = AuditLog.objects.get(action="export")
        assert line.new_values == {"table": "clients", "what": "rows to correct", "rows": 2}
    assert rows[1][-1] == "Nobody in the firm is called “Nobody Known”."
    rows[1][2], rows[2][0] = "Admin Harcourt", "Named now"
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    assert bring_in(browser, cast.ours, text.getvalue()).added == 2


def test_the_failing_rows_are_for_whoever_chose_the_file(cast, sign_in):
    batch = bring_in(sign_in(cast.ours.member), cast.ours, "Name,Code\n,N1\n")
    url = cast.ours.url("client_import_batch_failures", import_id=batch.pk)
    assert sign_in(cast.ours.admin).get(url).status_code == 302


def test_an_update_is_shown_before_changes_only_what_differs_and_is_taken_back(cast, sign_in):
    browser = sign_in(cast.ours.member)
    text = "Name,Code,Industry\nNorthwind New Name,nwb,Bread\n"
    rows = preview(browser, cast.ours, text, updates=True).context["plan"].rows
    assert [row.state for row in rows] == ["changed"] and "Bread" in rows[0].change_words
    batch = bring_in(browser, cast.ours, text, updates=True)
    with cast.ours.inside():
        bakery = Client.objects.get(code="NWB")
        assert (bakery.name, bakery.industry, bakery.tax_id) == ("Northwind New Name", "Bread", "GB123456789")
    assert bring_in(browser, cast.ours, text, updates=True).changed == 0
    assert "1 as before" in undone(browser, cast.ours, batch)
    with cast.ours.inside():
        assert Client.objects.get(code="NWB").name == cast.ours.bakery.name


def test_without_the_tick_nothing_that_is_there_changes(cast, sign_in):
    assert bring_in(sign_in(cast.ours.member), cast.ours, "Name,Code\nOther name,NWB\n").known == 1
    with cast.ours.inside():
        assert Client.objects.get(code="NWB").name == cast.ours.bakery.name


def test_undoing_takes_out_what_came_in_but_not_what_was_touched_since(cast, sign_in):
    browser = sign_in(cast.ours.member)
    text = "Name,Code,E-mail,Tags\nKestrel,K1,a@k.example,Food\nBluewater,B1,,\nPelican,P1,p@p.example,\n"
    batch = bring_in(browser, cast.ours, text)
    with cast.ours.inside():
        Client.objects.filter(code="B1").update(industry="Marine")
        ClientContact.objects.filter(email="p@p.example").update(phone="0123")
    said = undone(browser, cast.ours, batch)
    assert "1 taken out again" in said
    assert "2 stay" in said and "Bluewater (changed since)" in said and "Pelican (has client contacts since)" in said
    with cast.ours.inside():
        assert set(Client.objects.values_list("code", flat=True)) == {"NWB", "B1", "P1"}
        assert not ClientContact.objects.filter(email="a@k.example").exists()
    assert "undone already" in undone(browser, cast.ours, batch)
    assert bring_in(browser, cast.ours, text).added == 1, "What was taken out can come in again."


def test_undoing_names_no_client_behind_a_wall(cast, sign_in):
    batch = bring_in(sign_in(cast.ours.member), cast.ours, "Name,Code\nSecret Ltd,S1\n")
    with cast.ours.inside():
        secret = Client.objects.get(code="S1")
        Client.objects.filter(pk=secret.pk).update(industry="Marine")
        ClientWall.objects.create(client=secret, member=cast.ours.admin, reason="Cousin.")
    said = undone(sign_in(cast.ours.admin), cast.ours, batch)
    assert "1 stay" in said and "Secret Ltd" not in said


def test_a_long_file_goes_to_the_worker_in_parts_and_shows_how_far_it_is(cast, sign_in, monkeypatch):
    monkeypatch.setattr(client_import, "AT_ONCE", 4)
    monkeypatch.setattr(client_import, "PART", 4)
    browser = sign_in(cast.ours.member)
    text = "Name,Code\n" + "".join(f"Client {n},C{n}\n" for n in range(10))
    batch = bring_in(browser, cast.ours, text)
    assert batch.is_running and batch.done == 0
    assert run_jobs() == 3
    page = browser.get(cast.ours.url("client_import_detail", import_id=batch.pk))
    assert (page.context["batch"].status, page.context["batch"].added) == ("done", 10)


def test_a_worker_that_died_goes_on_where_it_stopped(cast, sign_in, monkeypatch):
    monkeypatch.setattr(client_import, "AT_ONCE", 2)
    monkeypatch.setattr(client_import, "PART", 4)
    batch = bring_in(sign_in(cast.ours.member), cast.ours, "Name,Code\n" + "".join(f"C {n},C{n}\n" for n in range(6)))
    with cast.ours.inside():
        assert client_import.go_on(batch.pk)
        assert ClientImport.objects.get(pk=batch.pk).done == 4
        assert not client_import.go_on(batch.pk)
        assert not client_import.go_on(batch.pk), "What is done is done."
        assert Client.objects.filter(code__startswith="C").count() == 6


def test_an_import_of_somebody_who_may_not_any_more_stops(cast, sign_in, monkeypatch):
    monkeypatch.setattr(client_import, "AT_ONCE", 0)
    batch = bring_in(sign_in(cast.ours.member), cast.ours, "Name,Code\nKestrel,K1\n")
    with cast.ours.inside():
        type(cast.ours.member).objects.filter(pk=cast.ours.member.pk).update(role="viewer")
    run_jobs()
    with cast.ours.inside():
        assert ClientImport.objects.get(pk=batch.pk).status == "failed"
        assert not Client.objects.filter(code="K1").exists()


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_what_was_exported_adds_and_changes_nothing_when_imported(cast, sign_in, format):
    browser = sign_in(cast.ours.member)
    bring_in(browser, cast.ours, 'Name,Code,YE,Tags,Email,Type\n-Minus,M1,30 June,"A, B",m@m.example,Individual\n')
    file = b"".join(browser.get(cast.ours.url(f"client_export_{format}")).streaming_content)
    shown = preview(browser, cast.ours, file).context
    assert [row.problem for row in shown["plan"].rows] == ["", ""]
    assert [row.state for row in shown["plan"].rows] == ["known", "known"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12-31", "12-31"), ("31/12", "12-31"), ("12/31", "12-31"), ("30.06.2025", "06-30"), ("31 December", "12-31"),
        ("June 30", "06-30"), ("2025-09-30", "09-30"), ("05/05", "05-05"), ("", ""),
        ("05/06", None), ("31/31", None), ("whenever", None),
    ],
)  # fmt: skip
def test_year_ends_are_read_as_people_write_them(text, read):
    assert read_year_end(text) == read
