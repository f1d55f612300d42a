"""Import of clients: upload, look, import; again; and what cannot be read."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from clients.client_rows import COLUMNS
from clients.csv_reading import UnreadableFile, parse
from clients.importing import guess_mapping
from clients.models import Client, ClientContact

pytestmark = pytest.mark.django_db

SAMPLE = Path(settings.BASE_DIR).parent / "shared" / "data" / "clients-sp500.csv"
TWO = "Client;Code;E-mail\nKestrel Ltd;KES;ana@kestrel.example\nBluewater;BMS;\n"


def upload(browser, firm, content, name="clients.csv"):
    content = content if isinstance(content, bytes) else content.encode()
    return browser.post(firm.url("client_import"), {"file": SimpleUploadedFile(name, content)})


def fields_of(browser, firm, content):
    preview = browser.get(upload(browser, firm, content).url)
    return {"file": preview.context["token"], **dict(preview.context["chosen"])}


def bring_in(browser, firm, content):
    return browser.post(firm.url("client_import_run"), fields_of(browser, firm, content), follow=True)


def count(firm):
    with firm.inside():
        return Client.objects.count()


@pytest.mark.skipif(not SAMPLE.exists(), reason="the folder with real inputs is not beside this checkout")
def test_five_hundred_and_three_real_companies_come_in_once(cast, sign_in):
    browser = sign_in(cast.ours.member)
    assert bring_in(browser, cast.ours, SAMPLE.read_bytes()).context["batch"].added == 503
    assert count(cast.ours) == 504
    again = bring_in(browser, cast.ours, SAMPLE.read_bytes()).context["batch"]
    assert (again.added, again.known) == (0, 503)
    assert count(cast.ours) == 504
    with cast.ours.inside():
        assert Client.objects.get(code="MMM").industry == "Industrials"


def test_the_preview_writes_nothing(cast, sign_in):
    browser = sign_in(cast.ours.member)
    preview = browser.get(upload(browser, cast.ours, TWO).url)
    assert "Import 2 clients" in preview.content.decode()
    assert count(cast.ours) == 1


def test_contacts_come_with_their_clients(cast, sign_in):
    bring_in(sign_in(cast.ours.member), cast.ours, TWO)
    with cast.ours.inside():
        assert ClientContact.objects.get(email="ana@kestrel.example").client.name == "Kestrel Ltd"


def test_sending_the_last_step_twice_imports_once(cast, sign_in, django_capture_on_commit_callbacks):
    browser = sign_in(cast.ours.member)
    fields = fields_of(browser, cast.ours, TWO)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(cast.ours.url("client_import_run"), fields)
    assert count(cast.ours) == 3


def test_failing_rows_are_told_and_can_be_downloaded_without_live_formulas(cast, sign_in):
    browser = sign_in(cast.ours.member)
    text = "Name,Code,Email\nGood,G1,\n,G2,\n=HYPERLINK(1),G3,not-mail\nGood again,G1,\n"
    preview = browser.get(upload(browser, cast.ours, text).url)
    assert [row.state for row in preview.context["plan"].rows] == ["new", "failing", "failing", "failing"]
    csv = browser.get(
        cast.ours.url("client_import_failures"), {"file": preview.context["token"], **dict(preview.context["chosen"])}
    )
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[0].endswith("What to correct")
    assert "'=HYPERLINK(1)" in csv.content.decode()
    assert "The name is missing." in lines[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n \n", "The file is empty"),
        (b"Name,Code\n", "headings but no rows"),
        (b"PK\x03\x04 zip", "cannot be opened"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel workbook"),
        (b"\x00\x01\x02binary", "not a text file"),
        (b"\x81\x8d\x8f\x90\x9d,x\n1,2\n", "cannot be read"),
        (b"Name,name\na,b\n", "Two columns are called"),
        (b"Name\n" + b"x\n" * 20_001, "more than 20,000 rows"),
        (",".join(f"c{n}" for n in range(101)).encode() + b"\n1\n", "101 columns"),
        (b'Name\n"' + b"x" * 30_000 + b'"\n', "more than 20,000 characters"),
        (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_in_a_sentence(cast, sign_in, content, sentence):
    response = upload(sign_in(cast.ours.member), cast.ours, content)
    assert response.status_code == 422
    assert sentence in response.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_old_and_new_encodings_are_read(cast, sign_in, encoding):
    bring_in(sign_in(cast.ours.member), cast.ours, "Name,Code\nCafé Zoë,CZ\n".encode(encoding))
    with cast.ours.inside():
        assert Client.objects.get(code="CZ").name == "Café Zoë"


def test_control_characters_fail_their_row_alone(cast, sign_in):
    bring_in(sign_in(cast.ours.member), cast.ours, "Name,Code\nBell\x07,B1\nFine,B2\n")
    assert count(cast.ours) == 2


def test_a_token_works_for_its_member_only(cast, sign_in):
    fields = fields_of(sign_in(cast.ours.member), cast.ours, TWO)
    for firm, role in ((cast.ours, "admin"), (cast.theirs, "member")):
        response = sign_in(firm.members[role]).post(firm.url("client_import_run"), fields)
        assert response.url == firm.url("client_import")
    assert count(cast.theirs) == 1


def test_choosing_columns_by_hand(cast, sign_in):
    browser = sign_in(cast.ours.member)
    preview = browser.get(upload(browser, cast.ours, "A,B\nKestrel,KES\n").url)
    assert "Choose the column with the clients’ names" in preview.content.decode()
    for wrong in ({"name": "7"}, {"name": "x"}):
        assert (
            browser.get(cast.ours.url("client_import_preview"), {"file": preview.context["token"], **wrong}).status_code
            == 200
        )
    browser.post(cast.ours.url("client_import_run"), {"file": preview.context["token"], "name": "0", "code": "1"})
    assert count(cast.ours) == 2


def test_headings_are_guessed():
    assert guess_mapping(["Symbol", "Security", "GICS Sector"], COLUMNS) == {"name": 1, "code": 0, "industry": 2}


def rows_of(browser, firm, content):
    return browser.get(upload(browser, firm, content).url).context["plan"].rows


def test_a_row_with_more_cells_than_headings_fails_and_comes_back_whole(cast, sign_in):
    browser, text = sign_in(cast.ours.member), "Name,Code\nKestrel,KES,Hull, UK\nBluewater,BMS,,\n"
    kestrel, bluewater = rows_of(browser, cast.ours, text)
    assert kestrel.problem == "The row has more cells than there are headings."
    assert bluewater.state == "new"
    failures = browser.get(cast.ours.url("client_import_failures"), fields_of(browser, cast.ours, text))
    assert "Hull, UK" in failures.content.decode().replace('"', "")


def test_lines_are_told_as_they_stand_in_the_file(cast, sign_in):
    text = 'Name,Notes\n\nKestrel,"one\ntwo"\n,\n,third\n'
    rows = rows_of(sign_in(cast.ours.member), cast.ours, text)
    assert [(row.line, row.state) for row in rows] == [(3, "new"), (6, "failing")]


def test_names_that_deceive_the_eye_fail_and_broken_lines_become_one(cast, sign_in):
    text = 'Name,Industry\n"Kestrel\nLtd",Fishing\nBlue\u202ewater,Marine\nHull,Ma\x07rine\n'
    rows = rows_of(sign_in(cast.ours.member), cast.ours, text)
    assert rows[0].values["name"] == "Kestrel Ltd"
    assert [row.problem for row in rows[1:]] == [
        "Name holds hidden characters. Type it instead of pasting it.",
        "Industry holds hidden characters. Type it instead of pasting it.",
    ]


def test_reading_stops_at_the_first_line_or_the_limit_that_is_wrong():
    broken = '"never closed'
    with pytest.raises(UnreadableFile, match="Two columns"):
        parse(f"Name,name\n{broken}" + "\x00" * 10)
    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        parse("Name\na\nb\nc\n" + "x" * 30_000, most=2)


def test_the_import_gives_away_no_client_the_member_may_not_see(cast, sign_in):
    with cast.ours.inside():
        Client.objects.create(name="Secret Holdings", access="assigned")
        Client.objects.create(name="Hidden plc", code="HID", access="assigned")
    text = "Name,Code\nSecret Holdings,\nAnything,hid\nNorthwind Bakeries of harcourt,\n"
    secret, code, known = rows_of(sign_in(cast.ours.member), cast.ours, text)
    assert (secret.state, known.state) == ("new", "known")
    assert code.problem == "Another client has this code."
    bring_in(sign_in(cast.ours.member), cast.ours, text)
    assert [row.state for row in rows_of(sign_in(cast.ours.owner), cast.ours, text)] == ["known"] * 3
