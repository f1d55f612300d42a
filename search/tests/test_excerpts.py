from search.excerpts import marked, passage


def test_the_beginnings_of_words_are_marked_whatever_their_accents():
    assert marked("Müller & Co, bulldozer", ["mull", "co"]) == "<mark>Müll</mark>er &amp; <mark>Co</mark>, bulldozer"
    assert marked("cafe\u0301 noir", ["cafe"]) == "<mark>cafe\u0301</mark> noir"
    assert marked("Straße 5", ["strasse"]) == "<mark>Straße</mark> 5"
    assert marked("inspect", ["spec"]) == "inspect"


def test_what_is_written_is_escaped():
    assert marked("<b>bank</b>", ["bank", "b"]) == "&lt;<mark>b</mark>&gt;<mark>bank</mark>&lt;/<mark>b</mark>&gt;"


def test_a_passage_is_cut_around_the_word():
    text = "word " * 500 + "quarry " + "tail " * 500
    found = passage(text, ["quarry"])
    assert "<mark>quarry</mark>" in found and len(found) < 400
    assert found.startswith("… ") and found.endswith(" …")
    assert passage(text, ["nowhere"]) == "" == passage("", ["quarry"]) == passage(text, [])


def test_a_passage_is_found_by_its_unaccented_letters():
    assert "<mark>Müll</mark>er" in passage("x " * 1000 + "Müller wrote", ["mull"])
