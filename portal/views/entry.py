"""The pages before sign-in: a link or a code by mail, and the way out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import open_to_link_holders
from portal.addresses import masked
from portal.cookie import clear_cookie, set_cookie
from portal.deep_links import checked, target, with_next
from portal.forms import CodeForm
from portal.jobs import send_portal_code, send_portal_link
from portal.mail_limits import may_mail
from portal.middleware import PortalRequest
from portal.rendering import render_portal
from portal.sign_in import end_session, find_link, is_live, open_session, redeem_code, redeem_link

WRONG_CODE = gettext_lazy("This code is not right, or works no longer. Check the newest mail, or ask for a new code.")


@require_safe
@open_to_link_holders
def portal_entry(request: PortalRequest) -> HttpResponse:
    if request.contact_session:
        return redirect(target(request.GET.get("next", "")))
    context = {"next": checked(request.GET.get("next", "")), "address": masked(request.holder.email)}
    return render_portal(request, "portal/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_link_holders
def portal_link(request: PortalRequest, token: str) -> HttpResponse:
    """Mail scanners follow links, so looking at the page spends nothing: the button does."""
    if request.method == "POST" and (spent := redeem_link(request.holder, token)):
        return _signed_in(request, spent.next_path)
    link = find_link(request.holder, token)
    if request.contact_session:
        return redirect(target(link.next_path if link else ""))
    if request.method == "POST":
        # Of a double click this is the second answer: the first has set the cookie that lets the page go on.
        return redirect(request.path)
    if link and is_live(link):
        return render_portal(request, "portal/link.html")
    context = {"link": link, "next": link.next_path if link else "", "address": masked(request.holder.email)}
    return render_portal(request, "portal/link_closed.html", context, status=410)


@require_POST
@open_to_link_holders
def portal_link_request(request: PortalRequest) -> HttpResponse:
    next_path = checked(request.POST.get("next", ""))
    if may_mail(request.holder, "link"):
        send_portal_link.enqueue(contact_id=request.holder.pk, next_path=next_path)
    said = _("A link is on its way to %(address)s. It arrives within 5 minutes.")
    messages.success(request, said % {"address": masked(request.holder.email)})
    return redirect(with_next("portal_entry", next_path))


@require_POST
@open_to_link_holders
def portal_code_request(request: PortalRequest) -> HttpResponse:
    if may_mail(request.holder, "code"):
        send_portal_code.enqueue(contact_id=request.holder.pk)
    said = _("A code is on its way to %(address)s. It works for 10 minutes.")
    messages.success(request, said % {"address": masked(request.holder.email)})
    return redirect(with_next("portal_code", request.POST.get("next", "")))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_link_holders
def portal_code(request: PortalRequest) -> HttpResponse:
    next_path = checked(request.POST.get("next", request.GET.get("next", "")))
    if request.contact_session:
        return redirect(target(next_path))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if redeem_code(request.holder, form.cleaned_data["code"]):
            return _signed_in(request, next_path)
        form.add_error("code", WRONG_CODE)
    context = {"form": form, "next": next_path, "address": masked(request.holder.email)}
    return render_portal(request, "portal/code.html", context, status=422 if form.errors else 200)


@require_POST
@open_to_link_holders
def portal_sign_out(request: PortalRequest) -> HttpResponse:
    if request.contact_session:
        end_session(request.contact_session)
        messages.success(request, _("You are signed out on this device."))
    response = redirect("portal_entry")
    clear_cookie(response, request.holder)
    return response


def _signed_in(request: PortalRequest, next_path: str) -> HttpResponse:
    session, value = open_session(request.holder)
    response = redirect(target(next_path))
    set_cookie(response, session, value)
    return response
