from django.http import HttpRequest, HttpResponse

from marketing.frame import draw


def not_found(request: HttpRequest) -> HttpResponse:
    """Asks no database: Django draws it in a thread that would never give its connection back."""
    return draw(
        request, "marketing/not_found.html", title="Nothing is filed here", canonical="", alone=True, status=404
    )
