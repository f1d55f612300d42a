import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Lower

from organizations.models import Organization
from search.typing_errors import are_meant
from search.words import folded, plain, spellings, split

pytestmark = pytest.mark.django_db

TEXTS = [
    "Müller & Söhne GmbH", "J.B. Hunt, Amazon.com", "Łódź Æthelred Œuvre straße ØRSTED", "cafe\u0301", "ﬁnance ²", "a_b-c",
    "Ελληνικά Русский 日本", "  ", "100% 'quoted' \\ & | ! :*",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_python_folds_a_text_as_the_database_does(cast, number):
    with cast.ours.inside():
        said = Organization.objects.annotate(said=Lower(plain(Value(TEXTS[number])))).values_list("said", flat=True)[0]
    assert said.split() == folded(TEXTS[number]).split()
    assert connection.vendor == "postgresql"


def test_a_word_is_meant_for_another_but_for_a_letter_or_two():
    for typed, name in (
        ("smith", "Smyth Dairies"), ("smiht", "Smith"), ("kestrl", "Kestrel Robotics"), ("northwnid bakries", "Northwind Bakeries"),
        ("recieved", "All received"), ("norhtw", "Northwind"), ("muler", "Müller"),
    ):  # fmt: skip
        assert are_meant(split(typed), name), typed
    for typed, name in (("bank", "Books"), ("ana", "Ann"), ("smith dairy", "Smyth"), ("request", "Quarter")):
        assert not are_meant(split(typed), name), typed


def test_a_word_is_spelled_with_dots_and_without():
    assert spellings("Müller") == ["muller", "mueller"] and spellings("mueller") == ["mueller", "muller"]
    assert spellings("Jäger") == ["jager", "jaeger"] and spellings("Goetz") == ["goetz", "gotz"]
    for plain_word in ("value", "due", "queue", "request", "Muller"):
        assert spellings(plain_word) == [plain_word.lower()]
    assert split("Mu\u0308ller_& Söhne, J.B.") == ["Müller", "Söhne", "J", "B"]
