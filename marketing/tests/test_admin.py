"""Operators edit the site in Django's admin: rows go to the marketing database, the record of it to the application's."""

import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import ExifTags, Image

from marketing.models import BlogAuthor, BlogPost, CmsMedia, CmsPage, TextRevision
from marketing.models import Testimonial as Said
from tenancy.context import OPERATOR, surface

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])
POST = {
    "title": "New",
    "slug": "new",
    "summary": "S",
    "topic": "",
    "author_name": "Ida",
    "body": "B",
    "status": "draft",
}
NO_DATE = {"published_at_0": "", "published_at_1": ""}


@pytest.fixture
def operator(cast, sign_in):
    return sign_in(cast.operator)


def admin_url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def png(size=(40, 30), kind="PNG"):
    target = io.BytesIO()
    Image.new("RGB", size, "green").save(target, kind)
    return target.getvalue()


def add_picture(operator, content, name="ledger.png", **fields):
    values = {"name": "Ledger", "alt": "A page of a ledger", "file": SimpleUploadedFile(name, content), **fields}
    return operator.post(admin_url(CmsMedia, "add"), values)


def test_a_post_is_written_published_changed_and_deleted(operator, client, cast):
    assert operator.post(admin_url(BlogPost, "add"), POST | NO_DATE).status_code == 302
    post = BlogPost.objects.get(slug="new")
    assert post.published_at is None
    change = admin_url(BlogPost, "change", post.pk)
    assert operator.post(change, POST | NO_DATE | {"status": "published"}).status_code == 302
    assert client.get("/blog/new/").status_code == 200
    assert operator.post(change, POST | {"published_at_0": "2026-01-01", "published_at_1": "09:00"}).status_code == 302
    assert client.get("/blog/new/").status_code == 404
    assert operator.post(admin_url(BlogPost, "delete", post.pk), {"post": "yes"}).status_code == 302
    assert not BlogPost.objects.exists()
    with surface(OPERATOR):
        logged = LogEntry.objects.filter(object_id=str(post.pk), user_id=cast.operator.pk)
        assert sorted(logged.values_list("action_flag", flat=True)) == [1, 2, 2, 3]


def test_the_history_of_a_post_names_the_operator(operator, cast):
    operator.post(admin_url(BlogPost, "add"), POST | NO_DATE)
    page = operator.get(admin_url(BlogPost, "history", BlogPost.objects.get().pk))
    assert cast.operator.email in page.content.decode()


@pytest.mark.parametrize("model", [BlogPost, CmsMedia, CmsPage, Said], ids=lambda model: model.__name__)
def test_every_list_and_form_opens(operator, model, make_post, page):
    make_post()
    assert operator.get(admin_url(model, "changelist"), {"q": "a"}).status_code == 200
    assert operator.get(admin_url(model, "add")).status_code == 200


def test_a_published_post_can_be_opened_from_its_form(operator, make_post, draft):
    post = make_post()
    link = '<a href="http://localhost:8000/blog/{}/" class="viewsitelink">'
    assert link.format(post.slug) in operator.get(admin_url(BlogPost, "change", post.pk)).content.decode()
    assert "viewsitelink" not in operator.get(admin_url(BlogPost, "change", draft.pk)).content.decode()
    wrong = POST | NO_DATE | {"title": "", "slug": "elsewhere", "status": "published", "published_at_0": "2026-01-01"}
    refused = operator.post(admin_url(BlogPost, "change", draft.pk), wrong | {"published_at_1": "09:00"}).text
    assert "errorlist" in refused and "viewsitelink" not in refused and "No: it is a draft" in refused
    refused = operator.post(admin_url(BlogPost, "change", post.pk), wrong | {"published_at_1": "09:00"}).text
    assert "errorlist" in refused and link.format(post.slug) in refused, "Where it still is."


def test_rows_of_the_site_never_reach_the_applications_database(operator):
    with CaptureQueriesContext(connection) as queries:
        operator.post(admin_url(BlogPost, "add"), POST | NO_DATE)
    assert BlogPost.objects.count() == 1
    assert not [query for query in queries.captured_queries if 'INTO "blog_posts"' in query["sql"]]


def test_people_of_firms_edit_nothing(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    assert browser.post(admin_url(BlogPost, "add"), POST | NO_DATE, follow=True).status_code == 403
    assert not BlogPost.objects.exists()


def test_a_picture_is_served_from_the_database_and_covers_a_post(operator, client, make_post):
    assert add_picture(operator, png(), name="ledger.exe").status_code == 302
    picture = CmsMedia.objects.get()
    assert (picture.content_type, picture.width, picture.height) == ("image/png", 40, 30)
    make_post(cover=picture)
    page = client.get("/blog/ask-for-the-thing/").content.decode()
    assert f'src="{picture.get_absolute_url()}" alt="A page of a ledger"' in page
    assert 'og:image" content="http://localhost:8000/og/blog/ask-for-the-thing.png?v=' in page
    answer = client.get(picture.get_absolute_url())
    assert answer.content == png()
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"GIF89a",
        b"%PDF-1.4",
        b"",
        png()[:40],
        png(kind="BMP"),
        png((400, 300), "JPEG")[:900],
    ],
    ids=["svg", "gif", "pdf", "empty", "half", "bmp", "half a JPEG"],
)
def test_what_is_no_picture_is_refused(operator, content):
    assert "errorlist" in add_picture(operator, content).content.decode()
    assert not CmsMedia.objects.exists()


def test_a_picture_too_large_is_refused(operator):
    assert "larger than 2 MB" in add_picture(operator, png() + b"x" * 2 * 1024 * 1024).content.decode()


