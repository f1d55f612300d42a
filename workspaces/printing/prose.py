"""The prose of a paper as a tree of plain values, for a page that is not HTML. Nothing in it is ever read as markup."""

import re
from typing import Any

from markdown_it.token import Token

from workspaces import paper_text

Node = dict[str, Any]

#: Markdown's blocks and stretches, and what the page calls them. What is not named here keeps its words and no more.
BLOCKS = {
    "paragraph": "p", "heading": "h", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li",
    "blockquote": "quote", "table": "table", "tr": "tr", "th": "th", "td": "td", "strong": "b", "em": "i", "s": "s",
    "link": "a",
}  # fmt: skip
LONG_WORD = re.compile(r"\S{31,}")


def nodes(text: str) -> list[Node]:
    return _tree(paper_text.tokens(text)) if text else []


def breakable(text: str) -> str:
    """With places to break in words no column is wide enough for: addresses, hashes, and what was typed without a space."""
    return LONG_WORD.sub(lambda found: "\u200b".join(re.findall(".{1,15}", found[0])), text)


def _tree(tokens: list[Token]) -> list[Node]:
    open_nodes: list[list[Node]] = [[]]
    for token in tokens:
        if token.nesting == 1:
            node = _opened(token)
            open_nodes[-1].append(node)
            open_nodes.append(node["c"])
        elif token.nesting == -1:
            open_nodes.pop()
        else:
            open_nodes[-1] += _leaf(token)
    return open_nodes[0]


def _opened(token: Token) -> Node:
    node: Node = {"t": BLOCKS.get(token.type.removesuffix("_open"), "span"), "c": []}
    if node["t"] == "ol":
        node["start"] = int(token.attrs.get("start", 1))
    if node["t"] == "a":
        address = str(token.attrs.get("href", ""))
        node["href"] = address if address.startswith(("https://", "http://", "mailto:")) else ""
    return node


def _leaf(token: Token) -> list[Node]:
    if token.type == "inline":
        return _tree(token.children or [])
    if token.type in ("softbreak", "hardbreak"):
        return [{"t": "br"}]
    if token.type in ("code_inline", "code_block", "fence"):
        return [{"t": "code", "s": breakable(token.content), "block": token.type != "code_inline"}]
    if token.type == "hr":
        return [{"t": "hr"}]
    return _with_places(token.content)


def _with_places(text: str) -> list[Node]:
    """Words, and between them the papers and marks that are named by their ids."""
    found: list[Node] = []
    at = 0
    for place in paper_text.PLACE.finditer(text):
        found += [{"t": "text", "s": breakable(text[at : place.start()])}, {"t": place[1], "id": place[2]}]
        at = place.end()
    return [node for node in [*found, {"t": "text", "s": breakable(text[at:])}] if node.get("s") != ""]
