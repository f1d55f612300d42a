from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from marketing.attempts import may_send
from marketing.form_page import form_page, sender
from marketing.forms import ContactForm
from marketing.frame import draw
from marketing.mails import DATABASE, write_mail
from marketing.models import ContactMessage
from marketing.outage import Unreachable, database
from marketing.public_page import public_page
from marketing.views.newsletter import AWAY, TOO_OFTEN, message
from marketing.words import CONTACT_SUMMARY, CONTACT_TITLE


@public_page(stands_alone=True)
def contact(request: HttpRequest) -> HttpResponse:
    return draw(
        request, "marketing/contact.html", title=CONTACT_TITLE, description=CONTACT_SUMMARY, og_slug="contact",
        form=ContactForm(),
    )  # fmt: skip


@form_page("GET", "HEAD", "POST")
def contact_message(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":  # the address of a form with errors, opened again
        return redirect("contact")
    form = ContactForm(request.POST)
    if not form.is_valid():
        return form_again(request, form, 422)
    if form.is_of_a_program:
        return redirect("contact_sent")
    try:
        with database():
            if not may_send("contact", sender(request), most=5):
                form.add_error(None, TOO_OFTEN)
                return form_again(request, form, 429)
            keep(form)
    except Unreachable:
        form.add_error(None, AWAY)
        return form_again(request, form, 503)
    return redirect("contact_sent")


def keep(form: ContactForm) -> None:
    """In the inbox of the operators, and by mail to whoever answers."""
    with transaction.atomic(DATABASE):
        kept: ContactMessage = form.save()
        write_mail(
            "contact", to=settings.CONTACT_MAIL, subject=f"{kept.get_topic_display()}: {kept.name}",
            headers={"Reply-To": kept.email}, message=kept,
        )  # fmt: skip


def form_again(request: HttpRequest, form: ContactForm, status: int) -> HttpResponse:
    return draw(
        request,
        "marketing/contact.html",
        title=CONTACT_TITLE,
        description=CONTACT_SUMMARY,
        canonical="",
        form=form,
        status=status,
    )


@public_page(counted=False, stands_alone=True)
def contact_sent(request: HttpRequest) -> HttpResponse:
    return message(request, "Your message has arrived", "A person reads it and answers by mail.")
