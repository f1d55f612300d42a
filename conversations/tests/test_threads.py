"""Two threads of one thing, which can never be confused."""

import re
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from uuid_utils.compat import uuid7

from clients.models import ClientWall, InformationRequest
from conversations import posting
from conversations.models import Comment, CommentVersion, Mention, Thread
from conversations.people import Person
from conversations.subjects import CommentRefused
from conversations.threads import CLIENT, INTERNAL, open_thread
from organizations.models import Membership
from portal.conversations import conversation_of, person
from tests.cast import Cast, in_portal

pytestmark = pytest.mark.django_db


def say(row: Any, by: Person, body: str = "Hello", audience: str = INTERNAL, **more: Any) -> Comment:
    return posting.post(row, by=by, audience=audience, body=body, submission=uuid7(), **more)


def talk_url(cast: Cast, row: Any, name: str = "comment_create") -> str:
    return cast.ours.url(name, kind="request", subject_id=row.pk)


def texts(page: Any) -> str:
    return page.content.decode()


# --- the two walls ----------------------------------------------------------------------------------------------


def test_a_contact_reads_the_clients_thread_and_nothing_of_the_firms(cast: Cast) -> None:
    page = texts(in_portal(cast.ours).get(cast.ours.portal("portal_request", request_id=cast.ours.pending.pk)))
    assert cast.ours.comment.body in page and cast.ours.firm_note.body not in page


def test_a_request_that_points_at_the_firms_thread_shows_the_contact_nothing(cast: Cast) -> None:
    """Somebody mixed the threads up: the audience still decides."""
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(thread=cast.ours.firm_thread)
    for name, args in (("portal_request", {"request_id": cast.ours.pending.pk}),
                       ("portal_conversation", {"kind": "request", "subject_id": cast.ours.pending.pk})):  # fmt: skip
        page = in_portal(cast.ours).get(cast.ours.portal(name, **args))
        assert page.status_code == 200 and cast.ours.firm_note.body not in texts(page)


def test_the_database_takes_no_comment_of_another_audience_than_its_threads(cast: Cast) -> None:
    with cast.ours.inside():
        row = {"member": cast.ours.member, "author_name": "X", "body": "x"}
        for thread, audience in ((cast.ours.firm_thread, "client"), (cast.ours.thread, "internal")):
            with pytest.raises(DatabaseError, match="comments_audience_of_thread"), transaction.atomic():
                Comment.objects.create(thread=thread, audience=audience, submission=uuid7(), **row)
        with pytest.raises(DatabaseError, match="comments_audience_of_thread"), transaction.atomic():
            Comment.objects.filter(pk=cast.ours.firm_note.pk).update(audience="client")
        with pytest.raises(DatabaseError), transaction.atomic():
            Thread.objects.filter(pk=cast.ours.firm_thread.pk).update(audience="client")


def test_the_database_takes_no_contact_in_the_firms_thread(cast: Cast) -> None:
    with cast.ours.inside(), pytest.raises(DatabaseError, match="comments_contact_audience"), transaction.atomic():
        Comment.objects.create(
            thread=cast.ours.firm_thread, audience="internal", contact_id=cast.ours.ana.pk, author_name="Ana", body="x",
            submission=uuid7(),
        )  # fmt: skip


def test_an_answer_stays_in_its_parents_thread(cast: Cast) -> None:
    with cast.ours.inside():
        with pytest.raises(CommentRefused):
            say(cast.ours.pending, Person.of(cast.ours.member), audience=CLIENT, parent_id=cast.ours.firm_note.pk)
        with pytest.raises(DatabaseError, match="comments_thread_of_parent"), transaction.atomic():
            Comment.objects.create(
                thread=cast.ours.thread, audience="client", parent=cast.ours.firm_note, root=cast.ours.firm_note,
                member=cast.ours.member, author_name="X", body="x", submission=uuid7(),
            )  # fmt: skip


def test_a_contact_who_asks_for_the_firms_audience_writes_to_the_clients(cast: Cast) -> None:
    address = cast.ours.portal("portal_comment", kind="request", subject_id=cast.ours.pending.pk)
    in_portal(cast.ours).post(
        address, {"body": "From Ana", "audience": "internal", "parent": str(cast.ours.firm_note.pk)}
    )
    in_portal(cast.ours).post(address, {"body": "From Ana, again", "audience": "internal"})
    with cast.ours.inside():
        found = Comment.objects.filter(contact_id=cast.ours.ana.pk)
        assert [(one.audience, one.thread_id, one.body) for one in found] == [
            ("client", cast.ours.thread.pk, "From Ana, again")
        ]


def test_a_draft_request_has_no_client_to_write_to(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.ours.member)
    page = browser.post(talk_url(cast, cast.ours.draft), {"body": "Dear client", "audience": "client"})
    assert page.status_code == 422 and "Publish it first" in texts(page) and "Dear client" in texts(page)
    assert browser.post(talk_url(cast, cast.ours.draft), {"body": "Note", "audience": "internal"}).status_code == 302


