"""Pictures that may be shown to a client: an SVG with nothing in it but shapes, words and their looks.

What is not on these lists is left out with everything inside it: scripts, links, foreign documents, references to other
files. What is no SVG is refused.
"""

import re
from collections.abc import Callable
from xml.etree import ElementTree

LARGEST = 400_000
MOST_ELEMENTS = 20_000
#: Drawings are some twenty elements deep.
DEEPEST = 100
SVG = "http://www.w3.org/2000/svg"
TAGS = {
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "defs", "marker",
    "title", "desc", "style", "linearGradient", "radialGradient", "stop", "clipPath", "symbol",
}  # fmt: skip
LOOKS = {
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-dasharray", "stroke-dashoffset",
    "stroke-linecap", "stroke-linejoin", "stroke-opacity", "opacity", "color", "font-family", "font-size", "font-weight",
    "font-style", "text-anchor", "dominant-baseline", "alignment-baseline", "letter-spacing", "marker-start", "marker-mid",
    "marker-end", "clip-path", "stop-color", "stop-opacity", "text-decoration", "visibility",
}  # fmt: skip
ATTRIBUTES = LOOKS | {
    "id", "class", "viewBox", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "width", "height",
    "d", "points", "transform", "refX", "refY", "markerWidth", "markerHeight", "markerUnits", "orient", "offset",
    "gradientUnits", "gradientTransform", "clipPathUnits", "preserveAspectRatio", "textLength", "lengthAdjust", "role",
}  # fmt: skip
#: Values lead nowhere but to another place of the same picture.
REFERENCE = re.compile(r"url\(\s*['\"]?#[\w-]+['\"]?\s*\)", re.IGNORECASE)
SUSPECT = re.compile(r"url|expression|import|javascript|data:|[\\<@]", re.IGNORECASE)
#: Each begins where the one before ends: else a long text would be read once from each of its letters on.
RULE = re.compile(r"(?<![^{}@;])([^{}@;]++)\{([^{}]*)\}")
AT_RULE = re.compile(r"(?<![^{};])([^{};@]*+)@[^{};]*+(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
SELECTOR = re.compile(r"[\w\s#.,:>*+~()\[\]=\"'^$|-]+")
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


class NoPicture(ValueError):
    """The message is a sentence for the person."""


def sanitised(text: str) -> str:
    if len(text) > LARGEST:
        raise NoPicture("The picture is too large. Draw less in one.")
    if re.search(r"<!(?!--)|<\?(?!xml\s)", text):
        raise NoPicture("The picture has parts that no picture needs.")
    try:
        root = ElementTree.fromstring(text.encode())  # noqa: S314 (no document type, so no entities)
    except (ElementTree.ParseError, UnicodeEncodeError, ValueError) as error:
        raise NoPicture("That is no SVG picture.") from error
    is_svg = root.tag in (f"{{{SVG}}}svg", "svg")
    if not is_svg or sum(1 for _ in root.iter()) > MOST_ELEMENTS or _is_too_deep(root):
        raise NoPicture("That is no SVG picture we can keep.")
    kept = _kept(root)
    _sized(kept)
    kept.set("xmlns", SVG)
    return ElementTree.tostring(kept, encoding="unicode")


def rewritten(drawing: str, change: Callable[[ElementTree.Element], None]) -> str:
    """A drawing that was kept, with a change of its words."""
    root = _kept(ElementTree.fromstring(drawing.encode()))  # noqa: S314 (sanitised before it was kept)
    change(root)
    root.set("xmlns", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _is_too_deep(root: ElementTree.Element) -> bool:
    """Level by level: whoever goes down one call for each does not come back from a million."""
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def _kept(element: ElementTree.Element) -> ElementTree.Element:
    name = _name(element)
    made = ElementTree.Element(name, dict(filter(None, (_attribute(*pair) for pair in element.items()))))
    made.text, made.tail = _css(element.text or "") if name == "style" else element.text, element.tail
    if name != "style":
        made.extend([_kept(child) for child in element if _name(child) in TAGS])
    return made


def _name(element: ElementTree.Element) -> str:
    """Empty for what is no element of SVG: comments, and elements of other languages."""
    if not isinstance(element.tag, str):
        return ""
    space, _, name = element.tag.rpartition("}")
    return name if space in ("", f"{{{SVG}") else ""


def _attribute(name: str, value: str) -> tuple[str, str] | None:
    if name == "style":
        return "style", _declarations(value)
    return (name, value) if name in ATTRIBUTES and _is_harmless(value) else None


def _is_harmless(value: str) -> bool:
    return not SUSPECT.search(REFERENCE.sub("", value))


def _css(text: str) -> str:
    """Plain rules. What begins with @ goes, with what is in it."""
    return "".join(
        f"{selector.strip()}{{{_declarations(body)}}}"
        for selector, body in RULE.findall(_without_at_rules(COMMENT.sub("", text)))
        if SELECTOR.fullmatch(selector)
    )


def _without_at_rules(text: str) -> str:
    return AT_RULE.sub(r"\1", text)


def _declarations(text: str) -> str:
    pairs = (part.partition(":") for part in text.split(";"))
    kept = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
    return ";".join(f"{name}:{value}" for name, value in kept if name in LOOKS and value and _is_harmless(value))


def _sized(root: ElementTree.Element) -> None:
    """As large as what is in it: a width of 100 % is nothing on paper."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))
    if len(numbers) != 4 or not 0 < float(numbers[2]) < 20_000 or not 0 < float(numbers[3]) < 20_000:
        raise NoPicture("The picture does not say how large it is.")
    root.set("width", numbers[2])
    root.set("height", numbers[3])
