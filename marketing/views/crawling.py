"""What programs read: the feed, the map of the site, and which paths are not for them."""

from django.contrib.sitemaps.views import sitemap as draw_sitemap
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from marketing.feeds import LatestPosts
from marketing.frame import absolute
from marketing.public_page import needs_database, public_page
from marketing.sitemaps import SITEMAPS


@needs_database
@public_page(counted=False)
def blog_feed(request: HttpRequest) -> HttpResponse:
    return LatestPosts()(request)


@needs_database
@public_page(counted=False)
def sitemap(request: HttpRequest) -> HttpResponse:
    return draw_sitemap(request, SITEMAPS).render()  # now: it is kept


@public_page(counted=False, stands_alone=True)
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "marketing/robots.txt", {"sitemap": absolute(reverse("sitemap"))}, content_type="text/plain")
