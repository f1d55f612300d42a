from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.text import get_text_list
from django.views.decorators.http import require_POST

from organizations.access import any_member
from organizations.changing import told
from organizations.middleware import OrganizationRequest
from organizations.permission_requests import ask
from organizations.permissions import PERMISSION_WORDS, Permission


@require_POST
@any_member
def permission_request(request: OrganizationRequest) -> HttpResponse:
    """From the page that said no."""
    permission = next((one for one in Permission if one == request.POST.get("permission")), None)
    if permission is None:
        raise Http404("No such permission.")
    asked: list[str] = []
    told(
        request, lambda: asked.extend(member.display_name for member in ask(permission, by=request.member)),
        lambda: f"Asked {get_text_list(asked, 'and')} to let you: {PERMISSION_WORDS[permission]}",
    )  # fmt: skip
    return redirect("today")
