"""The site needs its own database and nothing else; and it says something when even that is gone."""

import time

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.errors import AdminShutdown
from uuid_utils.compat import uuid7

from marketing import outage
from marketing.models import BlogPost, CmsMedia, CmsPage
from marketing.models import Testimonial as Said
from marketing.seeds import HOME_WORDS, POSTS, seed_marketing
from tenancy.cache import platform_drop

both = pytest.mark.django_db(databases=["default", "marketing"])
alone = pytest.mark.django_db(databases=["marketing"])
PAGES = ["/", "/blog/", "/blog/ask-for-the-thing/", "/pages/privacy/", "/blog/feed/", "/sitemap.xml", "/robots.txt"]
TABLES = [BlogPost, CmsMedia, CmsPage, Said]


@both
@pytest.mark.parametrize("path", [*PAGES, "/blog/never-written/", "/never-written/"])
def test_the_applications_database_is_not_asked_even_for_people_who_are_signed_in(cast, sign_in, make_post, page, path):
    make_post()
    browser = sign_in(cast.ours.owner)
    browser.cookies[settings.PORTAL_COOKIE_NAME] = cast.ours.portal_cookie
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(path)
    assert answer.status_code == (404 if "never" in path else 200)
    assert "css/app.css" not in answer.content.decode(), "The site has a stylesheet of its own."
    assert queries.captured_queries == []
    assert "Cookie" not in answer.get("Vary", "")


@both
def test_a_person_who_is_signed_in_sees_the_same_page(client, cast, sign_in, make_post):
    make_post()
    assert sign_in(cast.ours.owner).get("/").content == client.get("/").content


@pytest.fixture
def broken(db):
    """The marketing alias as it is when nothing listens at its address."""
    ours = connections["marketing"]
    nowhere = ours.copy()
    nowhere.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1", "OPTIONS": {"connect_timeout": 1}}
    connections["marketing"] = nowhere
    yield ours
    connections["marketing"] = ours


@both
def test_without_the_applications_database_the_site_is_whole(client, monkeypatch, make_post):
    """One process may serve both: the operators' notice is all that the site's pages would have asked for."""
    make_post()
    platform_drop("platform_settings")
    ours = connections["default"]
    nowhere = ours.copy()
    nowhere.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1", "OPTIONS": {"connect_timeout": 1}}
    connections["default"] = nowhere
    try:
        assert [client.get(path).status_code for path in ("/", "/blog/", "/blog/ask-for-the-thing/")] == [200] * 3
    finally:
        connections["default"] = ours


@both
def test_without_the_sites_database_the_application_works(cast, sign_in, broken):
    browser = sign_in(cast.ours.owner)
    assert browser.get(cast.ours.url("client_list")).status_code == 200
    operators = sign_in(cast.operator).get("/admin/")
    assert operators.status_code == 200 and "The public site’s database does not answer" in operators.content.decode()


@both
def test_without_the_sites_database_its_editors_are_told(cast, sign_in, broken):
    operator, words = sign_in(cast.operator), "The public site’s database does not answer"
    for page in (
        "blogpost/",
        "blogpost/add/",
        "pageviewcount/",
        "newslettersignup/export/",
        f"cmspage/{uuid7()}/previews/",
    ):
        answer = operator.get(f"/admin/marketing/{page}")
        assert answer.status_code == 503 and words in answer.text and "Load this page again" in answer.text, page
    sent = operator.post("/admin/marketing/cmspage/add/", {"title": "Imprint"})
    assert sent.status_code == 503 and "Nothing was changed." in sent.text


@both
def test_what_fails_while_the_sites_database_answers_is_no_outage(cast, sign_in, monkeypatch):
    def locked():
        raise OperationalError("Somebody holds the row.")

    monkeypatch.setattr("marketing.first_pages.missing", locked)
    with pytest.raises(OperationalError, match="holds the row"):
        sign_in(cast.operator).get("/admin/marketing/cmspage/")


@alone
def test_without_its_database_the_home_page_has_its_own_words(client, broken):
    page = client.get("/")
    assert page.status_code == 200
    assert HOME_WORDS["title"] in page.content.decode()


@alone
@pytest.mark.parametrize(
    "path",
    ["/blog/", "/blog/x/", "/pages/x/", "/blog/feed/", "/sitemap.xml", "/media/00000000-0000-7000-8000-000000000000/"],
)
def test_without_its_database_the_rest_says_so_plainly(client, broken, path):
    page = client.get(path)
    assert page.status_code == 503
    assert "This page cannot be read just now" in page.content.decode()
    assert (page["Retry-After"], page["Cache-Control"]) == ("60", "no-store")


