"""Signatures: bound to the content, in order, by different people, over nothing that is wrong."""

import pytest

from clients.models import Project
from conversations.models import Notification
from tests.cast import Firm
from workspaces import saving
from workspaces.models import CrossReference, ProjectMember, ReviewNote, SignOff, Workpaper
from workspaces.tests.papers import footed, paper, schedule

pytestmark = pytest.mark.django_db
SIGNERS = {"preparer": "member", "reviewer": "admin", "partner": "owner"}


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


@pytest.fixture
def press(firm, sign_in):
    """Press “Sign as …” as one of the firm's people."""

    def press(made: Workpaper, role: str, who: str = "", seen: str = ""):
        browser = sign_in(firm.members[who or SIGNERS[role]])
        url = firm.url(f"sign_as_{role}", workpaper_id=made.pk)
        return browser.post(url, {"seen": seen or Workpaper.objects.get(pk=made.pk).content_hash})

    return press


def status(firm: Firm, made: Workpaper, sign_in) -> str:
    return sign_in(firm.viewer).get(firm.url("workpaper_detail", workpaper_id=made.pk)).content.decode()


def test_three_people_sign_in_order_and_a_second_press_signs_nothing_again(firm, press, sign_in):
    made = schedule(firm)
    for role in SIGNERS:
        assert press(made, role).status_code == press(made, role).status_code == 302
    assert SignOff.objects.filter(workpaper=made).count() == len(SIGNERS)
    assert "Signed off" in status(firm, made, sign_in)
    assert set(SignOff.objects.filter(workpaper=made).values_list("role", "version")) == {(role, 1) for role in SIGNERS}


def test_a_prepared_paper_asks_those_for_a_review_whose_work_it_becomes(firm, press, sign_in):
    """Who leads the project and who of its team may review; once, also where many are prepared at once."""
    team = [firm.members[who] for who in ("member", "admin", "viewer")]
    ProjectMember.objects.filter(project=firm.project).delete()
    ProjectMember.objects.bulk_create(ProjectMember(project=firm.project, member=one) for one in team)
    Project.objects.filter(pk=firm.project.pk).update(lead=firm.owner)

    def told():
        found = Notification.objects.filter(event__in=["review_asked", "reviews_asked"]).order_by("id")
        return sorted(found.values_list("event", "member__role", "why"))

    one, two, three = (schedule(firm, f"D-{number}") for number in (1, 2, 3))
    press(one, "preparer"), press(one, "preparer"), press(one, "reviewer")
    asked = [("review_asked", "admin", "on_team"), ("review_asked", "owner", "leads_project")]
    assert told() == asked
    for made in (two, three):
        sign_in(firm.member).get(firm.url("workpaper_detail", workpaper_id=made.pk))
    url = firm.url("bulk_preparation", binder_id=two.binder_id)
    sign_in(firm.member).post(url, {"selected": [str(two.pk), str(three.pk)]})
    assert told() == [*asked, *((f"reviews{event[6:]}", *rest) for event, *rest in asked)]


@pytest.mark.parametrize("role", ["reviewer", "partner"])
def test_nobody_signs_before_it_is_prepared(firm, press, role):
    answer = press(schedule(firm), role)
    assert answer.status_code == 409
    assert "It is not prepared in its present state." in answer.content.decode()


def test_nobody_reviews_their_own_work(firm, press):
    made = schedule(firm)
    press(made, "preparer", "admin")
    assert "Nobody reviews their own work" in press(made, "reviewer", "admin").content.decode()
    assert "you wrote some of what is to be reviewed" in press(made, "reviewer", "member").content.decode()


def test_whoever_wrote_since_the_last_review_reviews_nothing_of_it(firm, press):
    made = schedule(firm)
    made = saving.save(made, by=firm.admin, revision=1, title="Reworded by the reviewer")
    made = saving.save(made, by=firm.member, revision=2, title="And finished by the preparer")
    press(made, "preparer")
    assert "you wrote some of what is to be reviewed" in press(made, "reviewer", "admin").content.decode()
    assert press(made, "reviewer", "owner").status_code == 302
    # From a review on, only what comes after it counts.
    made = saving.save(made, by=firm.member, revision=3, title="Changed after the review")
    press(made, "preparer")
    assert press(made, "reviewer", "admin").status_code == 302


