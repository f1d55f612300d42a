"""A list made from a template, and a template made from a list: choose the lines, look, then make it."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clients.forms.request_template import ListFromTemplateForm, TemplateFromListForm
from clients.models import RequestList, RequestTemplate
from clients.request_templating import due_date, fill_list, fill_template, lines_of_list
from clients.template_lines import Line, Shipped, lines_of, words_for
from clients.views.request_list import preselected, visible_list
from clients.views.request_template import find_shipped
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def shipped_template_use(request: OrganizationRequest, shipped: str) -> HttpResponse:
    template = find_shipped(shipped)
    return _make(request, template, list(template.lines))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_template_use(request: OrganizationRequest, template_id: UUID) -> HttpResponse:
    template = get_object_or_404(RequestTemplate, pk=template_id)
    return _make(request, template, lines_of(template))


@transaction.atomic
def _make(request: OrganizationRequest, template: RequestTemplate | Shipped, lines: list[Line]) -> HttpResponse:
    """`preview` shows what would be made with what was typed, and makes nothing."""
    mine = RequestList.objects.visible_to(request.member)
    initial = {"client": preselected(request), "title": template.name, "prefix": template.prefix}
    form = ListFromTemplateForm(request.POST or None, lines=lines, member=request.member, initial=initial)
    if made := form.made_before(mine):
        return redirect(made)
    is_preview = "preview" in request.POST
    if form.is_valid() and not is_preview and (made := form.save_once(mine)):
        items = fill_list(made, form.taken(), starts_on=form.cleaned_data["starts_on"], by=request.member)
        messages.success(
            request, f"{len(items)} draft{'' if len(items) == 1 else 's'} made. Publish them when they are right."
        )
        return redirect(made)
    context = {"form": form, "template": template, "sections": _previewed(form, lines), "is_preview": is_preview}
    status = 200 if is_preview and not form.errors else form.error_status
    return render(request, "clients/request_template/use.html", context, status=status)


def _previewed(form: ListFromTemplateForm, lines: list[Line]) -> dict[str, list[dict]]:
    """The lines as they would read, in their sections."""
    typed = getattr(form, "cleaned_data", {}) if form.is_bound else {}
    words = words_for(client=str(typed.get("client") or "the client"), period=typed.get("period") or "the period")
    starts, last, chosen = typed.get("starts_on") or form.initial["starts_on"], typed.get("due_date"), form.chosen
    titles = {line.key: line.said(words)["title"] for line in lines}
    sections: dict[str, list[dict]] = {}
    for line in lines:
        said = line.said(words)
        row = {
            **said, "line": line, "due": due_date(line, starts, last), "is_chosen": line.key in chosen,
            "after": titles.get(line.after, ""),
        }  # fmt: skip
        sections.setdefault(said["category"] or "No section", []).append(row)
    return sections


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
@transaction.atomic
def request_list_template(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    """The firm's own template, made from the requests of a list."""
    request_list, rows = visible_list(request, list_id), RequestTemplate.objects.all()
    lines = lines_of_list(request_list)
    form = TemplateFromListForm(request.POST or None, lines=lines, request_list=request_list, member=request.member)
    if made := form.made_before(rows):
        return redirect(made)
    if form.is_valid() and (made := form.save_once(rows)):
        fill_template(made, form.taken())
        messages.success(request, "Template made. Take out what belongs to this client alone.")
        return redirect(made)
    context = {"form": form, "request_list": request_list, "lines": lines}
    return render(request, "clients/request_template/from_list.html", context, status=form.error_status)
