"""A document's page and what may be done there: versions, names, links, sharing, the trash, the search."""

from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clients.models import (
    ClientContact,
    Document,
    DocumentContent,
    DocumentIntake,
    DocumentVersion,
    InformationRequest,
    RequestDocument,
)
from config.demo.files import pdf
from tests.cast import PDF, Cast, in_portal, keep_file
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
SignIn = Any


def file(name: str = "Ledger.pdf", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or pdf("Ledger", name))


def page(cast: Cast, sign_in: SignIn, document: Document | None = None, who: str = "member") -> str:
    where = cast.ours.url("document_detail", document_id=(document or cast.ours.document).pk)
    return sign_in(getattr(cast.ours, who)).get(where).text


def do(cast: Cast, sign_in: SignIn, name: str, data: dict | None = None, who: str = "member", **kwargs: Any) -> Any:
    kwargs = kwargs or {"deleted_id" if name == "document_restoration" else "document_id": cast.ours.document.pk}
    return sign_in(getattr(cast.ours, who)).post(cast.ours.url(name, **kwargs), data or {}, follow=True)


def named(cast: Cast, name: str) -> Document:
    with cast.ours.inside():
        return Document.objects.get(name=name)


def upload(cast: Cast, sign_in: SignIn, *files: Any, **data: Any) -> Any:
    return do(cast, sign_in, "document_upload", {"files": list(files), **data}, client_id=cast.ours.bakery.pk)


# adding


def test_a_member_adds_many_files_without_scripts(cast: Cast, sign_in: SignIn) -> None:
    answer = upload(cast, sign_in, file("One.pdf"), file("Two.pdf"))
    assert "2 files added" in answer.text
    assert named(cast, "One.pdf").visibility == "firm", "Nobody at the client sees it unless somebody says so."


def test_the_choice_of_who_may_see_files_names_them(cast: Cast, sign_in: SignIn) -> None:
    choice = sign_in(cast.ours.member).get(cast.ours.url("document_upload", client_id=cast.ours.bakery.pk)).text
    inside, outside = choice.partition("Firm only: ")[2].split("Shared with ")[:2]
    assert "Member Harcourt" in inside and "Viewer Harcourt" in inside and "Ana Ruiz" not in inside
    assert outside.startswith("Ana Ruiz") and "once it answers a request they see" in outside


def test_a_refused_file_does_not_lose_the_others(cast: Cast, sign_in: SignIn) -> None:
    answer = upload(cast, sign_in, file("One.pdf"), SimpleUploadedFile("Two.pdf", b"MZ\0\0\0"))
    assert answer.status_code == 422 and "Send documents only" in answer.text
    assert named(cast, "One.pdf")


def test_a_file_for_a_request_answers_it_and_is_shared(cast: Cast, sign_in: SignIn) -> None:
    upload(cast, sign_in, file("Form.pdf"), request=str(cast.ours.pending.pk))
    assert "Form.pdf" in in_portal(cast.ours).get(cast.ours.portal("portal_home")).text


def test_no_file_gets_a_sentence(cast: Cast, sign_in: SignIn) -> None:
    answer = upload(cast, sign_in)
    assert answer.status_code == 422 and "No file was chosen" in answer.text


