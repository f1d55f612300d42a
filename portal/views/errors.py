from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control


def not_here(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """One page for every address that leads nowhere: it tells neither firms nor names, nor whether there ever was one."""
    response = render(request, "portal/not_here.html", status=404)
    patch_cache_control(response, private=True, no_store=True)
    return response
