"""Markdown to HTML that is safe to print. Raw HTML in a text stays text; what is left is cleaned once more."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "class"},
    "table": {"class"},
    "blockquote": {"class"},
    "ol": {"start"},
}
TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "img", "li", "ol", "p", "pre", "s", "strong", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
CLASSES = {"img": "img-fluid", "table": "table", "blockquote": "tk-quote my-4"}

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def to_html(text: str) -> SafeString:
    tokens = _parser.parse(text)
    inside = [child for token in tokens for child in token.children or ()]
    for token in tokens + inside:
        if token.tag == "h1":  # the page has one already: its title
            token.tag = "h2"
        if token.nesting >= 0 and token.tag in CLASSES:
            token.attrSet("class", CLASSES[token.tag])
    drawn = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        drawn, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener"
    )
    return mark_safe(clean)  # noqa: S308 (cleaned in the line before)


def pictures_without_words(text: str) -> list[str]:
    """Addresses of pictures that readers who cannot see them would learn nothing of."""
    inside = [child for token in _parser.parse(text) for child in token.children or ()]
    return [str(token.attrGet("src")) for token in inside if token.type == "image" and not token.content.strip()]
