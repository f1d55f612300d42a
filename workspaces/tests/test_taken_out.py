"""A paper that was taken out of the index comes back, to its place or to the next free one."""

import pytest
from django.utils import timezone

from workspaces import lock_down, taken_out, ties
from workspaces.models import Binder, Workpaper
from workspaces.tests.papers import empty_binder, schedule

pytestmark = pytest.mark.django_db


def test_a_paper_that_was_taken_out_comes_back(cast, sign_in):
    firm = cast.ours
    with firm.inside():
        empty_binder(firm)
        made, browser = schedule(firm, "C-1"), sign_in(firm.member)

        def bring_back() -> str:
            answer = browser.post(firm.url("workpaper_return", deleted_paper_id=made.pk), follow=True)
            return answer.content.decode()

        assert browser.post(firm.url("workpaper_removal", workpaper_id=made.pk)).status_code == 302
        assert "C-1 Paper C-1" in browser.get(firm.url("binder_taken_out", binder_id=firm.binder.pk)).content.decode()
        assert "C-1 is back in the index" in bring_back() and Workpaper.objects.get(pk=made.pk).body == made.body
        browser.post(firm.url("workpaper_removal", workpaper_id=made.pk))
        schedule(firm, "C-1")
        assert "C-1 is back as C-2" in bring_back() and Workpaper.objects.get(pk=made.pk).sort_key.endswith("00002")
        browser.post(firm.url("workpaper_removal", workpaper_id=made.pk))
        now = timezone.now()
        Binder.objects.filter(pk=firm.binder.pk).update(
            locked_at=now, locked_by=firm.owner, retained_until=now.date(), report_released_on=now.date()
        )
        assert "only late papers come into it" in bring_back() and not Workpaper.objects.filter(pk=made.pk).exists()


def test_what_has_happened_since_the_page_was_opened_counts(cast):
    firm = cast.ours
    with firm.inside():
        empty_binder(firm)
        opened, other = schedule(firm, "C-1"), schedule(firm, "C-2")
        tie = ties.add(opened, "r1.c2", other, "r1.c2", by=firm.member)
        lock_down.hold(firm.binder, by=firm.owner, reason="Suit")
        with pytest.raises(taken_out.Refused, match="on legal hold"):
            taken_out.take_out(opened)
        with pytest.raises(ties.Kept, match="on legal hold"):
            ties.remove(tie)
        lock_down.release_hold(firm.binder)
        ties.remove(tie)
        taken_out.take_out(other)
        with pytest.raises(ties.Kept, match="taken out of the index meanwhile"):
            ties.add(opened, "r1.c2", other, "r1.c2", by=firm.member)