def test_the_composer_names_who_reads(cast: Cast, sign_in: Any) -> None:
    page = texts(sign_in(cast.ours.member).get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk)))
    assert "Ana Ruiz" in page and "Owner Harcourt" in page
    assert "Billing Harcourt" not in page.partition('class="tk-audience"')[2].partition("</fieldset>")[0]


def test_nothing_chosen_is_the_firm(cast: Cast, sign_in: Any) -> None:
    sign_in(cast.ours.member).post(talk_url(cast, cast.ours.pending), {"body": "Careless"})
    with cast.ours.inside():
        assert Comment.objects.get(body="Careless").audience == "internal"


# --- writing ----------------------------------------------------------------------------------------------------


def test_a_thing_gets_its_threads_when_somebody_writes(cast: Cast) -> None:
    with cast.ours.inside():
        row = cast.ours.submitted
        assert row.thread_id is None
        say(row, Person.of(cast.ours.member))
        stored = InformationRequest.objects.get(pk=row.pk)
        assert stored.thread.audience == "client" and stored.thread.firm_threads.get().audience == "internal"
        assert open_thread(stored, CLIENT) == stored.thread


def test_the_same_press_twice_is_one_comment(cast: Cast, sign_in: Any) -> None:
    browser, sent = sign_in(cast.ours.member), {"body": "Once", "submission": str(uuid7())}
    places = {browser.post(talk_url(cast, cast.ours.pending), sent).headers["Location"] for _ in range(2)}
    with cast.ours.inside():
        assert Comment.objects.filter(body="Once").count() == 1 and len(places) == 1


def test_an_edit_keeps_the_earlier_words(cast: Cast, sign_in: Any) -> None:
    browser, comment = sign_in(cast.ours.member), cast.ours.comment
    browser.post(cast.ours.url("comment_update", comment_id=comment.pk), {"body": "Which months?"})
    with cast.ours.inside():
        assert list(CommentVersion.objects.filter(comment=comment).values_list("body", flat=True)) == [comment.body]
        assert Comment.objects.get(pk=comment.pk).edited_at
    page = texts(browser.get(cast.ours.url("comment_versions", comment_id=comment.pk)))
    assert comment.body in page and "Which months?" in page


@pytest.mark.parametrize(("who", "status"), [("owner", 404), ("viewer", 403), ("billing", 403)])
def test_nobody_edits_the_words_of_another(cast: Cast, sign_in: Any, who: str, status: int) -> None:
    address = cast.ours.url("comment_update", comment_id=cast.ours.comment.pk)
    assert sign_in(cast.ours.members[who]).post(address, {"body": "Twisted"}).status_code == status
    with cast.ours.inside():
        assert Comment.objects.get(pk=cast.ours.comment.pk).body == cast.ours.comment.body


def test_a_deleted_comment_leaves_a_tombstone_and_its_answers(cast: Cast, sign_in: Any) -> None:
    with cast.ours.inside():
        say(cast.ours.pending, Person.of(cast.ours.owner), "All of them", CLIENT, parent_id=cast.ours.comment.pk)
    browser = sign_in(cast.ours.member)
    browser.post(cast.ours.url("comment_deletion", comment_id=cast.ours.comment.pk))
    for page in (
        texts(browser.get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk))),
        texts(in_portal(cast.ours).get(cast.ours.portal("portal_request", request_id=cast.ours.pending.pk))),
    ):
        assert (
            re.search("deleted a (comment|message)", page)
            and "All of them" in page
            and cast.ours.comment.body not in page
        )


def test_what_is_typed_is_only_text(cast: Cast, sign_in: Any) -> None:
    body = "<script>x</script> **bold** [a](javascript:x) <img src=x onerror=y> https://example.com/a?b=1"
    browser = sign_in(cast.ours.member)
    browser.post(talk_url(cast, cast.ours.pending), {"body": body})
    page = texts(browser.get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk)))
    assert "<strong>bold</strong>" in page and "&lt;script&gt;x" in page and "<img src=x" not in page
    assert 'href="javascript' not in page and 'href="https://example.com/a?b=1"' in page


def test_a_long_thread_is_read_page_by_page(cast: Cast, sign_in: Any, django_assert_max_num_queries: Any) -> None:
    with cast.ours.inside():
        me = Person.of(cast.ours.member)
        for number in range(45):
            say(cast.ours.pending, me, f"Remark {number:02d}.")
    browser, address = sign_in(cast.ours.owner), talk_url(cast, cast.ours.pending, "conversation_detail")
    seen: list[str] = []
    while address:
        with django_assert_max_num_queries(52):
            page = texts(browser.get(address))
        seen += [f"Remark {number:02d}." for number in range(45) if f"Remark {number:02d}." in page]
        _, found, rest = page.partition("?before=")
        address = f"{talk_url(cast, cast.ours.pending, 'conversation_detail')}?before={rest[:36]}" if found else ""
    assert sorted(seen) == [f"Remark {number:02d}." for number in range(45)]


def test_what_is_new_is_marked_until_it_was_read(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.ours.owner), cast.ours.url("request_detail", request_id=cast.ours.pending.pk)
    assert 'class="unread' in texts(browser.get(address))
    assert 'class="unread' not in texts(browser.get(address))


