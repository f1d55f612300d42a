"""What operators see of money: every invoice, and what Stripe told. They settle what was paid by transfer."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST

from accounts.operator_admin import OperatorAdmin
from audit.log import record_platform
from billing.amounts import money
from billing.invoicing import issuing
from billing.models import Invoice, StripeCustomer, StripeEvent
from billing.payment.jobs import replay
from organizations.admin import FirmRowAdmin
from tenancy.context import APP, surface, tenant

SETTLED = [(Invoice.Status.PAID, "Paid"), (Invoice.Status.VOID, "Void"), (Invoice.Status.UNCOLLECTIBLE, "Written off")]
SETTLING = (
    "Void takes the invoice back: seats that changed and credit of before, which had waited for it, stand on the next one. "
    "Written off ends the asking. With either, credits bought with it end."
)


class SettlingForm(forms.ModelForm):
    """What came of an open invoice that was issued here."""

    settled_as = forms.ChoiceField(choices=[("", "Still open"), *SETTLED], required=False, help_text=SETTLING)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("settled_as") and not (self.instance.is_manual and self.instance.is_open):
            self.add_error("settled_as", "Only open invoices that were issued here are settled here.")
        if found.get("settled_as") and not found.get("payment_note"):
            self.add_error("payment_note", "Note the bank’s reference, or why it is not to be paid.")
        return found


@admin.register(Invoice)
class InvoiceAdmin(FirmRowAdmin):
    form = SettlingForm
    hidden = ("recipient_tax_id",)
    list_display = ("number", "organization", "status", "source", "amount", "issued_at", "due_on", "paid_at")
    list_filter = ("status", "source", "currency")
    search_fields = ("number", "organization__name", "stripe_invoice_id", "payment_note")
    date_hierarchy = "issued_at"
    ordering = ("-issued_at", "-id")
    fields = (
        "organization", "number", "status", "source", "amount", "currency", "what_for", "period_start", "period_end",
        "issued_at", "due_on", "paid_at", "stripe_invoice_id", "settled_as", "payment_note",
    )  # fmt: skip
    editable = ("settled_as", "payment_note")

    @admin.display(description="with tax", ordering="total")
    def amount(self, invoice: Invoice) -> str:
        return money(invoice.total, invoice.currency)

    @admin.display(description="what for")
    def what_for(self, invoice: Invoice) -> str:
        lines = invoice.lines.order_by("position")
        shown = ((line.description, money(line.amount, invoice.currency)) for line in lines)
        return format_html_join("", "<p>{}: {}</p>", shown) or "–"

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """As the firm, in its own trail and with the operator's name: no other role may write there."""
        if not form.cleaned_data["settled_as"]:
            return
        with surface(APP), tenant(obj.organization_id, name=f"{request.user}, operator of Tickmark"):
            issuing.settle(obj.pk, form.cleaned_data["settled_as"], note=form.cleaned_data["payment_note"])
        record_platform("invoice_settled", "invoices", obj.pk, status=form.cleaned_data["settled_as"])

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Above the list: what has come in, and what has not yet."""
        return super().changelist_view(request, {"title": f"Invoices: {revenue()}", **(extra_context or {})})


def revenue() -> str:
    """Of all firms, by currency, before tax where it is paid and with tax where it is asked for."""
    rows = Invoice._base_manager.order_by("currency").values_list("currency")
    paid = dict(rows.filter(status="paid").annotate(sum=Sum("subtotal")))
    asked = dict(rows.filter(status="open").annotate(sum=Sum(models.F("total") - models.F("amount_paid"))))
    words = [f"{money(paid.get(each, 0), each)} paid before tax" for each in sorted(paid)]
    return ", ".join([*words, *(f"{money(asked[each], each)} open" for each in sorted(asked))]) or "none yet"


@admin.register(StripeCustomer)
class StripeCustomerAdmin(OperatorAdmin):
    list_display = fields = ("customer_id", "organization_id", "created_at")
    search_fields = ("customer_id", "organization_id")
    ordering = ("-created_at",)


@admin.register(StripeEvent)
class StripeEventAdmin(OperatorAdmin):
    """The log of what Stripe told. The button plays one again: what it is about is fetched anew, so nothing is doubled."""

    list_display = (
        "type",
        "event_id",
        "organization_id",
        "happened_at",
        "received_at",
        "processed_at",
        "attempts",
        "error",
    )
    list_filter = ("type", ("processed_at", admin.EmptyFieldListFilter))
    search_fields = ("event_id", "organization_id")
    ordering = ("-received_at", "-id")
    fields = (
        "event_id", "type", "organization_id", "happened_at", "received_at", "processed_at", "attempts", "error", "payload",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.play_again))
        return [path("<uuid:event_id>/replay/", view, name="billing_stripeevent_replay"), *super().get_urls()]

    def play_again(self, request: HttpRequest, event_id: Any) -> HttpResponse:
        event = StripeEvent.objects.filter(pk=event_id).first()
        if event is None or not replay([event]):
            messages.warning(request, "This event is about no firm: there is nothing to do.")
            return redirect("admin:billing_stripeevent_changelist")
        record_platform("stripe_event_replayed", "stripe_events", event.pk, event=event.event_id)
        messages.success(request, f"{event} is queued. Open it again in a moment to see what came of it.")
        return redirect("admin:billing_stripeevent_change", event.pk)