@alone
def test_without_its_database_programs_are_still_told_where_not_to_go(client, broken):
    assert client.get("/robots.txt").status_code == 200


@alone
@pytest.mark.parametrize("path", ["/never/", "/blog/never/"])
def test_what_is_not_there_is_a_page_of_the_site(client, path):
    page = client.get(path)
    assert page.status_code == 404 and 'href="/pricing/"' in page.content.decode()
    assert "css/site.css" in page.content.decode() and "max-age" not in page.get("Cache-Control", "")


@alone
def test_one_visitor_waits_for_a_silent_database_and_the_next_do_not(client, broken, monkeypatch):
    tries = []
    monkeypatch.setattr(outage.logger, "exception", lambda *words: tries.append(words))
    for _ in range(3):
        client.get("/blog/")
    assert len(tries) == 1
    monkeypatch.setattr(outage, "_silent_until", time.monotonic() - 1)
    client.get("/blog/")
    assert len(tries) == 2


@alone
def test_a_page_that_waited_too_long_keeps_nobody_else_away(client, make_post):
    """The database answers: only a connection that fails is an outage."""
    make_post()
    with pytest.raises(outage.Unreachable), outage.database(), transaction.atomic("marketing"):
        run("SELECT set_config('statement_timeout', '1', true)")
        run("SELECT pg_sleep(1)")
    assert client.get("/blog/").status_code == 200
    stopped = OperationalError("terminating connection")
    stopped.__cause__ = AdminShutdown()
    with pytest.raises(outage.Unreachable), outage.database():
        raise stopped
    assert client.get("/blog/").status_code == 503


@alone
def test_an_answer_ends_the_outage(client, broken, make_post, monkeypatch):
    client.get("/blog/")
    connections["marketing"] = broken
    assert client.get("/blog/").status_code == 503
    monkeypatch.setattr(outage, "_silent_until", time.monotonic() - 1)
    assert client.get("/blog/").status_code == 200
    assert outage._silent_until == 0


@alone
def test_the_site_asks_as_its_own_role():
    assert run("SELECT current_user") == [("tickmark_marketing",)]


@alone
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_the_role_edits_rows_and_nothing_more(model):
    held = run(
        "SELECT privilege_type FROM information_schema.role_table_grants WHERE table_name = %s AND grantee = current_user",
        model._meta.db_table,
    )
    assert {name for (name,) in held} == {"SELECT", "INSERT", "UPDATE", "DELETE"}


@alone
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE blog_posts", "DROP TABLE blog_posts", "ALTER TABLE cms_pages ADD COLUMN x int", "CREATE TABLE x ()",
        "CREATE TEMP TABLE x ()", "DELETE FROM django_migrations",
    ],
)  # fmt: skip
def test_the_role_changes_no_table(statement):
    with pytest.raises(DatabaseError, match="permission denied|must be owner"), transaction.atomic("marketing"):
        run(statement)


@alone
def test_the_role_can_tell_which_migrations_ran():
    assert ("0001_initial",) in run("SELECT name FROM django_migrations WHERE app = 'marketing'")


@alone
def test_only_the_sites_tables_are_in_its_schema():
    found = run("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    ours = {model._meta.db_table for model in apps.get_app_config("marketing").get_models()}
    assert {name for (name,) in found} == ours | {"django_migrations", "page_views_default"}


@alone
@pytest.mark.parametrize(
    "values",
    [{"status": "draft"}, {"published_at": None}, {"status": "scheduled"}],
    ids=["a draft with a date", "published without a date", "a state that is none"],
)
def test_the_database_refuses_half_published_texts(make_post, values):
    with pytest.raises(DatabaseError, match="blogpost_(status|published_at)"), transaction.atomic("marketing"):
        make_post(**values)


@alone
def test_the_database_keeps_the_clock(make_post):
    post = make_post()
    BlogPost.objects.filter(pk=post.pk).update(title="Changed", updated_at="2000-01-01T00:00Z")
    post.refresh_from_db()
    assert post.updated_at >= post.created_at


@alone
def test_the_seeds_are_sown_once_and_open(client):
    seed_marketing()
    seed_marketing()
    assert BlogPost.objects.published().count() == len(POSTS)
    for post in BlogPost.objects.all():
        assert 300 <= len(post.body.split()) <= 600
        assert client.get(post.get_absolute_url()).status_code == 200
    assert HOME_WORDS["title"] in client.get("/").content.decode()


def run(statement, *values):
    with connections["marketing"].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