def test_a_file_beside_a_firm_comment_is_the_firms(cast: Cast, sign_in: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = sign_in(cast.ours.member)
    upload = SimpleUploadedFile("margins.csv", b"a,b\n1,2\n")
    browser.post(talk_url(cast, cast.ours.pending), {"body": "See the file", "audience": "internal", "uploads": upload})
    forms = browser.get(talk_url(cast, cast.ours.pending, "conversation_detail")).content.decode().split("<form")
    reply = next(form for form in forms if 'name="parent" value="' in form and "reply:" in form)
    assert 'enctype="multipart/form-data"' in reply and 'type="file" name="uploads"' in reply
    assert "margins.csv" in texts(browser.get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk)))
    portal = in_portal(cast.ours).get(cast.ours.portal("portal_request", request_id=cast.ours.pending.pk))
    assert "margins.csv" not in texts(portal)


def test_a_contact_sends_a_file_with_a_message(cast: Cast, sign_in: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("statement.csv", b"a,b\n1,2\n")
    address = cast.ours.portal("portal_comment", kind="request", subject_id=cast.ours.pending.pk)
    in_portal(cast.ours).post(address, {"body": "Here it is", "uploads": upload})
    page = texts(in_portal(cast.ours).get(cast.ours.portal("portal_request", request_id=cast.ours.pending.pk)))
    assert page.count("statement.csv") >= 2


# --- mentions ---------------------------------------------------------------------------------------------------


def test_only_people_who_may_see_the_thing_are_offered(cast: Cast, sign_in: Any) -> None:
    with cast.ours.inside():
        ClientWall.objects.create(client=cast.ours.bakery, member=cast.ours.viewer, reason="Married to a director.")
    address = talk_url(cast, cast.ours.pending, "mention_list")
    names = sign_in(cast.ours.member).get(address).json()["people"]
    assert "Owner Harcourt" in names and "Viewer Harcourt" not in names and "Billing Harcourt" not in names
    assert sign_in(cast.ours.member).get(address, {"q": "adm"}).json() == {"people": ["Admin Harcourt"]}
    assert sign_in(cast.ours.viewer).get(address).status_code == 404


def test_of_two_who_share_a_name_the_one_who_was_chosen_is_meant(cast: Cast, sign_in: Any) -> None:
    firm = cast.ours
    with firm.inside():
        Membership.objects.filter(pk__in=[firm.admin.pk, firm.owner.pk]).update(display_name="Maya Okafor")
    people = sign_in(firm.member).get(talk_url(cast, firm.pending, "mention_list"), {"q": "maya"}).json()["people"]
    assert sorted(people) == sorted(f"Maya Okafor ({one.email})" for one in (firm.admin, firm.owner))
    chosen = next(name for name in people if firm.admin.email in name)
    post = {"body": f"@{chosen} please look, @Maya Okafor", "audience": "internal"}
    sign_in(firm.member).post(talk_url(cast, firm.pending), post)
    with firm.inside():
        comment = Comment.objects.get(body=post["body"])
        assert [one.member_id for one in Mention.objects.filter(comment=comment)] == [firm.admin.pk]


def test_a_name_behind_a_wall_is_only_a_word(cast: Cast) -> None:
    with cast.ours.inside():
        ClientWall.objects.create(client=cast.ours.bakery, member=cast.ours.viewer, reason="Married to a director.")
        comment = say(cast.ours.pending, Person.of(cast.ours.member), "@Viewer Harcourt and @admin, and mail@owner")
        named = Mention.objects.filter(comment=comment).values_list("member__display_name", flat=True)
        assert list(named) == ["Admin Harcourt"]


def test_a_document_is_talked_about_too(cast: Cast, sign_in: Any) -> None:
    address = cast.ours.url("comment_create", kind="document", subject_id=cast.ours.document.pk)
    browser = sign_in(cast.ours.member)
    browser.post(address, {"body": "Page 2 is cut off", "audience": "client"})
    browser.post(address, {"body": "As last year", "audience": "internal"})
    page = texts(browser.get(cast.ours.url("conversation_detail", kind="document", subject_id=cast.ours.document.pk)))
    assert "Page 2 is cut off" in page and "As last year" in page
    own = cast.ours.portal("portal_conversation", kind="document", subject_id=cast.ours.document.pk)
    page = texts(in_portal(cast.ours).get(own))
    assert "Page 2 is cut off" in page and "As last year" not in page


@pytest.mark.parametrize("kind", ["nothing", "member"])
def test_a_kind_nobody_registered_is_not_there(cast: Cast, sign_in: Any, kind: str) -> None:
    address = cast.ours.url("conversation_detail", kind=kind, subject_id=uuid.uuid4())
    assert sign_in(cast.ours.owner).get(address).status_code == 404


def test_the_contact_reads_only_what_a_member_wrote_to_them(cast: Cast) -> None:
    with cast.ours.inside():
        talk = conversation_of(cast.ours.pending, cast.ours.ana)
        assert [entry.comment.body for entry in talk.entries] == [cast.ours.comment.body]
        assert talk.reader == person(cast.ours.ana)
