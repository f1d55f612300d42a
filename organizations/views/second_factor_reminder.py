from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import get_text_list
from django.views.decorators.http import require_POST

from organizations.access import requires
from organizations.changing import told
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from organizations.second_factor_reminders import remind


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def second_factor_reminder(request: OrganizationRequest) -> HttpResponse:
    reminded: list[str] = []
    told(
        request, lambda: reminded.extend(member.display_name for member in remind(request.organization)),
        lambda: f"Reminded {get_text_list(reminded, 'and')}",
    )  # fmt: skip
    return redirect("member_list")
