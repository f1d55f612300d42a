"""What a mark says stays where somebody has signed under it; a mark that was taken out comes back."""

import pytest

from workspaces import signing
from workspaces.models import Tickmark
from workspaces.tests.papers import footed, schedule

pytestmark = pytest.mark.django_db


def test_a_mark_under_a_signature_keeps_its_meaning_until_the_signature_goes(cast, sign_in):
    firm = cast.ours
    with firm.inside():
        mark, browser = footed(), sign_in(firm.admin)
        made = schedule(firm, "C-1", ticks=[str(mark.pk)])
        page, removal = (firm.url(name, tickmark_id=mark.pk) for name in ("tickmark_update", "tickmark_removal"))
        form = browser.get(page).context["form"]
        sent = {name: form[name].value() or "" for name in form.fields}
        assert browser.post(page, sent | {"meaning": "Footed twice"}).status_code == 302
        signed = signing.sign(made, "preparer", by=firm.member, seen=made.content_hash)

        form = browser.get(page).context["form"]
        sent = {name: form[name].value() or "" for name in form.fields}
        refused = browser.post(page, sent | {"meaning": "Something else"})
        assert refused.status_code == 422 and "It stands on signed papers: C-1 of" in refused.content.decode()
        assert browser.post(page, sent | {"code": "q", "mark": "star"}).status_code == 302
        assert "It stands on signed papers" in browser.post(removal, follow=True).content.decode()
        assert Tickmark.objects.get(pk=mark.pk).meaning == "Footed twice"

        signing.withdraw(signed, by=firm.member, reason="To change the mark.")
        assert browser.post(removal).status_code == 302 and not Tickmark.objects.filter(pk=mark.pk).exists()
        Tickmark.objects.create(code="q", mark="hash", meaning="Took its key")
        back = firm.url("tickmark_restoration", deleted_mark_id=mark.pk)
        assert "Another mark has this key. Change that one first." in browser.post(back, follow=True).content.decode()
        Tickmark.objects.filter(code="q").update(code="w")
        assert browser.post(back).status_code == 302 and Tickmark.objects.filter(pk=mark.pk).exists()
