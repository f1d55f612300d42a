from typing import Any

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from organizations.lookups import my_organizations


@require_safe
def api_me(request: Any) -> JsonResponse:
    """Who the token's person is, and the firms it opens."""
    user, only = request.user, request.session.organization_id
    firms = [
        {"slug": firm.slug, "name": firm.name, "role": firm.role}
        for firm in my_organizations()
        if only in (None, firm.id)
    ]
    return JsonResponse({"id": str(user.pk), "email": user.email, "name": user.full_name, "organizations": firms})
