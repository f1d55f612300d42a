"""From one database to two, with data: nothing lost, nothing twice, and nothing of anybody else's touched."""

import io
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from config import site_split
from config.environment import role_url
from config.management.commands import split_marketing
from config.site_rows import digest, granted, shape
from config.site_undo import grant
from tenancy import partitions
from tenancy.provision import provision
from tenancy.provision_sql import Installation
from tests.shared import copy_database, drop_database, migrate, shared_installation, sign_in

ADMIN_URL = os.environ["TEST_ADMIN_DATABASE_URL"]
OWNER, SERVING = "tickmark_marketing_owner", "tickmark_marketing"
PICTURE = bytes(range(256)) * 4000
SCRATCH = "CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, page text)"


@dataclass
class Move:
    """An installation with one database and words on its site, and the name of the database they move to."""

    shared: str
    target: str

    @property
    def url(self) -> str:
        return role_url(ADMIN_URL, OWNER, self.target)

    def run(self, *arguments: str, to: str = "") -> str:
        said = io.StringIO()
        call_command("split_marketing", "--to", to or self.url, *arguments, stdout=said)
        return said.getvalue()

    def old(self, role: str = OWNER) -> psycopg.Connection:
        return sign_in(ADMIN_URL, role, self.shared)

    def new(self, role: str = OWNER) -> psycopg.Connection:
        return sign_in(ADMIN_URL, role, self.target)


@pytest.fixture(scope="module")
def place(django_db_blocker: Any) -> Iterator[str]:
    with shared_installation(ADMIN_URL) as made, django_db_blocker.unblock():
        migrate(ADMIN_URL, made.database)
        yield made.database


@pytest.fixture(scope="module")
def empty_site(place: str, django_db_blocker: Any) -> Iterator[str]:
    """A database of the site's own with its tables, for tests to copy: making them takes seconds."""
    name = f"site_{uuid.uuid4().hex[:8]}"
    site_split.provision_marketing(ADMIN_URL, name)
    with django_db_blocker.unblock():
        migrate(ADMIN_URL, name)
    yield name
    drop_database(ADMIN_URL, name)


@pytest.fixture(scope="module")
def rights(place: str) -> dict[str, list[str]]:
    """What the site may do before anybody moves it."""
    return rights_of(Move(place, ""))


def rights_of(move: Move) -> dict[str, list[str]]:
    with move.old() as owner:
        owner.execute("SET search_path = marketing")
        return granted(owner, shape(owner), SERVING)


