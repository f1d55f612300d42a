"""A comment's text as HTML: emphasis, lists, quotes, code and links; everything else stays the text it is."""

import re
from collections.abc import Iterable
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

RULES = ["emphasis", "backticks", "list", "link", "autolink", "escape", "blockquote", "newline", "fence"]
TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "span", "strong", "ul"}
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")

_parser = MarkdownIt("zero", {"html": False, "breaks": True}).enable(RULES)


def to_html(text: str, names: Iterable[str] = ()) -> SafeString:
    """`names` are the people mentioned: an @ with their name is set off."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.children:
            token.children = [_marked(child, names, linked) for child, linked in _with_depth(token.children)]
    drawn = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        drawn,
        tags=TAGS,
        attributes={"a": {"href", "title"}, "span": {"class"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # noqa: S308 (cleaned in the line before)


def _with_depth(children: list[Token]) -> Iterable[tuple[Token, bool]]:
    """Each piece, and whether it stands inside a link."""
    depth = 0
    for child in children:
        depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        yield child, depth > 0


def _marked(token: Token, names: Iterable[str], is_linked: bool) -> Token:
    if token.type != "text":
        return token
    text = escape(token.content)
    if not is_linked:
        text = ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', text)
    # The longest name first: “@Maya Okafor” is not “@Maya”.
    spelled = sorted({part for name in names for part in (name, name.partition(" ")[0])}, key=len, reverse=True)
    if spelled:
        pattern = "|".join(re.escape(escape(name)) for name in spelled)
        text = re.sub(rf"(?<![\w@])@(?:{pattern})(?!\w)", r'<span class="tk-mention">\g<0></span>', text, flags=re.I)
    return Token("html_inline", "", 0, content=text)