def test_a_change_makes_it_modified_since_review_and_shows_what(firm, press, sign_in):
    made = schedule(firm)
    for role in ("preparer", "reviewer"):
        press(made, role)
    grid = made.body["grid"]
    grid["rows"][0]["cells"]["c2"]["amount"] = 10001
    saving.save(made, by=firm.member, revision=made.revision, body={"grid": grid})
    page = status(firm, made, sign_in)
    assert "Modified since review" in page and "from=1&amp;to=2" in page
    versions = firm.url("workpaper_versions", workpaper_id=made.pk)
    page = sign_in(firm.viewer).get(f"{versions}?from=1&to=2").content.decode()
    assert "<del>100.00</del>" in page and "<ins>100.01</ins>" in page
    assert "It is not prepared in its present state." in press(made, "partner").content.decode()


def test_what_changed_unseen_is_not_signed(firm, press):
    made = schedule(firm)
    assert "Somebody changed this paper" in press(made, "preparer", seen="0" * 64).content.decode()


def test_an_undefined_mark_is_refused(firm, press):
    made = schedule(firm, ticks=["?zz"])
    answer = press(made, "preparer")
    assert answer.status_code == 409 and "Undefined mark zz" in answer.content.decode()


def test_a_mark_typed_in_the_text_that_is_none_is_refused(firm, press):
    answer = press(paper(firm, "C-1", {"work": "Agreed [[tick zz]]"}, "memo"), "preparer")
    assert answer.status_code == 409 and "neither a mark nor a paper" in answer.content.decode()


def test_a_foot_is_computed_not_asserted(firm, press):
    mark = footed()
    good = schedule(firm, "C-1", ticks=[str(mark.pk)])
    wrong = schedule(firm, "C-2", formula="={r1.c2}", ticks=[str(mark.pk)])
    assert press(good, "preparer").status_code == 302
    assert "out by (200.50)" in press(wrong, "preparer").content.decode()


def test_parted_figures_are_red_at_both_ends_and_refused(firm, press, sign_in):
    here, there = schedule(firm, "C-1"), schedule(firm, "C-2", amounts=(1, 2))
    CrossReference.objects.create(workpaper=here, cell="r3.c2", target=there, target_cell="r3.c2")
    for made, other in ((here, "0.03"), (there, "300.50")):
        assert f"there {other}" in status(firm, made, sign_in)
        assert "has parted" in press(made, "preparer").content.decode()


def test_open_notes_stop_the_reviewer_and_only_the_raiser_clears_them(firm, press, sign_in):
    made = schedule(firm)
    note = ReviewNote.objects.create(workpaper=made, text="Why?", raised_by=firm.admin)
    assert press(made, "preparer").status_code == 302
    assert "1 review note still open" in press(made, "reviewer").content.decode()
    clearing = firm.url("review_note_clearing", note_id=note.pk)
    assert sign_in(firm.member).post(clearing).status_code == 409
    assert sign_in(firm.admin).post(clearing).status_code == 302
    assert press(made, "reviewer").status_code == 302


def test_taking_back_needs_a_reason_and_stays_in_the_history(firm, press, sign_in):
    made = schedule(firm)
    for role in ("preparer", "reviewer"):
        press(made, role)
    sign_off = SignOff.objects.get(workpaper=made, role="preparer")
    url, browser = firm.url("sign_off_withdrawal", sign_off_id=sign_off.pk), sign_in(firm.member)
    assert browser.post(url, {"reason": " "}).status_code == 422
    assert browser.post(url, {"reason": "The bank letter was last year's."}).status_code == 302
    assert not SignOff.objects.standing().filter(workpaper=made).exists()
    assert "last year" in status(firm, made, sign_in)
    assert SignOff.objects.filter(workpaper=made).count() == 2


def test_many_are_signed_at_once_only_if_they_were_opened(firm, sign_in):
    seen, unseen = schedule(firm, "C-1"), schedule(firm, "C-2")
    browser = sign_in(firm.member)
    browser.get(firm.url("workpaper_detail", workpaper_id=seen.pk))
    url = firm.url("bulk_preparation", binder_id=firm.binder.pk)
    page = browser.post(url, {"selected": [seen.pk, unseen.pk, "nonsense"]}, follow=True).content.decode()
    assert "1 paper signed as preparer" in page and "C-2: You have not opened it as it is now." in page


def test_a_viewer_signs_nothing(firm, press):
    assert press(schedule(firm), "preparer", "viewer").status_code == 403
