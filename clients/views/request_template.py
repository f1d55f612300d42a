"""Templates: those that come with the product, the firm's own, and the items of one."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms.request_template import RequestTemplateForm, RequestTemplateItemForm
from clients.forms.row_form import locked
from clients.models import RequestTemplate, RequestTemplateItem
from clients.request_templating import copy_shipped
from clients.template_lines import Shipped, lines_of, shipped_template, shipped_templates
from clients.views.row_page import row_page
from look.paging import keyset_page
from organizations.access import needs_plan, requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

STEPS = {"up": -1, "down": 1}


@require_safe
@requires(Permission.VIEW_REQUESTS)
def request_template_index(request: OrganizationRequest) -> HttpResponse:
    own = RequestTemplate.objects.annotate(item_count=Count("items")).select_related("created_by")
    page = keyset_page(own, ("name", "id"), request.GET)
    trashed = RequestTemplate.with_deleted.exclude(deleted_at=None).order_by("-deleted_at", "-id")[:20]
    context = {"page": page, "shipped": shipped_templates(), "trashed": trashed}
    return render(request, "clients/request_template/index.html", context)


@require_safe
@requires(Permission.VIEW_REQUESTS)
def shipped_template_detail(request: OrganizationRequest, shipped: str) -> HttpResponse:
    template = find_shipped(shipped)
    context = {"template": template, "lines": template.lines, "shipped": template}
    return render(request, "clients/request_template/detail.html", context)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
@transaction.atomic
@needs_plan("templates")
def shipped_template_copy(request: OrganizationRequest, shipped: str) -> HttpResponse:
    """The firm's own copy, to change. Pressed twice it makes a second one, under a name that is free."""
    copy = copy_shipped(find_shipped(shipped), by=request.member)
    messages.success(request, f"“{copy.name}” is the firm’s own now: change it as you like.")
    return redirect(copy)


def find_shipped(key: str) -> Shipped:
    if template := shipped_template(key):
        return template
    raise Http404("No such template comes with the product.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
@needs_plan("templates")
def request_template_create(request: OrganizationRequest) -> HttpResponse:
    return _form(request, RequestTemplate())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
@needs_plan("templates")
def request_template_update(request: OrganizationRequest, template_id: UUID) -> HttpResponse:
    rows = RequestTemplate.objects.all()
    return _form(request, get_object_or_404(locked(rows) if request.POST else rows, pk=template_id))


def _form(request: OrganizationRequest, template: RequestTemplate) -> HttpResponse:
    context = {"name": template.name, "template": None if template._state.adding else template}
    form = RequestTemplateForm(request.POST or None, instance=template, member=request.member)
    page = "clients/request_template/form.html"
    return row_page(request, form, RequestTemplate.objects.all(), page, said="Template saved", **context)


@require_safe
@requires(Permission.VIEW_REQUESTS)
def request_template_detail(request: OrganizationRequest, template_id: UUID) -> HttpResponse:
    template = get_object_or_404(RequestTemplate, pk=template_id)
    return render(request, "clients/request_template/detail.html", {"template": template, "lines": lines_of(template)})


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_template_removal(request: OrganizationRequest, template_id: UUID) -> HttpResponse:
    template = get_object_or_404(RequestTemplate, pk=template_id)
    RequestTemplate.objects.filter(pk=template.pk).update(deleted_at=timezone.now())
    messages.success(request, f"“{template.name}” moved to the trash. Lists made from it stay.")
    return redirect("request_template_index")


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_template_restoration(request: OrganizationRequest, template_id: UUID) -> HttpResponse:
    template = get_object_or_404(RequestTemplate.with_deleted.select_for_update(), pk=template_id)
    if RequestTemplate.objects.filter(name=template.name).exclude(pk=template.pk).exists():
        messages.error(request, f"Another template is called “{template.name}”. Rename that one first.")
        return redirect("request_template_index")
    RequestTemplate.with_deleted.filter(pk=template.pk).update(deleted_at=None)
    messages.success(request, f"“{template.name}” restored")
    return redirect(template)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
@needs_plan("templates")
def request_template_item_create(request: OrganizationRequest, template_id: UUID) -> HttpResponse:
    template = get_object_or_404(RequestTemplate, pk=template_id)
    return _item_form(request, template, RequestTemplateItem())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
@needs_plan("templates")
def request_template_item_update(request: OrganizationRequest, item_id: UUID) -> HttpResponse:
    item = _item(item_id)
    return _item_form(request, item.template, item)


def _item_form(request: OrganizationRequest, template: RequestTemplate, item: RequestTemplateItem) -> HttpResponse:
    is_new = item._state.adding
    initial = {"category": request.GET.get("section", "")[:200]} if is_new else {}
    form = RequestTemplateItemForm(request.POST or None, instance=item, template=template, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, "Request saved")
        return redirect(template)
    sections = template.items.exclude(category="").order_by("category").values_list("category", flat=True).distinct()
    context = {"form": form, "template": template, "item": None if is_new else item, "sections": sections}
    return render(request, "clients/request_template/item_form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_template_item_removal(request: OrganizationRequest, item_id: UUID) -> HttpResponse:
    item = _item(item_id)
    item.delete()
    messages.success(request, "Request removed from the template")
    return redirect(item.template)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
@transaction.atomic
def request_template_item_move(request: OrganizationRequest, item_id: UUID) -> HttpResponse:
    """One place up or down within its section."""
    item = _item(item_id)
    RequestTemplate.objects.select_for_update().get(pk=item.template_id)
    beside: QuerySet[RequestTemplateItem] = item.template.items.filter(category=item.category)
    items = list(beside.order_by("position", "id"))
    at = next(at for at, found in enumerate(items) if found.pk == item.pk)
    to = at + STEPS.get(request.POST.get("to", ""), 0)
    if to != at and 0 <= to < len(items):
        items[at].position, items[to].position = items[to].position, items[at].position
        RequestTemplateItem.objects.bulk_update([items[at], items[to]], ["position"])
    return redirect(f"{item.template.get_absolute_url()}#i-{item.pk}")


def _item(item_id: UUID) -> RequestTemplateItem:
    rows = RequestTemplateItem.objects.filter(template__deleted_at=None).select_related("template")
    return get_object_or_404(rows, pk=item_id)
