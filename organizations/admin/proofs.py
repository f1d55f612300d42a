"""Whether the walls between firms hold, asked of the running installation."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST

from accounts.operator_admin import OperatorAdmin
from audit.isolation_proof import keep, prove
from audit.log import record_platform
from audit.models import IsolationProof
from organizations.models import Organization
from tenancy.context import all_tenants


@admin.register(IsolationProof)
class IsolationProofAdmin(OperatorAdmin):
    """When the walls were probed, and what failed. The button probes them now, in the two newest firms too."""

    list_display = ("created_at", "passed", "probes", "milliseconds")
    list_filter = ("passed",)
    ordering = ("-created_at",)
    fields = ("created_at", "user_id", "passed", "probes", "milliseconds", "failed")

    @admin.display(description="what failed")
    def failed(self, proof: IsolationProof) -> str:
        lines = [f"{probe['table']}: {probe['question']}. {probe['said']}" for probe in proof.failures]
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines)) or "Nothing"

    def get_urls(self) -> list[URLPattern]:
        probe = path("probe/", self.admin_site.admin_view(require_POST(self.probe)), name="audit_isolationproof_probe")
        return [probe, *super().get_urls()]

    def probe(self, request: HttpRequest) -> HttpResponse:
        with all_tenants(reason="operators probe the walls"):
            newest = list(Organization.objects.order_by("-created_at").values_list("pk", flat=True)[:2])
        proof = prove(newest)
        kept = keep(proof)
        record_platform("prove_isolation", "isolation_proofs", kept.pk, passed=kept.passed)
        if kept.passed:
            messages.success(request, f"{kept.probes} probes passed: the database keeps firms apart.")
        elif proof.failures:
            words = f"{len(proof.failures)} of {kept.probes} probes failed. Close the service and look."
            messages.error(request, words)
        else:
            messages.warning(request, f"{len(proof.unanswered)} of {kept.probes} probes got no answer. Probe again.")
        return redirect("admin:audit_isolationproof_change", kept.pk)
