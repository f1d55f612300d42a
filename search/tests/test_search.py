"""Looking for things: what is found, what is counted, and for whom."""

import pytest

from clients.models import Client, ClientContact, ClientWall, InformationRequest
from conversations.models import Comment
from search.finding import MOST_COUNTED
from search.kinds import KINDS

pytestmark = pytest.mark.django_db

#: With nine kinds, the frame of the page among them.
MOST_QUERIES = 45


def found(browser, firm, words, **params):
    return browser.get(firm.url("search"), {"q": words, **params})


def titles(response):
    groups = [*response.context["groups"], *filter(None, [response.context.get("group")])]
    return {hit.title for group in groups for hit in group.hits}


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("northw", "Northwind Bakeries of harcourt"),
        ("ruiz", "Ana Ruiz"),
        ("ana@bakery-harcourt.example", "Ana Ruiz"),
        ("returned req", "The returned request"),
        ("balance of harc", "Bank statement.pdf"),
        ("reconcil", "Bank reconciliation"),
        ("months missing", "Member Harcourt on PBC-002 The pending request"),
        ("north return", "The returned request"),
    ],
    ids=["client", "contact", "address", "request", "inside a document", "paper", "comment", "client and request"],
)
def test_it_is_found_by_the_beginnings_of_its_words(cast, sign_in, words, title):
    assert title in titles(found(sign_in(cast.ours.member), cast.ours, words))


#: Words that stand in one row of each kind there is.
WORDS_OF = {
    "clients": "northw", "contacts": "ruiz", "requests": "returned req", "documents": "balance of harc",
    "workpapers": "reconcil", "projects": "audit", "tasks": "agree bal", "comments": "months missing",
    "sessions": "new stock",
}  # fmt: skip


def test_every_kind_is_found_on_the_page_and_in_the_palette_and_each_alone(cast, sign_in):
    browser = sign_in(cast.ours.member)
    assert WORDS_OF.keys() == KINDS.keys()
    for kind, words in WORDS_OF.items():
        for name in ("search", "search_palette"):
            groups = browser.get(cast.ours.url(name), {"q": words}).context["groups"]
            assert kind in {group.kind.name for group in groups}, (kind, name)
        assert found(browser, cast.ours, words, kind=kind).context["group"].count >= 1


def test_a_session_is_found_by_what_stands_in_it_and_by_a_tag_and_not_behind_a_wall(cast, sign_in):
    browser, session = sign_in(cast.ours.member), cast.ours.scoping
    for words in ("stock differs", "one stock figure", "interviews", "north discover", "erp", "S-1", "s1"):
        response = found(browser, cast.ours, words, kind="sessions")
        assert [
            hit.title for hit in response.context["group"].hits or found(browser, cast.ours, words).context["named"]
        ] == [session.title], words
    assert "<mark>Stock</mark> <mark>differs</mark>" in found(browser, cast.ours, "stock differs").text
    assert not found(browser, cast.ours, "given up").context["groups"]  # in the trash
    assert not found(sign_in(cast.ours.billing), cast.ours, "new stock").context["groups"]
    with cast.ours.inside():
        ClientWall.objects.create(client=cast.ours.bakery, member=cast.ours.member, reason="Related to the director.")
    for words in ("new stock", "erp", "S-1"):
        response = found(browser, cast.ours, words)
        assert (response.context["groups"], response.context["named"], response.context["meant"]) == ([], [], [])


def test_accents_and_case_do_not_matter(cast, sign_in):
    with cast.ours.inside():
        Client.objects.create(name="Müller & Søn Łódź")
    browser = sign_in(cast.ours.member)
    for words in ("muller", "MÜLLER", "mu\u0308ller", "son lodz", "Søn"):
        assert titles(found(browser, cast.ours, words)) == {"Müller & Søn Łódź"}
    assert "<mark>Müll</mark>er" in found(browser, cast.ours, "mull").text


