"""The firm's tags: how many clients carry each, renaming, merging, removing."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import tags
from clients.forms.client_more import TagForm, TagMergeForm
from clients.models import ClientTag
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_safe
@requires(Permission.VIEW_CLIENTS)
def client_tags(request: OrganizationRequest) -> HttpResponse:
    return render(request, "clients/client_tag/list.html", {"tags": tags.with_counts(request.member)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def client_tag_update(request: OrganizationRequest, tag_id: UUID) -> HttpResponse:
    """Rename it for every client; the same page offers merging and removing."""
    tag = get_object_or_404(tags.with_counts(request.member), pk=tag_id)
    name = tag.name
    form = TagForm(request.POST if request.method == "POST" else None, instance=tag)
    if form.is_valid() and _saved(form):
        messages.success(request, f"“{name}” is “{tag.name}” now")
        return redirect("client_tags")
    context = {"tag": tag, "name": name, "form": form, "merge_form": TagMergeForm(tag=tag)}
    return render(request, "clients/client_tag/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_tag_merging(request: OrganizationRequest, tag_id: UUID) -> HttpResponse:
    tag = get_object_or_404(tags.with_counts(request.member), pk=tag_id)
    form = TagMergeForm(request.POST, tag=tag)
    if not form.is_valid():
        context = {"tag": tag, "name": tag.name, "form": TagForm(instance=tag), "merge_form": form}
        return render(request, "clients/client_tag/form.html", context, status=422)
    into = form.cleaned_data["into"]
    tags.merge(tag, into=into)
    messages.success(request, f"“{tag.name}” went into “{into.name}”")
    return redirect("client_tags")


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_tag_removal(request: OrganizationRequest, tag_id: UUID) -> HttpResponse:
    tag = get_object_or_404(ClientTag, pk=tag_id)
    tag.delete()
    messages.success(request, f"Tag “{tag.name}” removed from all clients")
    return redirect("client_tags")


def _saved(form: TagForm) -> bool:
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error("name", "The firm has a tag of this name.")
        return False
    return True
