"""Background jobs: what waits, runs and failed; failed ones are begun again, waiting ones called off."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ShowFacets
from django.db import connections, models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from accounts.operator_admin import OperatorAdmin, firm_link
from audit.log import record_platform
from tenancy.context import APP, alias_for, surface

RETRY = "SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)"
CANCEL = "SELECT procrastinate_cancel_job_v1(%s, false, false)"


class JobEventInline(admin.TabularInline):
    model = ProcrastinateEvent
    fields = readonly_fields = ("type", "at")
    can_delete = False
    ordering = ("at",)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(ProcrastinateJob)
class JobAdmin(OperatorAdmin):
    """Its arguments are ids. The application's role does what an operator wishes: the queue is its own."""

    list_display = ("id", "task_name", "status", "firm", "attempts", "scheduled_at")
    list_filter = ("status", "queue_name", "task_name")
    show_facets = ShowFacets.NEVER
    search_fields = ("task_name", "args__organization_id")
    search_help_text = "A task, or the id of a firm"
    ordering = ("-id",)
    fields = ("id", "task_name", "args", "status", "queue_name", "priority", "lock", "attempts", "scheduled_at")
    inlines = (JobEventInline,)
    actions = ("retry_chosen", "cancel_chosen")

    @admin.display(description="firm")
    def firm(self, job: ProcrastinateJob) -> str:
        return firm_link(job.args.get("organization_id"))

    @admin.action(description="Begin failed jobs again", permissions=["view"])
    def retry_chosen(self, request: HttpRequest, jobs: QuerySet[Any]) -> None:
        self._each(request, jobs, "failed", RETRY, "begun again")

    @admin.action(description="Call off waiting jobs", permissions=["view"])
    def cancel_chosen(self, request: HttpRequest, jobs: QuerySet[Any]) -> None:
        self._each(request, jobs, "todo", CANCEL, "called off")

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("<int:job_id>/retry/", guarded(require_POST(self.retry)), name="procrastinate_procrastinatejob_retry"),
            path(
                "<int:job_id>/cancel/", guarded(require_POST(self.cancel)), name="procrastinate_procrastinatejob_cancel"
            ),
            *super().get_urls(),
        ]

    def retry(self, request: HttpRequest, job_id: int) -> HttpResponse:
        return self._one(request, job_id, self.retry_chosen)

    def cancel(self, request: HttpRequest, job_id: int) -> HttpResponse:
        return self._one(request, job_id, self.cancel_chosen)

    def _one(self, request: HttpRequest, job_id: int, act: Any) -> HttpResponse:
        job = get_object_or_404(ProcrastinateJob, pk=job_id)
        act(request, ProcrastinateJob.objects.filter(pk=job.pk))
        return redirect("admin:procrastinate_procrastinatejob_change", job_id)

    def _each(self, request: HttpRequest, jobs: QuerySet[Any], status: str, statement: str, done: str) -> None:
        chosen = list(jobs.filter(status=status).values_list("pk", "task_name")[:1000])
        for job_id, task in chosen:
            with surface(APP), connections[alias_for(APP)].cursor() as cursor:
                cursor.execute(statement, [job_id, timezone.now()] if statement == RETRY else [job_id])
            record_platform(f"job {done}", "procrastinate_jobs", job=job_id, task=task)
        if chosen:
            messages.success(request, f"{len(chosen)} job{'s' if len(chosen) != 1 else ''} {done}.")
        else:
            messages.warning(
                request, f"Nothing was {done}: none of them is {'failed' if status == 'failed' else 'waiting'}."
            )