def test_dots_that_german_writes_as_an_e_do_not_matter_either(cast, sign_in):
    with cast.ours.inside():
        for name in ("Müller Söhne", "Mueller Soehne"):
            Client.objects.create(name=name)
    browser = sign_in(cast.ours.member)
    for words in ("Müller", "mueller", "müller soehne"):
        assert titles(found(browser, cast.ours, words)) == {"Müller Söhne", "Mueller Soehne"}
    assert "<mark>Müller</mark>" in found(browser, cast.ours, "mueller").text


@pytest.mark.parametrize(
    ("typed", "title"),
    [("PBC-003", "The submitted request"), ("pbc 3", "The submitted request"), ("b-2", "Bank reconciliation"),
     ("nwb", "Northwind Bakeries of harcourt"), ("T-1", "Ask the bank"), ("t 2", "Agree the balance"), ("S-1", "New stock system of harcourt")],
    ids=["request", "request in small letters", "paper", "client", "task", "task in small letters", "scoping session"],
)  # fmt: skip
def test_a_reference_leads_to_what_bears_it(cast, sign_in, typed, title):
    for name in ("search", "search_palette"):
        response = sign_in(cast.ours.member).get(cast.ours.url(name), {"q": typed})
        assert [hit.title for hit in response.context["named"]] == [title]


def test_a_word_typed_wrongly_still_suggests_the_client(cast, sign_in):
    response = found(sign_in(cast.ours.member), cast.ours, "nortwind bakries")
    assert not response.context["groups"]
    assert "Northwind Bakeries of harcourt" in {hit.title for hit in response.context["meant"]}
    assert "okafor" not in response.text


def test_a_word_typed_wrongly_suggests_its_like_also_where_something_has_the_very_word(cast, sign_in):
    with cast.ours.inside():
        Client.objects.create(name="Smyth Dairies")
        InformationRequest.objects.create(request_list=cast.ours.request_list, number=60, title="Invoice of Smith")
    browser = sign_in(cast.ours.member)
    for name in ("search", "search_palette"):
        response = browser.get(cast.ours.url(name), {"q": "smith"})
        assert [hit.title for group in response.context["groups"] for hit in group.hits] == ["Invoice of Smith"]
        assert [hit.title for hit in response.context["meant"]] == ["Smyth Dairies"]
        assert "Similar names" in response.text
    alone = found(browser, cast.ours, "smyht", kind="clients")
    assert [hit.title for hit in alone.context["meant"]] == ["Smyth Dairies"] and not alone.context["group"].hits
    # An exact one is not offered twice.
    assert "Smyth Dairies" not in {hit.title for hit in found(browser, cast.ours, "smyth").context["meant"]}


def test_behind_a_wall_nothing_is_found_suggested_or_counted(cast, sign_in):
    browser = sign_in(cast.ours.member)
    assert sum(group.count for group in found(browser, cast.ours, "bank").context["groups"])
    with cast.ours.inside():
        ClientWall.objects.create(client=cast.ours.bakery, member=cast.ours.member, reason="Related to the director.")
    for words in (
        "bank",
        "northwind",
        "ruiz",
        "months missing",
        "balance",
        "PBC-003",
        "b-2",
        "nwb",
        "nortwind bakries",
    ):
        response = found(browser, cast.ours, words)
        assert (response.context["groups"], response.context["named"], response.context["meant"]) == ([], [], []), words
        assert "Northwind" not in response.text
    for kind in KINDS:
        assert found(browser, cast.ours, "bank", kind=kind).context["group"].count == 0
    assert "Northwind" not in browser.get(cast.ours.url("search_palette"), {"q": "northwind"}).text


def test_a_role_that_sees_no_clients_finds_none(cast, sign_in):
    response = found(sign_in(cast.ours.billing), cast.ours, "northwind bank request ana")
    assert not response.context["groups"]
    assert not found(sign_in(cast.ours.billing), cast.ours, "bank").context["groups"]


