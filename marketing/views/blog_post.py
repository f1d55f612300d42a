from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from marketing.frame import absolute, draw
from marketing.markdown import to_html
from marketing.models import BlogPost
from marketing.public_page import needs_database, public_page

PAGE_SIZE = 10
BLOG_TITLE = "Month-end notes"
BLOG_SUMMARY = "On asking for documents, reviewing them and keeping them apart."


@needs_database
@public_page()
def blog_post_list(request: HttpRequest) -> HttpResponse:
    try:
        page = Paginator(BlogPost.objects.published().defer("body"), PAGE_SIZE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404("The blog has no such page.") from error
    address = reverse("blog_post_list")
    return draw(
        request,
        "marketing/blog_post/list.html",
        title=BLOG_TITLE,
        description=BLOG_SUMMARY,
        canonical=absolute(page_address(address, page.number)),
        posts=list(page),
        place=f"{page.start_index()} to {page.end_index()} of {page.paginator.count}",
        newer=page_address(address, page.number - 1) if page.has_previous() else "",
        older=page_address(address, page.number + 1) if page.has_next() else "",
    )


@needs_database
@public_page()
def blog_post_detail(request: HttpRequest, slug: str) -> HttpResponse:
    posts = BlogPost.objects.published()
    post = get_object_or_404(posts.select_related("cover").defer("cover__content"), slug=slug)
    return draw(
        request,
        "marketing/blog_post/detail.html",
        title=post.title,
        description=post.summary,
        og_type="article",
        cover_address=absolute(post.cover.get_absolute_url()) if post.cover else "",
        post=post,
        body=to_html(post.body),
        read_next=list(posts.exclude(pk=post.pk).only("slug", "title")[:2]),
    )


def page_address(address: str, number: int) -> str:
    return f"{address}?page={number}" if number > 1 else address
