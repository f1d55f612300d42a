from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from marketing.frame import absolute, draw
from marketing.markdown import to_html
from marketing.models import BlogAuthor, BlogPost
from marketing.pictures_in_text import drawn, with_cover
from marketing.public_page import needs_database, public_page
from marketing.texts import moved
from marketing.words import BLOG_SUMMARY, BLOG_TITLE

PAGE_SIZE = 10


@needs_database
@public_page()
def blog_post_list(request: HttpRequest) -> HttpResponse:
    posts = BlogPost.objects.published()
    return post_list(request, posts, reverse("blog_post_list"), title=BLOG_TITLE, description=BLOG_SUMMARY)


@needs_database
@public_page()
def blog_tag(request: HttpRequest, tag: str) -> HttpResponse:
    posts = BlogPost.objects.published().filter(tags__contains=[tag])
    label = tag_label(tag)
    summary = f"What we have written about {label.lower()}."
    return post_list(
        request, posts, reverse("blog_tag", args=[tag]), title=label, description=summary, needs_posts=True
    )


@needs_database
@public_page()
def blog_author(request: HttpRequest, slug: str) -> HttpResponse:
    author = BlogAuthor.objects.filter(slug=slug).first()
    if author is None:
        return moved(BlogAuthor.objects.all(), slug)
    return post_list(
        request,
        BlogPost.objects.published().filter(author_name=author.name),
        author.get_absolute_url(),
        title=author.name,
        description=author.role or f"What {author.name} has written.",
        about=to_html(author.about),
    )


def post_list(
    request: HttpRequest, posts: Any, address: str, *, needs_posts: bool = False, **context: Any
) -> HttpResponse:
    try:
        page = Paginator(posts.defer("body"), PAGE_SIZE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404("The blog has no such page.") from error
    if needs_posts and not page.object_list:
        raise Http404("Nothing is written about that.")
    return draw(
        request,
        "marketing/blog_post/list.html",
        og_slug="blog",
        og_title=BLOG_TITLE,
        canonical=absolute(page_address(address, page.number)),
        posts=list(page),
        place=f"{page.start_index()} to {page.end_index()} of {page.paginator.count}",
        newer=page_address(address, page.number - 1) if page.has_previous() else "",
        older=page_address(address, page.number + 1) if page.has_next() else "",
        **context,
    )


@needs_database
@public_page()
def blog_post_detail(request: HttpRequest, slug: str) -> HttpResponse:
    post = with_cover(BlogPost).filter(slug=slug).first()
    return blog_post_page(request, post) if post else moved(BlogPost.objects.published(), slug)


def blog_post_page(request: HttpRequest, post: BlogPost) -> HttpResponse:
    others = BlogPost.objects.published().exclude(pk=post.pk)
    return draw(
        request,
        "marketing/blog_post/detail.html",
        title=post.title,
        description=post.summary,
        og_type="article",
        og_kind="blog",
        og_slug=post.slug,
        post=post,
        cover=post.cover,
        author=BlogAuthor.objects.filter(name=post.author_name).first(),
        tags=[{"label": tag_label(tag), "url": reverse("blog_tag", args=[tag])} for tag in post.tags],
        body=drawn(post.body),
        read_next=list(others.only("slug", "title")[:2]),
        schema={
            "@type": "BlogPosting",
            "headline": post.title,
            "description": post.summary,
            "author": {"@type": "Person", "name": post.author_name},
            "datePublished": post.published_at.isoformat() if post.published_at else None,
            "dateModified": post.updated_at.isoformat(),
        },
    )


def tag_label(tag: str) -> str:
    return tag.replace("-", " ").capitalize()


def page_address(address: str, number: int) -> str:
    return f"{address}?page={number}" if number > 1 else address
