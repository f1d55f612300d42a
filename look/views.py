from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from look import samples


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component as the pages print it. Shown in development, or where STYLEGUIDE is set."""
    if not (settings.DEBUG or getattr(settings, "STYLEGUIDE", False)):
        raise Http404
    return render(request, "styleguide.html", samples.context())
