from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from organizations.lookups import my_organizations


@require_safe
def api_me(request: HttpRequest) -> JsonResponse:
    """Who the token's person is, and the firms it opens."""
    user: Any = request.user
    firms = [{"slug": firm.slug, "name": firm.name, "role": firm.role} for firm in my_organizations()]
    return JsonResponse({"id": str(user.pk), "email": user.email, "name": user.full_name, "organizations": firms})