@pytest.fixture
def fresh(
    place: str, rights: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> Iterator[Move]:
    """The new database is not there yet."""
    move = Move(place, f"site_{uuid.uuid4().hex[:8]}")
    set_environment(monkeypatch, place)
    with move.old() as owner:
        owner.execute("COMMENT ON SCHEMA marketing IS NULL; DELETE FROM blog_posts; DELETE FROM cms_media")
        owner.execute("DELETE FROM page_views")
        for table, privileges in rights.items():
            owner.execute(grant(privileges, table))
    write(move)
    with django_db_blocker.unblock():
        yield move
    drop_database(ADMIN_URL, move.target)


@pytest.fixture
def moving(fresh: Move, empty_site: str, monkeypatch: pytest.MonkeyPatch) -> Move:
    """The new database is there and has its tables."""
    copy_database(ADMIN_URL, empty_site, fresh.target)
    monkeypatch.setattr(split_marketing, "migrate", lambda target: None)
    return fresh


def set_environment(monkeypatch: pytest.MonkeyPatch, shared: str) -> None:
    monkeypatch.setenv("ADMIN_DATABASE_URL", ADMIN_URL)
    monkeypatch.setenv("OWNER_DATABASE_URL", role_url(ADMIN_URL, "tickmark_owner", shared))
    monkeypatch.delenv("MARKETING_DATABASE_URL", raising=False)
    monkeypatch.delenv("MARKETING_OWNER_DATABASE_URL", raising=False)


def write(move: Move) -> None:
    picture = uuid.uuid4()
    with move.old(SERVING) as site:
        site.execute(
            "INSERT INTO cms_media (id, name, alt, content_type, width, height, content) VALUES (%s, 'a', 'b', 'image/png', 1, 2, %s)",
            [picture, PICTURE],
        )
        for slug, body in (("one", "Plain."), ("two", "Tab\tand\nline, “quotes”, NULL, \\N and 中文")):
            site.execute(
                "INSERT INTO blog_posts (id, slug, title, summary, topic, author_name, body, status, cover_id, updated_at) "
                "VALUES (gen_random_uuid(), %s, 'T', '', '', 'A', %s, 'draft', %s, '2025-03-30 01:30:00.123456+02')",
                [slug, body, picture],
            )


def rows(connection: psycopg.Connection, table: str = "blog_posts") -> list[Any]:
    with connection:
        return connection.execute(sql.SQL("SELECT * FROM {} ORDER BY id").format(sql.Identifier(table))).fetchall()


def test_everything_arrives_as_it_was(fresh: Move) -> None:
    posts, pictures = rows(fresh.old()), rows(fresh.old(), "cms_media")
    said = fresh.run()
    assert rows(fresh.new()) == posts
    assert rows(fresh.new(), "cms_media") == pictures
    assert [bytes(row[-1]) for row in pictures] == [PICTURE]
    assert "3 rows are in" in said
    assert f"MARKETING_DATABASE_URL=postgresql://{SERVING}:PASSWORD@" in said
    assert str(conninfo_to_dict(fresh.url)["password"]) not in said


def test_the_new_database_serves_the_site(moving: Move) -> None:
    moving.run()
    with moving.new(SERVING) as site:
        assert site.execute("UPDATE blog_posts SET title = 'New'").rowcount == 2
        assert site.execute(
            "SELECT count(*) FROM blog_posts WHERE updated_at > now() - interval '1 hour'"
        ).fetchone() == (2,)


def test_the_old_tables_can_be_read_but_no_longer_written(moving: Move) -> None:
    moving.run()
    with moving.old(SERVING) as site:
        assert site.execute("SELECT count(*) FROM blog_posts").fetchone() == (2,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            site.execute("UPDATE blog_posts SET title = 'Lost'")


def test_a_second_run_adds_nothing(moving: Move) -> None:
    moving.run()
    before = rows(moving.new())
    assert "already; nothing was copied" in moving.run()
    assert rows(moving.new()) == before


def test_a_second_run_leaves_what_was_written_in_the_new_database(moving: Move) -> None:
    moving.run()
    with moving.new(SERVING) as site:
        site.execute("DELETE FROM blog_posts WHERE slug = 'one'")
    moving.run()
    assert len(rows(moving.new())) == 1


@pytest.mark.parametrize("broken", ["blog_posts", "cms_media"])
def test_an_interrupted_run_is_run_again(moving: Move, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    copied = []

    def interrupted(source: Any, target: Any, table: str, columns: Any) -> None:
        if table == broken:
            copy_table(source, target, table, columns)
            raise psycopg.OperationalError("the line went dead")
        copied.append(table)
        copy_table(source, target, table, columns)

    copy_table = site_split.copy_table
    with monkeypatch.context() as patch, pytest.raises(CommandError, match="the line went dead"):
        patch.setattr(site_split, "copy_table", interrupted)
        moving.run()
    assert rows(moving.new(), broken) == []
    with moving.old(SERVING) as site:  # still open, and changed before the second try
        site.execute("UPDATE blog_posts SET title = 'Changed meanwhile' WHERE slug = 'two'")
    said = moving.run()
    assert rows(moving.new()) == rows(moving.old())
    assert all(f"{table}:" not in said for table in copied)


def test_a_run_that_ended_between_the_two_commits_is_finished(moving: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(arriving: Any, text: str) -> None:
        if text == site_split.FILLED:
            raise psycopg.OperationalError("the line went dead")
        set_mark(arriving, text)

    set_mark = site_split.set_mark
    with monkeypatch.context() as patch, pytest.raises(CommandError):
        patch.setattr(site_split, "set_mark", dies)
        moving.run()
    moving.run()
    assert rows(moving.new()) == rows(moving.old())
    assert "nothing was copied" in moving.run()


def test_nobody_writes_while_rows_are_copied(moving: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def copy(source: Any, target: Any, table: str, columns: Any) -> None:
        with moving.old(SERVING) as site:
            assert site.execute("SELECT count(*) FROM blog_posts").fetchone() == (2,)
            site.execute("SET lock_timeout = '10ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                site.execute("UPDATE blog_posts SET title = 'Meanwhile'")
        tried.append(table)
        copy_table(source, target, table, columns)

    copy_table = site_split.copy_table
    monkeypatch.setattr(site_split, "copy_table", copy)
    moving.run()
    assert "blog_posts" in tried


def test_a_row_that_does_not_arrive_whole_is_noticed(moving: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    def copy(source: Any, target: Any, table: str, columns: Any) -> None:
        copy_table(source, target, table, columns)
        if table == "cms_media":
            target.execute("UPDATE cms_media SET content = overlay(content PLACING '\\x00' FROM 500)")

    copy_table = site_split.copy_table
    monkeypatch.setattr(site_split, "copy_table", copy)
    with pytest.raises(CommandError, match="cms_media did not arrive as it left"):
        moving.run()
    with moving.old(SERVING) as site:
        site.execute("UPDATE blog_posts SET title = 'Still open'")


def test_a_database_with_rows_of_its_own_is_refused(moving: Move) -> None:
    moving.run()
    moving_again(moving)
    with moving.new() as other:
        other.execute("COMMENT ON TABLE django_migrations IS NULL; UPDATE blog_posts SET title = 'Another site'")
    theirs = rows(moving.new())
    with pytest.raises(CommandError, match="has rows of its own in blog_posts"):
        moving.run()
    assert rows(moving.new()) == theirs


def undo(*arguments: str, to: str) -> None:
    call_command("split_marketing", "--undo", "--to", to, *arguments, stdout=io.StringIO())


def test_undone_the_site_may_do_what_it_could_before_and_no_more(moving: Move, rights: dict[str, list[str]]) -> None:
    moving.run()
    assert rights_of(moving) == {}
    undo(to=moving.url)
    assert rights_of(moving) == rights
    assert rights["page_views"] == ["INSERT"]
    with pytest.raises(CommandError, match="there is nothing to undo"):
        undo(to=moving.url)


def test_undoing_finds_by_itself_where_the_rows_went(moving: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    moving.run()
    monkeypatch.setenv("MARKETING_OWNER_DATABASE_URL", moving.url)
    call_command("split_marketing", "--undo", stdout=io.StringIO())
    assert rights_of(moving) != {}


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("UPDATE blog_posts SET title = 'Newer' WHERE slug = 'one'", "blog_posts"),
        ("DELETE FROM blog_posts WHERE slug = 'one'", "blog_posts"),
        ("INSERT INTO visitor_salts VALUES ('2031-01-01', 'x')", "visitor_salts"),
    ],
)
def test_what_was_written_since_is_not_forgotten_unasked(moving: Move, change: str, table: str) -> None:
    moving.run()
    with moving.new(SERVING) as site:
        site.execute(change.encode())
    with pytest.raises(CommandError, match=f"has been written to since: {table}. Nothing was undone"):
        undo(to=moving.url)
    assert rights_of(moving) == {}
    undo("--discard", to=moving.url)
    assert rights_of(moving) != {}


def test_undoing_asks_the_database_the_site_was_moved_to(moving: Move) -> None:
    moving.run()
    with pytest.raises(CommandError, match=f"has been moved to .*/{moving.target}, not to"):
        undo(to=role_url(ADMIN_URL, OWNER, moving.shared))
    drop_database(ADMIN_URL, moving.target)
    with pytest.raises(CommandError, match="The new database does not answer"):
        undo(to=moving.url)
    undo("--discard", to=moving.url)
    assert rights_of(moving) != {}


def test_a_table_of_months_arrives_once_and_whole(moving: Move) -> None:
    with moving.old(SERVING) as site:
        for day in ("2001-01-31", "2001-02-01", "2031-05-05"):
            visit(site, day)
    with moving.old() as owner, owner.transaction(), owner.cursor() as cursor:
        assert list(partitions.make(cursor, "page_views", date(2001, 1, 1)))[:2] == [
            "page_views_2001_01",
            "page_views_2001_02",
        ]
    said = moving.run()
    assert "page_views: 3 rows." in said
    assert "page_views_" not in said
    assert rows(moving.new(), "page_views") == rows(moving.old(), "page_views")


def visit(site: psycopg.Connection, day: str) -> None:
    site.execute(
        "INSERT INTO page_views (id, created_at, path, visitor, referrer_host, utm_source, utm_medium, utm_campaign, is_bot) "
        "VALUES (gen_random_uuid(), %s, '/', 'v', '', '', '', '', false)",
        [day],
    )


MANY = b"CREATE TABLE many AS SELECT n, n % 7 AS m FROM generate_series(1, 5000) n ORDER BY n"


def test_a_digest_is_of_the_rows_whatever_their_order(moving: Move) -> None:
    with moving.old() as owner, owner.transaction(force_rollback=True):
        made = []
        for query in (MANY, MANY + b" DESC"):
            owner.execute(query)
            made.append(digest(owner, "many", ["n", "m"]))
            owner.execute("UPDATE many SET m = m + 1 WHERE n = 77")
            made.append(digest(owner, "many", ["n", "m"]))
            owner.execute("DROP TABLE many")
        assert made[0] == made[2] and made[1] == made[3]
        assert made[0] != made[1]
        assert made[0].rows == 5000


def moving_again(moving: Move) -> None:
    undo(to=moving.url)
    with moving.old(SERVING) as site:
        site.execute("UPDATE blog_posts SET title = 'Written again'")


def test_a_database_of_something_else_is_refused_and_left_alone(fresh: Move) -> None:
    with psycopg.connect(ADMIN_URL, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(fresh.target)))
    with psycopg.connect(ADMIN_URL, autocommit=True, dbname=fresh.target) as admin:
        admin.execute("CREATE TABLE payroll (id int)")
        with pytest.raises(CommandError, match="used for something else: it holds payroll"):
            fresh.run()
        assert admin.execute("SELECT has_database_privilege('public', current_database(), 'CONNECT')").fetchone() == (
            True,
        )


def test_the_applications_database_is_refused(moving: Move) -> None:
    with pytest.raises(CommandError, match="is the application's database"):
        moving.run(to=role_url(ADMIN_URL, OWNER, moving.shared))
    with moving.old(SERVING) as site:
        assert site.execute("SELECT count(*) FROM blog_posts").fetchone() == (2,)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "--to is not an address"),
        ("postgresql://tickmark_app@127.0.0.1/site", "must sign in as tickmark_marketing_owner, not as tickmark_app"),
        ("postgresql://tickmark_marketing_owner@127.0.0.1", "--to names no database"),
        ("postgresql://tickmark_marketing_owner:x@127.0.0.1:1/site", "The new database does not answer"),
    ],
    ids=["no address", "another role", "no database", "nobody there"],
)
def test_a_wrong_address_is_told_in_a_sentence(moving: Move, url: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        moving.run(to=url)


def test_on_the_same_server_the_password_is_known(moving: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETING_OWNER_DATABASE_URL", role_url(ADMIN_URL, OWNER, moving.shared))
    parts = conninfo_to_dict(moving.url)
    moving.run(to=f"postgresql://{OWNER}@{parts['host']}:{parts['port']}/{moving.target}")
    assert len(rows(moving.new())) == 2


def test_without_an_administrator_the_database_has_to_be_there(
    moving: Move, empty_site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADMIN_DATABASE_URL")
    monkeypatch.setenv("MARKETING_OWNER_DATABASE_URL", role_url(ADMIN_URL, OWNER, moving.shared))
    with pytest.raises(CommandError, match='The new database does not answer: .*"nowhere" does not exist'):
        moving.run(to=role_url(ADMIN_URL, OWNER, "nowhere"))
    site_split.provision_marketing(ADMIN_URL, moving.target)
    moving.run()
    assert len(rows(moving.new())) == 2


def test_counters_go_on_where_they_stood(moving: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    site_split.provision_marketing(ADMIN_URL, moving.target)  # lets its owner in
    with moving.old() as old, moving.new() as new:
        old.execute(SCRATCH)
        new.execute(SCRATCH)
        try:
            old.execute("INSERT INTO visits (page) VALUES ('a'), ('b'), ('c'); DELETE FROM visits WHERE id = 3")
            moving.run()
            assert new.execute("INSERT INTO visits (page) VALUES ('d') RETURNING id").fetchone() == (4,)
        finally:
            old.execute("DROP TABLE visits")


def test_a_table_the_new_database_does_not_have_is_refused(moving: Move) -> None:
    with moving.old() as old:
        old.execute(SCRATCH)
        try:
            with pytest.raises(CommandError, match="Table visits differs"):
                moving.run()
        finally:
            old.execute("DROP TABLE visits")


def test_the_old_tables_go_only_when_asked_and_when_the_settings_lead_away(
    moving: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="were not moved to"):
        moving.run("--drop")
    moving.run()
    with pytest.raises(CommandError, match="does not lead to the new database yet"):
        moving.run("--drop")
    monkeypatch.setenv("MARKETING_DATABASE_URL", role_url(ADMIN_URL, SERVING, moving.target))
    with moving.old(SERVING) as held:
        with pytest.raises(CommandError, match="A process still uses the old tables"):
            moving.run("--drop")
        held.execute("SELECT 1")
    with moving.old() as owner:
        owner.execute("UPDATE blog_posts SET title = 'Late' WHERE slug = 'one'")
    with pytest.raises(CommandError, match="hold other rows than those that were moved"):
        moving.run("--drop")
    assert len(rows(moving.old())) == 2


def test_the_old_tables_are_dropped_after_the_move(moving: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    move = Move(f"{moving.shared}_copy", moving.target)
    copy_database(ADMIN_URL, moving.shared, move.shared)
    try:
        provision(ADMIN_URL, Installation(move.shared, move.shared))
        set_environment(monkeypatch, move.shared)
        move.run()
        monkeypatch.setenv("MARKETING_DATABASE_URL", role_url(ADMIN_URL, SERVING, move.target))
        move.run("--drop")
        assert len(rows(move.new())) == 2
        with move.old() as owner:
            assert owner.execute("SELECT to_regnamespace('marketing')").fetchone() == (None,)
        with pytest.raises(CommandError, match="there is nothing to move"):
            move.run()
    finally:
        drop_database(ADMIN_URL, move.shared)
