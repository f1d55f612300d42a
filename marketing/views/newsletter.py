from datetime import timedelta

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from marketing import newsletter
from marketing.attempts import may_send
from marketing.form_page import form_page, sender
from marketing.forms import NewsletterForm
from marketing.frame import draw
from marketing.outage import Unreachable, database
from marketing.public_page import needs_database, public_page
from marketing.visit import kept

TOO_OFTEN = "That was often in a short time. Try again in an hour."
AWAY = "We could not keep this just now; nothing was sent. Try again in a minute."
A_DAY = timedelta(days=1)


@form_page("GET", "HEAD", "POST")
def newsletter_signup(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return form_shown(request, NewsletterForm())
    form = NewsletterForm(request.POST)
    if not form.is_valid():
        return form_shown(request, form, 422)
    if form.is_of_a_program:
        return redirect("newsletter_asked")
    email = form.cleaned_data["email"]
    try:
        with database():
            if not may_send("newsletter", sender(request), most=10):
                form.add_error(None, TOO_OFTEN)
                return form_shown(request, form, 429)
            if may_send("newsletter-to", email.lower(), most=3, within=A_DAY):
                newsletter.sign_up(email, page=page_of(request))
    except Unreachable:
        form.add_error(None, AWAY)
        return form_shown(request, form, 503)
    return redirect("newsletter_asked")


def page_of(request: HttpRequest) -> str:
    """Whose form was sent. The address of a preview is a secret, and kept nowhere."""
    page = request.headers.get("Referer", "")
    return "" if "/preview/" in page else kept(page, 300)


def form_shown(request: HttpRequest, form: NewsletterForm, status: int = 200) -> HttpResponse:
    return draw(
        request, "marketing/newsletter/form.html", title="Month-end notes", canonical="", form=form, status=status
    )


@public_page(counted=False, stands_alone=True)
def newsletter_asked(request: HttpRequest) -> HttpResponse:
    """The same for every address: nobody learns here who is on the list."""
    return message(
        request,
        "Look into your mailbox",
        "We have sent a link. It works for seven days; the letter comes once you have confirmed it.",
    )


@needs_database
@form_page("GET", "HEAD", "POST")
def newsletter_confirmation(request: HttpRequest, token: str) -> HttpResponse:
    try:
        signup = newsletter.signup_of(token, newsletter.CONFIRMING)
    except BadSignature:
        signup = None
    if signup is None:
        return no_longer(request)
    if request.method == "POST":
        return redirect("newsletter_confirmed") if newsletter.confirm(signup) else no_longer(request)
    return draw(
        request, "marketing/newsletter/confirm.html", title="Confirm your address", canonical="", email=signup.email
    )


def no_longer(request: HttpRequest) -> HttpResponse:
    return message(
        request, "This link no longer works", "It works for seven days. Ask for the letter again below.", status=410
    )


@public_page(counted=False, stands_alone=True)
def newsletter_confirmed(request: HttpRequest) -> HttpResponse:
    return message(
        request,
        "You are on the list",
        "The next letter comes at the end of the month. Every letter has a link to leave.",
    )


@needs_database
@form_page("GET", "HEAD", "POST", from_anywhere=True)
def newsletter_leaving(request: HttpRequest, token: str) -> HttpResponse:
    try:
        signup = newsletter.signup_of(token, newsletter.LEAVING)
    except BadSignature:
        return message(
            request, "This link is not whole", "Copy it once more out of the letter, to its last sign.", status=404
        )
    if signup is None:
        return message(
            request, "You are not on the list", "Should a letter come all the same, use the link in that one."
        )
    if request.method == "POST":
        newsletter.leave(signup)
        return message(request, "You have left", "No more letters come to this address.")
    return draw(request, "marketing/newsletter/leave.html", title="Leave the list", canonical="", email=signup.email)


def message(request: HttpRequest, title: str, words: str, status: int = 200) -> HttpResponse:
    return draw(request, "marketing/message.html", title=title, canonical="", words=words, status=status)
