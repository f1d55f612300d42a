"""What stands over every page of a client, and what the overview and the access page show of its people and projects."""

from datetime import date
from typing import Any

import pytest

from clients.client_head import head_of
from clients.models import Client, ClientContact, InformationRequest, Project
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_head_names_people_and_counts_what_is_there_and_late(cast: Cast, sign_in: Any) -> None:
    ours = cast.ours
    with ours.inside():
        InformationRequest.objects.filter(pk__in=[ours.pending.pk, ours.accepted.pk]).update(due_date=date(2020, 1, 2))
        ClientContact.objects.filter(pk=ours.ana.pk).update(title="finance director")
        Project.objects.filter(pk=ours.project.pk).update(status="active", budget_hours=240)
        assert head_of(ours.bakery, ours.member) == {
            "contact_name": "Ana Ruiz", "contact_title": "finance director", "lead_name": ours.member.display_name,
            "late_count": 1, "list_count": 1, "document_count": 2, "project_count": 1,
        }  # fmt: skip
        alone = Client.objects.create(name="Kestrel")
        assert not any(head_of(alone, ours.member).values())
    browser = sign_in(ours.member)
    overview = browser.get(ours.url("client_detail", client_id=ours.bakery.pk)).text
    assert (
        "1 overdue" in overview and "Ana Ruiz, finance director" in overview and "Documents<span>2</span>" in overview
    )
    assert f'Open project<span class="visually-hidden"> {ours.project.name}' in overview and "240 hours" in overview
    access = browser.get(ours.url("client_access", client_id=ours.bakery.pk)).text
    assert "People at the client" in access and ours.ana.email in access
    assert browser.get(ours.url("client_detail", client_id=alone.pk)).status_code == 200
