"""A firm says how long it keeps what it needs no more; a job of the night does it, and a legal hold wins."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients import document_purge
from clients.models import Client, Document
from conversations.models import Notification
from organizations.retention_jobs import apply_retention
from tests.jobs import run_jobs
from workspaces.models import Binder

pytestmark = pytest.mark.django_db


def test_what_a_firm_keeps_for_a_week_goes_after_a_week_unless_it_is_on_hold(cast, sign_in, monkeypatch):
    admin, url = sign_in(cast.ours.admin), cast.ours.url("firm_retention")
    assert sign_in(cast.ours.member).get(url).status_code == 403
    days = {"documents": 7, "sessions": 90, "notifications": 7, "packages": 7}
    assert admin.post(url, days | {"documents": 3}).status_code == 422
    assert admin.post(url, days).status_code == 302
    old = timezone.now() - timedelta(days=8)
    with cast.ours.inside():
        gone = Document.objects.create(client=cast.ours.bakery, name="Old.pdf", deleted_at=old)
        kept = Client.objects.create(name="Kept Ltd", code="KPT")
        held = Document.objects.create(client=kept, name="Held.pdf", deleted_at=old)
        Notification.objects.update(read_at=old)
    with cast.theirs.inside():
        Notification.objects.update(read_at=old)
        others = Notification.objects.count()
    monkeypatch.setattr(document_purge, "holds", [lambda client: client == kept.pk])
    run_jobs()
    put_on_hold(cast.ours, timezone.now(), cast.ours.owner, "A claim")
    night_falls(cast.ours, cast.theirs)
    with cast.ours.inside():
        left = Document.with_deleted.filter(pk__in=[gone.pk, held.pk]).values_list("name", flat=True)
        assert list(left) == ["Held.pdf"] and Notification.objects.exists(), "They tell of a client on hold."
    put_on_hold(cast.ours, None, None, "")
    night_falls(cast.ours)
    with cast.ours.inside():
        assert not Notification.objects.exists()
    with cast.theirs.inside():
        assert Notification.objects.count() == others > 0, "They keep theirs for a year."


def put_on_hold(firm, since, by, reason):
    with firm.inside():
        Binder.with_deleted.update(legal_hold_at=since, legal_hold_by=by, legal_hold_reason=reason)


def night_falls(*firms):
    for firm in firms:
        with firm.inside():
            apply_retention.enqueue()
    run_jobs()
