"""Every line says who did it, whoever it was."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.actors import Actor, kind
from audit.models import AuditLog
from tenancy.context import audited
from tests.cast import PDF, in_portal

pytestmark = pytest.mark.django_db


def newest(firm, table):
    with firm.inside():
        return AuditLog.objects.filter(resource_type=table).order_by("-created_at", "-id").first()


def test_a_contact_and_a_member_are_named_in_what_the_database_wrote(cast, sign_in):
    where = cast.ours.portal("portal_upload", request_id=cast.ours.pending.pk)
    in_portal(cast.ours).post(where, {"files": [SimpleUploadedFile("March.pdf", PDF)]})
    line = newest(cast.ours, "document_versions")
    assert (kind(line), line.context.get("name")) == (Actor.CONTACT, cast.ours.ana.name)
    assert line.context["contact"] == str(cast.ours.ana.pk) and line.context["request"] and line.ip_address

    sign_in(cast.ours.owner).post(cast.ours.url("audit_head_mail"), {"wanted": "on"})
    line = newest(cast.ours, "organizations")
    assert (kind(line), line.context.get("name")) == (Actor.MEMBER, cast.ours.owner.display_name)


def test_what_follows_in_the_same_transaction_is_nobody_elses_deed(cast):
    with cast.ours.inside(cast.ours.member):
        with audited(contact=cast.ours.ana.pk, name=cast.ours.ana.name):
            cast.ours.bakery.save()
        cast.ours.pending.save()
    assert kind(newest(cast.ours, "requests")) == Actor.MEMBER