def test_deleted_things_are_not_found(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    assert not found(browser, cast.ours, "deleted").context["groups"]
    with cast.ours.inside():
        Comment.objects.filter(pk=cast.ours.comment.pk).update(body="", deleted_at="2026-01-01T00:00Z")
        cast.ours.request_list.trash()
    assert not found(browser, cast.ours, "months missing").context["groups"]
    assert not found(browser, cast.ours, "returned request").context["groups"]


HOSTILE = [
    "'", '"', "a' OR 1=1 --", "& | ! <-> :*", "a:b:*", "\\", "%_%", "(((", "\x00", "a\x00b", "w" * 5_000, "a " * 3_000,
    "‮​", "🦊", "<script>alert(1)</script>", "{{ 7 }}", "-", "..", ">", "> new",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_nothing_that_is_typed_is_an_error(cast, sign_in, number):
    browser = sign_in(cast.ours.member)
    for name in ("search", "search_palette"):
        response = browser.get(cast.ours.url(name), {"q": HOSTILE[number]})
        assert response.status_code == 200
        assert "<script>alert" not in response.text
    assert found(browser, cast.ours, HOSTILE[number], kind="requests", before="nonsense").status_code == 200


def test_the_pages_of_one_kind_show_every_row_once(cast, sign_in):
    with cast.ours.inside():
        ClientContact.objects.bulk_create(
            ClientContact(
                client=cast.ours.bakery, name=f"Zelda {n}", email=f"zelda{n}@x.example", portal_key=f"zelda{n}"
            )
            for n in range(60)
        )
    browser, seen, address = sign_in(cast.ours.member), [], "?q=zelda&kind=contacts"
    while address:
        page = browser.get(cast.ours.url("search") + address)
        seen += [hit.title for hit in page.context["group"].hits]
        address = page.context["older"]
        assert page.context["group"].count == 60
    assert len(seen) == len(set(seen)) == 60


def test_a_count_stops_where_nobody_reads_on(cast, sign_in, monkeypatch):
    monkeypatch.setattr("search.finding.MOST_COUNTED", 3)
    response = found(sign_in(cast.ours.member), cast.ours, "request")
    assert MOST_COUNTED > 3
    assert "3+" in response.text


def test_what_is_named_like_the_words_comes_before_what_only_mentions_them(cast, sign_in):
    with cast.ours.inside():
        rows = [("Lease of the yard", ""), ("Something else", "The lease"), ("Another thing", "A lease, too")]
        for number, (title, description) in enumerate(rows, start=50):
            InformationRequest.objects.create(
                request_list=cast.ours.request_list, number=number, title=title, description=description
            )
    group = found(sign_in(cast.ours.member), cast.ours, "lease").context["groups"][0]
    assert group.hits[0].title == "Lease of the yard"
    assert "A <mark>lease</mark>, too" in [hit.passage for hit in group.hits]


def test_a_search_asks_a_bounded_number_of_questions(cast, sign_in, django_assert_max_num_queries):
    browser = sign_in(cast.ours.member)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert len(found(browser, cast.ours, "bank").context["groups"]) > 2
    with django_assert_max_num_queries(MOST_QUERIES):
        browser.get(cast.ours.url("search_palette"), {"q": "bank"})


def test_the_palette_offers_what_the_role_may_do(cast, sign_in):
    offered = sign_in(cast.ours.member).get(cast.ours.url("search_palette"), {"q": "northwind"}).text
    assert "New request list for Northwind Bakeries of harcourt" in offered
    assert (
        "New request list for"
        not in sign_in(cast.ours.viewer).get(cast.ours.url("search_palette"), {"q": "northwind"}).text
    )
    assert "Send a reminder to Northwind Bakeries of harcourt" in offered and "requests with the client" in offered
    beside = sign_in(cast.ours.member).get(cast.ours.url("search_palette"), {"q": "north rec"}).text
    assert "Send a reminder to Northwind Bakeries of harcourt" in beside
    only_actions = sign_in(cast.ours.member).get(cast.ours.url("search_palette"), {"q": "> new cl"})
    assert "New client" in only_actions.text and "groups" not in only_actions.context


def test_without_scripts_the_head_of_every_page_searches(cast, sign_in):
    page = sign_in(cast.ours.member).get(cast.ours.url("today")).text
    assert f'role="search" action="{cast.ours.url("search")}"' in page and 'name="q"' in page