def test_a_file_in_another_format_than_asked_for_is_kept_and_told(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(expected_format="Excel")
    answer = upload(cast, sign_in, file("Listing.pdf"), request=str(cast.ours.pending.pk))
    assert "Asked for as Excel; this is PDF" in answer.text
    assert named(cast, "Listing.pdf")


def test_a_new_version_leaves_the_old_ones_as_they_are(cast: Cast, sign_in: SignIn) -> None:
    do(cast, sign_in, "document_version_upload", {"files": [file()]})
    seen = page(cast, sign_in)
    assert "Version 2" in seen and "Version 1" in seen
    there = cast.ours.url("document_download", document_id=cast.ours.document.pk)
    assert b"".join(sign_in(cast.ours.member).get(there, {"version": 1})) == PDF


# the same file twice


def test_the_same_file_says_where_it_is_and_can_be_replaced_by_that_one(cast: Cast, sign_in: SignIn) -> None:
    answer = upload(cast, sign_in, file("Copy.pdf", PDF), request=str(cast.ours.pending.pk))
    assert "The same file is here already as “Bank statement.pdf”" in answer.text
    copy = named(cast, "Copy.pdf")
    assert "The same file is already here as “Bank statement.pdf”" in page(cast, sign_in, copy)
    do(cast, sign_in, "document_replacement", document_id=copy.pk, other_id=cast.ours.document.pk)
    with cast.ours.inside():
        linked = RequestDocument.objects.filter(document=cast.ours.document).values_list("request", flat=True)
        assert set(linked) == {cast.ours.submitted.pk, cast.ours.pending.pk}
        assert not Document.objects.filter(pk=copy.pk).exists()


def test_only_the_same_file_replaces_a_document(cast: Cast, sign_in: SignIn) -> None:
    upload(cast, sign_in, file("Different.pdf"))
    other = named(cast, "Different.pdf")
    answer = do(cast, sign_in, "document_replacement", document_id=cast.ours.document.pk, other_id=other.pk)
    assert answer.status_code == 404


# links, names, sharing


def test_one_file_answers_many_requests(cast: Cast, sign_in: SignIn) -> None:
    do(cast, sign_in, "document_link", {"request": str(cast.ours.pending.pk)})
    assert "PBC-002" in page(cast, sign_in) and "PBC-003" in page(cast, sign_in)
    do(cast, sign_in, "document_unlink", document_id=cast.ours.document.pk, link_id=cast.ours.request_document.pk)
    with cast.ours.inside():
        assert list(cast.ours.document.request_documents.values_list("request", flat=True)) == [cast.ours.pending.pk]


def test_a_document_is_not_linked_to_another_clients_request(cast: Cast, sign_in: SignIn) -> None:
    assert do(cast, sign_in, "document_link", {"request": str(cast.theirs.pending.pk)}).status_code == 422


def test_renaming_keeps_the_ending_and_is_found_by_the_new_name(cast: Cast, sign_in: SignIn) -> None:
    do(cast, sign_in, "document_renaming", {"name": "December statement"})
    assert named(cast, "December statement.pdf")
    assert (
        "December statement.pdf" in sign_in(cast.ours.member).get(cast.ours.url("document_search"), {"q": "decem"}).text
    )
    answer = do(cast, sign_in, "document_renaming", {"name": "December.xlsx"})
    assert answer.status_code == 422 and "has to end in .pdf" in answer.text


def test_the_page_names_the_people_who_can_open_it(cast: Cast, sign_in: SignIn) -> None:
    seen = page(cast, sign_in)
    at_firm, at_client = seen.partition("At the firm")[2].partition("At the client")[::2]
    assert "Viewer Harcourt" in at_firm and "Billing Harcourt" not in at_firm
    assert "Ana Ruiz" in at_client.partition("</section>")[0]
    do(cast, sign_in, "document_hiding")
    at_client = page(cast, sign_in).partition("At the client")[2].partition("</section>")[0]
    assert "Ana Ruiz" not in at_client and "Nobody" in at_client
    assert (
        in_portal(cast.ours).get(cast.ours.portal("portal_download", version_id=cast.ours.version.pk)).status_code
        == 404
    )


def test_only_whom_the_request_is_asked_of_is_named(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        ben = ClientContact.objects.create(client=cast.ours.bakery, name="Ben Short", email="ben@bakery.example")
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(contact=ben)
    at_client = page(cast, sign_in).partition("At the client")[2].partition("</section>")[0]
    assert "Ben Short" in at_client and "Ana Ruiz" not in at_client


# the trash


def test_a_deleted_document_is_nowhere_and_comes_back_with_its_links(cast: Cast, sign_in: SignIn) -> None:
    do(cast, sign_in, "document_deletion")
    browser = sign_in(cast.ours.member)
    assert browser.get(cast.ours.url("document_detail", document_id=cast.ours.document.pk)).status_code == 404
    assert "Bank statement.pdf" not in browser.get(cast.ours.url("document_search")).text
    assert (
        "Bank statement.pdf" in browser.get(cast.ours.url("client_document_trash", client_id=cast.ours.bakery.pk)).text
    )
    do(cast, sign_in, "document_restoration")
    assert "PBC-003" in page(cast, sign_in)


@pytest.mark.parametrize(
    "name",
    ["document_renaming", "document_sharing", "document_hiding", "document_link", "document_deletion", "document_restoration", "document_version_upload"],
)  # fmt: skip
def test_a_viewer_changes_nothing(cast: Cast, sign_in: SignIn, name: str) -> None:
    assert do(cast, sign_in, name, who="viewer").status_code == 403
    assert "Delete" not in page(cast, sign_in, who="viewer")


# who opened it


def test_the_page_says_who_opened_which_version_when(cast: Cast, sign_in: SignIn) -> None:
    assert "Nobody yet." in page(cast, sign_in)
    sign_in(cast.ours.viewer).get(cast.ours.url("document_download", document_id=cast.ours.document.pk))
    in_portal(cast.ours).get(cast.ours.portal("portal_download", version_id=cast.ours.version.pk))
    keep_file(cast.ours)
    whole_client = cast.ours.url("client_evidence", client_id=cast.ours.bakery.pk)
    for address in (cast.ours.url("list_evidence", list_id=cast.ours.request_list.pk), whole_client):
        b"".join(sign_in(cast.ours.admin).post(address))
    opened = page(cast, sign_in).partition("Who opened it")[2]
    assert opened.count("took in an evidence package: version 1") == 2 and "Admin Harcourt" in opened
    assert "Viewer Harcourt" in opened and "Ana Ruiz" in opened and "downloaded version 1" in opened


# the search


def test_the_words_inside_a_file_are_found_and_marked(cast: Cast, sign_in: SignIn) -> None:
    upload(cast, sign_in, file("A.pdf", pdf("The Quarry <b>covenant</b>", "Aldgate")))
    run_jobs()
    found = sign_in(cast.ours.member).get(cast.ours.url("document_search"), {"q": "quarry coven"}).text
    assert "A.pdf" in found and "<mark>Quarry</mark>" in found
    assert "<b>" not in found.partition("A.pdf")[2], "What stands in a file is text, never markup."
    of_client = cast.ours.url("client_documents", client_id=cast.ours.bakery.pk)
    assert "A.pdf" in sign_in(cast.ours.member).get(of_client, {"q": "covenant"}).text
    theirs = sign_in(cast.theirs.owner).get(cast.theirs.url("document_search"), {"q": "quarry"}).text
    assert "No document matches" in theirs


def test_of_a_text_too_long_for_the_index_the_beginning_is_found_and_the_page_says_so(
    cast: Cast, sign_in: SignIn
) -> None:
    many = " ".join(map("".join, product("абвгдежзиклмнопрст", repeat=4))) + " " + "covenant " * 80_000
    few = "covenant " * 80_000
    upload(cast, sign_in, file("Many.txt", many.encode()), file("Few.txt", few.encode()))
    run_jobs()
    assert "Search finds the first 300,000 letters of it" in page(cast, sign_in, named(cast, "Many.txt"))
    assert "Search finds the first 600,000 letters of it" in page(cast, sign_in, named(cast, "Few.txt"))
    found = sign_in(cast.ours.member).get(cast.ours.url("document_search"), {"q": "абвг"}).text
    assert "Many.txt" in found and "Search finds" not in page(cast, sign_in)


def test_only_the_newest_version_is_found(cast: Cast, sign_in: SignIn) -> None:
    upload(cast, sign_in, file("A.pdf", pdf("Quarry", "x")))
    document = named(cast, "A.pdf")
    do(
        cast,
        sign_in,
        "document_version_upload",
        {"files": [file("A.pdf", pdf("Meadow", "x"))]},
        document_id=document.pk,
    )
    run_jobs()
    search = cast.ours.url("document_search")
    assert "No document matches" in sign_in(cast.ours.member).get(search, {"q": "quarry"}).text
    assert "A.pdf" in sign_in(cast.ours.member).get(search, {"q": "meadow"}).text


def test_the_search_finds_nothing_of_a_client_behind_a_wall(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        type(cast.ours.wall).objects.create(client=cast.ours.bakery, member=cast.ours.member, reason="Married.")
    found = sign_in(cast.ours.member).get(cast.ours.url("document_search"), {"q": "balance"}).text
    assert "Bank statement.pdf" not in found


def test_the_search_costs_the_same_for_many_documents(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser, there = sign_in(cast.ours.member), cast.ours.url("document_search")
    with django_assert_max_num_queries(25) as few:
        browser.get(there, {"q": "balance"})
    with cast.ours.inside():
        for number in range(20):
            document = Document.objects.create(client=cast.ours.bakery, name=f"{number}.pdf")
            version = DocumentVersion.objects.create(
                document=document,
                sha256="0" * 64,
                size=1,
                content_type="text/csv",
                storage_key=f"org/{cast.ours.organization.pk}/{number}",
            )
            DocumentContent.objects.create(document=document, version=version, name=document.name, text="balance")
    with django_assert_max_num_queries(len(few.captured_queries)):
        browser.get(there, {"q": "balance"})


# many files for one list


def test_files_for_a_list_are_proposed_confirmed_and_linked(cast: Cast, sign_in: SignIn) -> None:
    names = ["PBC-002 bank.pdf", "The returned request.pdf", "Holiday.pdf", "Memo.pdf"]
    list_id = cast.ours.request_list.pk
    answer = do(cast, sign_in, "list_files", {"files": [file(name) for name in names]}, list_id=list_id)
    form = answer.context["form"]
    proposed = {p.document.name: p.request and p.request.number for p in form.proposals}
    assert proposed == {"PBC-002 bank.pdf": 2, "The returned request.pdf": 4, "Holiday.pdf": None, "Memo.pdf": None, "Waiting of harcourt.pdf": None}  # fmt: skip
    chosen = {name: form[name].value() for name in form.fields}
    by_name = {p.document.name: str(p.document.pk) for p in form.proposals}
    chosen[by_name["Memo.pdf"]] = "none"
    answer = do(cast, sign_in, "list_files_matching", chosen, list_id=list_id)
    assert "2 matched, 1 kept" in answer.text
    with cast.ours.inside():
        links = RequestDocument.objects.filter(document__name__in=names).values_list(
            "document__name", "request__number"
        )
        assert set(links) == {("PBC-002 bank.pdf", 2), ("The returned request.pdf", 4)}
        waiting = set(DocumentIntake.objects.values_list("document__name", flat=True))
        assert waiting == {"Holiday.pdf", "Waiting of harcourt.pdf"}


def test_a_contact_matches_and_sends_many_files_at_once(cast: Cast) -> None:
    ana = in_portal(cast.ours)
    there = cast.ours.portal("portal_list_files", list_id=cast.ours.request_list.pk)
    answer = ana.post(there, {"files": [file("Pending.pdf"), file("Holiday.pdf")]}, follow=True)
    form = answer.context["form"]
    assert "PBC" not in answer.text and "Waiting of" not in answer.text
    chosen = {name: form[name].value() for name in form.fields}
    matching = cast.ours.portal("portal_list_files_matching", list_id=cast.ours.request_list.pk)
    answer = ana.post(matching, {**chosen, "send": "1"}, follow=True)
    assert "Sent: 1 file" in answer.text
    with cast.ours.inside():
        assert InformationRequest.objects.get(pk=cast.ours.pending.pk).status == "submitted"


def test_a_contact_cannot_match_to_what_is_not_theirs_to_answer(cast: Cast) -> None:
    ana = in_portal(cast.ours)
    there = cast.ours.portal("portal_list_files", list_id=cast.ours.request_list.pk)
    form = ana.post(there, {"files": [file("Holiday.pdf")]}, follow=True).context["form"]
    matching = cast.ours.portal("portal_list_files_matching", list_id=cast.ours.request_list.pk)
    (name,) = form.fields
    for item in (cast.ours.draft, cast.ours.accepted, cast.theirs.pending):
        assert ana.post(matching, {name: str(item.pk)}).status_code == 422
