from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marketing.admin.newsletter import ReadOnlyAdmin
from marketing.models import PageViewCount
from marketing.rollups import roll_up
from marketing.traffic import RANGES, traffic


@admin.register(PageViewCount)
class PageViewCountAdmin(ReadOnlyAdmin):
    """Not a list of rows: the pages people look at, drawn."""

    def has_delete_permission(self, request: HttpRequest, obj: PageViewCount | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        roll_up()
        asked = request.GET.get("days", "")
        days = int(asked) if asked in map(str, RANGES) else 30
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": "Visits to the site",
            "ranges": RANGES, "days": days, **traffic(days),
        }  # fmt: skip
        return render(request, "admin/marketing/traffic.html", context)