def test_a_picture_needs_its_description_and_keeps_its_bytes(operator):
    assert "errorlist" in add_picture(operator, png(), alt=" ").content.decode()
    add_picture(operator, png())
    picture = CmsMedia.objects.get()
    change = admin_url(CmsMedia, "change", picture.pk)
    assert 'type="file"' not in operator.get(change).content.decode()
    values = {"name": "Ledger", "alt": "Another sentence", "file": SimpleUploadedFile("x.png", png((1, 1)))}
    assert operator.post(change, values).status_code == 302
    picture.refresh_from_db()
    assert (picture.alt, bytes(picture.content)) == ("Another sentence", png())


@pytest.mark.parametrize("place", ["cover", "body"])
def test_a_picture_in_use_is_not_deleted(operator, make_post, place):
    add_picture(operator, png())
    picture = CmsMedia.objects.get()
    post = make_post(**{place: picture if place == "cover" else f"![A page of a ledger]({picture.get_absolute_url()})"})
    delete = admin_url(CmsMedia, "delete", picture.pk)
    assert post.title in operator.post(delete, {"post": "yes"}).content.decode()
    listed = {"action": "delete_selected", "_selected_action": [picture.pk], "post": "yes"}
    operator.post(admin_url(CmsMedia, "changelist"), listed)
    assert CmsMedia.objects.filter(pk=picture.pk).exists()
    post.delete()
    assert operator.post(delete, {"post": "yes"}).status_code == 302
    assert not CmsMedia.objects.exists()


def test_of_a_phones_picture_only_what_it_shows_is_kept_upright(operator):
    target, taken = io.BytesIO(), Image.Exif()
    taken[ExifTags.Base.Orientation], taken[ExifTags.Base.Artist] = 6, "Ida Wright"
    taken.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    held = Image.new("RGB", (1000, 500), "green")
    held.paste("red", (0, 0, 500, 500))
    held.save(target, "JPEG", exif=taken, comment=b"of Ida", xmp=b"<x>of Ida</x>", icc_profile=b"colours", quality=60)
    assert b"Exif" in target.getvalue()
    add_picture(operator, target.getvalue())
    picture = CmsMedia.objects.get()
    kept = bytes(picture.content)
    assert (picture.width, picture.height) == (500, 1000)
    assert b"Exif" not in kept and b"Ida" not in kept, "Neither where it was taken nor by whom."
    shown = Image.open(io.BytesIO(kept))
    assert (shown.size, shown.info["icc_profile"]) == ((500, 1000), b"colours")
    assert shown.getpixel((250, 100))[0] > 200 > 60 > shown.getpixel((250, 900))[0], "As browsers turned it."
    assert len(kept) < 2 * len(target.getvalue())
    assert [(one.width, one.height) for one in picture.renditions.all()] == [(480, 960)]
    form = operator.get(admin_url(CmsMedia, "change", picture.pk)).content.decode()
    assert 'src="data:image/webp;base64,' in form, "The site may be a process of its own, under another name."


def test_older_pictures_are_stripped_once(capsys):
    target, taken = io.BytesIO(), Image.Exif()
    taken[ExifTags.Base.Orientation], taken[ExifTags.Base.Artist] = 6, "Ida Wright"
    Image.new("RGB", (1000, 500), "green").save(target, "JPEG", exif=taken, icc_profile=b"colours")
    values = {"alt": "A field", "content_type": "image/jpeg", "width": 1000, "height": 500}
    before = CmsMedia.objects.create(name="Before", content=target.getvalue(), **values)
    CmsMedia.objects.create(name="Plain", **values | {"content": png(), "content_type": "image/png"})
    for changed in (1, 0):
        call_command("strip_pictures")
        assert f"{changed} pictures" in capsys.readouterr().out
    before.refresh_from_db()
    assert (before.width, before.height) == (500, 1000) and b"Ida" not in bytes(before.content)
    assert Image.open(io.BytesIO(bytes(before.content))).info["icc_profile"] == b"colours"


def test_addresses_that_would_be_two_or_none_are_refused_beside_their_field(operator, client):
    add = admin_url(BlogAuthor, "add")
    assert operator.post(add, {"name": "Ida Wright", "role": "", "about": ""}).status_code == 302
    for name, words in (("Ida-Wright", "Another author’s page has the address"), ("李", "Write it in Latin letters")):
        assert words in operator.post(add, {"name": name, "role": "", "about": ""}).content.decode()
    pictures = {"name": "Ben", "role": "", "about": "![](/media/x/)"}
    assert "A picture has no description" in operator.post(add, pictures).content.decode()
    assert BlogAuthor.objects.count() == 1
    ida, add = BlogAuthor.objects.get(), admin_url(BlogPost, "add")
    operator.post(add, POST | NO_DATE | {"author_name": "Ida Wright", "status": "published"})
    operator.post(admin_url(BlogAuthor, "change", ida.pk), {"name": "Ida Stone", "role": "", "about": ""})
    assert client.get("/blog/authors/ida-wright/")["Location"] == "/blog/authors/ida-stone/"
    assert "/blog/new/" in client.get("/blog/authors/ida-stone/").content.decode(), "Their posts bear the new name."
    post = BlogPost.objects.get()
    past = list(TextRevision.objects.filter(text_id=post.pk).values_list("values__author_name", "editor"))
    assert past == [("Ida Stone", "operator@tickmark.example"), ("Ida Wright", "operator@tickmark.example")]
    operator.post(reverse("admin:marketing_blogpost_revision", args=[post.pk, 1]))
    assert BlogPost.objects.get().author_name == "Ida Stone", "Who wrote it is called that today."
    feed = operator.post(admin_url(BlogPost, "add"), POST | NO_DATE | {"slug": "feed"})
    assert "The feed has this address" in feed.content.decode()
