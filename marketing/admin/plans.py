from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path

from marketing import offers
from marketing.admin.newsletter import ReadOnlyAdmin
from marketing.models import PlanOffer


@admin.register(PlanOffer)
class PlanOfferAdmin(ReadOnlyAdmin):
    """What the pricing page shows: a copy, made anew by the button above the list."""

    list_display = ["name", "code", "a_month", "a_year", "updated_at"]
    change_list_template = "admin/marketing/planoffer/change_list.html"

    @admin.display(description="A seat for a month")
    def a_month(self, offer: PlanOffer) -> str:
        return offers.money(offer.price_month, offer.currency)

    @admin.display(description="A seat for a year")
    def a_year(self, offer: PlanOffer) -> str:
        return offers.money(offer.price_year, offer.currency)

    def has_delete_permission(self, request: HttpRequest, obj: PlanOffer | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        refresh = self.admin_site.admin_view(self.refresh_view)
        return [path("refresh/", refresh, name="marketing_planoffer_refresh"), *super().get_urls()]

    def refresh_view(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = offers.refresh()
        self.on_record("plans_shown", plans=number)
        messages.success(
            request, f"The pricing page shows {number} plan{'' if number == 1 else 's'} as they are sold now."
        )
        return redirect("admin:marketing_planoffer_changelist")
