from html.parser import HTMLParser

import pytest

from marketing.markdown import TAGS, to_html


class Parts(HTMLParser):
    """The elements a browser would make of it, with their attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[press](javascript:alert(1))",
        "[press](JaVaScRiPt&#58;alert(1))",
        "[press](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        "<javascript:alert(1)>",
        '[x](https://a.example "onmouseover=alert(1)")',
        "[x]: javascript:alert(1)\n\n[x]",
        '<a href="https://a.example" style="position:fixed">x</a>',
        "<iframe src=https://a.example></iframe>",
        "```html\n<script>alert(1)</script>\n```",
    ],
)
def test_nothing_in_a_text_runs(attack):
    page = Parts()
    page.feed(to_html(attack))
    assert {tag for tag, _ in page.found} <= TAGS
    for _, attributes in page.found:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        for name in {"href", "src"} & set(attributes):
            assert attributes[name].startswith("https://a.example")


def test_the_usual_marks_work():
    html = to_html(
        "## Head\n\n*a* **b** ~~c~~ [d](https://d.example)\n\n> said\n\n1. one\n\n| x | y |\n|---|---|\n| 1 | 2 |"
    )
    for part in (
        "<h2>Head</h2>",
        "<em>a</em>",
        "<strong>b</strong>",
        "<s>c</s>",
        "<ol>",
        '<table class="table">',
        "<td>1</td>",
    ):
        assert part in html
    assert '<a href="https://d.example" rel="noopener">d</a>' in html
    assert '<blockquote class="tk-quote my-4">' in html


def test_the_title_stays_the_only_first_heading():
    assert to_html("# Loud\n\nAlso loud\n=====") == "<h2>Loud</h2>\n<h2>Also loud</h2>\n"


def test_pictures_fit_the_page():
    html = to_html("![A ledger](/media/1/)")
    assert 'class="img-fluid"' in html
    assert 'alt="A ledger"' in html
