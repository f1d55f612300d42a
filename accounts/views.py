"""allauth's pages where they need more than other words."""

from allauth.account import views
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from tenancy.context import alias_for, current


class EmailView(views.EmailView):
    def _action_primary(self, request: HttpRequest) -> HttpResponse | None:
        """Somebody who never confirmed it may have signed up with this address; then it names their account."""
        try:
            with transaction.atomic(using=alias_for(current().surface)):
                return super()._action_primary(request)
        except IntegrityError:
            messages.error(request, "This address cannot be your main one. Nothing was changed.")
            return None
