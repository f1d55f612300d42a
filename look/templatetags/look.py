"""The components of the product, one tag each. `/styleguide/` shows them all.

Small ones that stand many times on a page are written here; the rest are templates in `components/`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from look import dates, people, progress
from look.files import file_icon
from look.status import Status, lookup

register = template.Library()

MARKS = {
    "agreed": "Agreed to ledger",
    "recalc": "Recalculated",
    "footed": "Footed",
    "confirmed": "Confirmed by third party",
    "judgement": "Judgement, see note",
    "exception": "Exception",
    "source": "Agreed to source document",
    "cross-footed": "Cross-footed",
    "inspected": "Inspected",
    "prior": "Agreed to prior year’s file",
    "analytical": "Analytical procedure",
    "diamond": "See the note",
    "square": "Square",
    "circle": "Circle",
    "cross": "Cross",
    "plus": "Plus",
    "star": "Star",
    "hash": "Crossed lines",
    "caret": "Roof",
    "down": "Triangle on its point",
    "bars": "Three lines",
    "up": "Arrow up",
    "half": "Halved circle",
    "hourglass": "Hourglass",
}
MESSAGE_LOOKS = {
    "success": Status("done", "check", "Done"),
    "warning": Status("client", "alert-circle", "Take note"),
    "error": Status("late", "alert-triangle", "Not done"),
}
PLAIN_MESSAGE = Status("firm", "info-circle", "Note")


def component(template_name: str, /, **context: Any) -> SafeString:
    return render_to_string(f"components/{template_name}.html", context)


def sprite(name: str) -> str:
    return f"{static('sprite.svg')}#i-{name}"


# Icons and marks


@register.simple_tag
def icon(name: str, cls: str = "") -> SafeString:
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>',
        f" {cls}" if cls else "",
        sprite(name),
    )


@register.simple_tag
def logo(href: str = "", text: bool = True) -> SafeString:
    return component("logo", href=href, text=text)


@register.simple_tag
def mark(kind: str, label: str = "", turn: str = "") -> SafeString:
    """`turn="late"` where the mark says what the figures do not."""
    drawn = mark_safe(' data-turn="late"') if kind == "exception" or turn == "late" else ""
    return format_html(
        '<svg class="tk-mark" role="img" aria-label="{}"{}><use href="{}"/></svg>',
        label or MARKS[kind],
        drawn,
        sprite(f"m-{kind}"),
    )


# Words with a colour


@register.simple_tag
def chip(status: object, label: str = "", kind: str = "") -> SafeString:
    found = lookup(status, kind)
    return tag(label or found.word, found.icon, found.turn)


@register.simple_tag
def tag(label: object, icon: str = "", turn: str = "idle") -> SafeString:
    drawn = _icon(icon) if icon else ""
    return format_html('<span class="tk-chip" data-turn="{}">{}{}</span>', turn, drawn, label)


@register.simple_tag
def ref(text: object, href: str = "") -> SafeString:
    if href:
        return format_html('<a class="tk-ref" href="{}">{}</a>', href, text)
    return format_html('<span class="tk-ref">{}</span>', text)


@register.simple_tag
def saved(text: str, turn: str = "done", icon: str = "cloud-check") -> SafeString:
    return format_html('<span class="tk-save" role="status" data-turn="{}">{}{}</span>', turn, _icon(icon), text)


# People


@register.simple_tag
def avatar(name: str, side: str = "firm", size: str = "sm", alone: bool = False, src: str = "") -> SafeString:
    """A picture where `src` names one, else initials. Hidden from screen readers beside a written name;
    `alone=True` gives it the name."""
    known = format_html(' role="img" aria-label="{0}" title="{0}"', name)
    return format_html(
        '<span class="avatar avatar-{}" data-side="{}"{}>{}</span>',
        size,
        side,
        known if alone else mark_safe(' aria-hidden="true"'),
        format_html('<img src="{}" alt="" loading="lazy">', src) if src else people.initials(name),
    )


@register.simple_tag
def person(name: str, side: str = "firm", size: str = "xs") -> SafeString:
    return format_html('<span class="tk-person">{}{}</span>', avatar(name, side, size), name)


@register.simple_tag
def avatar_stack(names: Iterable[str], label: str, side: str = "firm", most: int = 3) -> SafeString:
    listed = list(names)
    return component("avatar_stack", names=listed[:most], extra=len(listed[most:]), label=label, side=side)


@register.filter
def initials(name: str) -> str:
    return people.initials(name)


@register.filter
def monogram(name: str) -> str:
    return people.monogram(name)


# Dates


@register.simple_tag
def when(value: date | None, style: str = "record") -> SafeString:
    """`record`: 28 Feb 2026, 16:42. `short`, for feeds: 16:42, Mon 10:31, Fri 6 Mar. `day`: Fri 6 Mar.

    `long`: Friday 6 March. Moments are told in the reader's zone (look.reader).
    """
    if value is None:
        return mark_safe("")
    words = {
        "record": lambda: dates.record_words(value),
        "short": lambda: dates.short_words(value, timezone.localtime()),
        "day": lambda: dates.day_words(_day_read(value), timezone.localdate()),
        "long": lambda: dates.long_words(_day_read(value)),
    }[style]()
    return format_html(
        '<time class="tk-when" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        dates.record_words(value),
        words,
    )


@register.filter
def long_day(value: date) -> str:
    """“Friday 6 March”, or as the reader's locale writes it."""
    return dates.long_words(_day_read(value))


@register.filter
def month_day(value: date) -> str:
    """“31 March”, of every year."""
    return dates.written(value, "month_day")


@register.filter
def record(value: date) -> str:
    """`{% when %}` in words alone, for labels and mails."""
    return dates.record_words(value)


@register.filter
def lately(value: datetime) -> str:
    """“yesterday, 16:41”."""
    return dates.lately_words(value, timezone.now())


@register.filter
def record_seconds(value: datetime) -> str:
    """28 Feb 2026, 16:42:07, for receipts."""
    return f"{dates.record_words(value)}:{dates.local_time(value):%S}"


@register.filter
def mail_moment(value: datetime) -> str:
    """28 Feb 2026, 16:42 GMT: no page says in which zone a mail was written."""
    return dates.mail_words(value)


@register.simple_tag
def due(value: date | None, is_open: bool = True, empty: str = "Not set") -> SafeString:
    """“Fri 6 Mar”, or in red “24 Feb, 7 days late” while the thing is still open."""
    if value is None:
        return format_html('<span class="tk-muted">{}</span>', empty)
    day, today = _day(value), timezone.localdate()
    if is_open and day < today:
        return format_html(
            '<time class="tk-late" datetime="{}">{}</time>', day.isoformat(), dates.late_words(day, today)
        )
    words = "Today" if is_open and day == today else dates.day_words(day, today)
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), words)


# Figures


@register.simple_tag
def stat(label: str, value: object, note: str = "", turn: str = "", href: str = "") -> SafeString:
    return component("stat", label=label, value=value, note=note, turn=turn, href=href)


@register.simple_tag
def progress_seg(
    done: int = 0, firm: int = 0, client: int = 0, late: int = 0, key: bool = False, words: str = "firm"
) -> SafeString:
    parts = progress.parts_in_order({"done": done, "firm": firm, "client": client, "late": late})
    said = progress.WORDS[words]
    drawn = progress.bar(parts, progress.sentence(parts, said))
    return drawn + progress.key(parts, said) if key and parts else drawn


@register.simple_tag(name="progress")
def progress_bar(value: float, max: float, label: str, turn: str = "") -> SafeString:
    drawn = format_html(' data-turn="{}"', turn) if turn else ""
    return format_html(
        '<progress class="progress" value="{}" max="{}" aria-label="{}"{}></progress>', value, max, label, drawn
    )


# The frame of a page


@register.simple_block_tag
def slot(content: str) -> SafeString:
    """`{% slot as meta %}…{% endslot %}` keeps markup for a component's argument."""
    return mark_safe(content.strip())


@register.simple_tag
def crumb(label: str, href: str) -> SafeString:
    return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', href, label)


@register.simple_block_tag
def page_head(
    content: str, title: str, ref: str = "", crumbs: object = "", meta: str = "", after: str = "", sub: str = ""
) -> SafeString:
    """Content: the actions. `crumbs` is a list of (label, href), or a slot of `{% crumb %}`s."""
    return component(
        "page_head",
        title=title,
        ref=ref,
        crumbs=_crumbs(crumbs),
        meta=meta,
        after=after,
        sub=sub,
        actions=mark_safe(content.strip()),
    )


@register.simple_block_tag
def tabs(content: str, label: str) -> SafeString:
    return component("tabs", label=label, items=mark_safe(content.strip()))


@register.simple_tag
def tab(label: str, href: str, count: int | None = None, current: bool = False) -> SafeString:
    return format_html(
        '<li><a href="{}"{}>{}{}</a></li>',
        href,
        mark_safe(' aria-current="page"') if current else "",
        label,
        format_html("<span>{}</span>", count) if count else "",
    )


@register.simple_block_tag
def empty_state(content: str, icon: str, title: str, text: str = "") -> SafeString:
    return component("empty", icon=icon, title=title, text=text, actions=mark_safe(content.strip()))


@register.simple_block_tag
def alert(content: str, turn: str, title: str, icon: str = "", role: str = "status") -> SafeString:
    drawn = icon or {"late": "alert-triangle", "client": "alert-circle", "done": "check"}.get(turn, "info-circle")
    return component("alert", turn=turn, title=title, icon=drawn, role=role, body=mark_safe(content.strip()))


@register.simple_block_tag
def menu(
    content: str,
    id: str,
    label: str,
    icon: str = "dots",
    cls: str = "btn btn-icon btn-ghost btn-sm",
    text: bool = False,
    end: bool = True,
) -> SafeString:
    return component(
        "menu", id=id, label=label, icon=icon, cls=cls, text=text, end=end, items=mark_safe(content.strip())
    )


@register.simple_block_tag
def drawer(content: str, id: str, title: str, sub: str = "", footer: str = "", open: bool = False) -> SafeString:
    return component("drawer", id=id, title=title, sub=sub, footer=footer, open=open, body=mark_safe(content.strip()))


@register.simple_block_tag
def dialog(content: str, id: str, title: str, footer: str = "", size: str = "", open: bool = False) -> SafeString:
    return component("dialog", id=id, title=title, footer=footer, size=size, open=open, body=mark_safe(content.strip()))


# Lists


@register.simple_tag
def file(name: str, meta: str = "", href: str = "", icon: str = "", picture: str = "") -> SafeString:
    """`picture` is the address of a small one, shown in the icon's place."""
    return component("file", name=name, meta=meta, href=href, icon=icon or file_icon(name), picture=picture)


@register.simple_tag
def pager(text: str = "", prev: str = "", next: str = "") -> SafeString:
    return component("pager", text=text, prev=prev, next=next)


@register.simple_tag
def search_box(label: str, id: str = "q", name: str = "q", value: str = "") -> SafeString:
    return component("search_box", label=label, id=id, name=name, value=value)


@register.simple_tag(takes_context=True)
def sort_th(
    context: Context, label: str, field: str, cls: str = "", param: str = "o", default: bool = False
) -> SafeString:
    """A sortable head. The address keeps `o=name` or `o=-name`; a new order starts at the first page.

    `default` marks the one by which the rows stand while the address names none.
    """
    query = context["request"].GET.copy()
    chosen = query.get(param, "") or (field if default else "")
    direction = {field: "ascending", f"-{field}": "descending"}.get(chosen, "")
    query[param] = f"-{field}" if direction == "ascending" else field
    for page in ("after", "before", "page"):
        query.pop(page, None)
    return component("sort_th", label=label, href=f"?{query.urlencode()}", direction=direction, cls=cls)


@register.simple_tag
def select_all(label: str) -> SafeString:
    return format_html('<input class="form-check-input m-0" type="checkbox" data-select-all aria-label="{}">', label)


@register.simple_tag
def select_row(value: object, label: str, name: str = "selected") -> SafeString:
    return format_html(
        '<input class="form-check-input m-0" type="checkbox" name="{}" value="{}" data-select-row aria-label="{}">',
        name,
        value,
        label,
    )


@register.simple_tag
def signoff(steps: Iterable[dict[str, Any]]) -> SafeString:
    return component("signoff", steps=steps)


@register.simple_block_tag
def message(
    content: str, name: str, time: datetime | None = None, side: str = "firm", unread: bool = False, visible: str = ""
) -> SafeString:
    """`visible` is the word of the audience; “Firm only” carries a lock, anything else a globe."""
    return component(
        "message", name=name, time=time, side=side, unread=unread, visible=visible, body=mark_safe(content.strip())
    )


@register.simple_tag
def loading(label: str, lines: int = 4) -> SafeString:
    widths = [("col-9", "col-6", "col-8", "col-5")[n % 4] for n in range(lines)]
    return component("loading", label=label, widths=widths)


@register.simple_tag
def drop_zone(id: str, name: str = "files", hint: str = "", multiple: bool = True, accept: str = "") -> SafeString:
    return component("drop_zone", id=id, name=name, hint=hint, multiple=multiple, accept=accept)


# Forms and messages


@register.simple_tag
def form_errors(form: Any) -> SafeString:
    """The errors of the form as a whole, for templates that place each field themselves."""
    return component("form_errors", errors=form.non_field_errors())


@register.simple_tag
def message_look(message: Any) -> Status:
    return MESSAGE_LOOKS.get(message.level_tag, PLAIN_MESSAGE)


def _icon(name: str) -> SafeString:
    return icon(name)


def _day_read(value: date) -> date:
    """The day of a moment where its reader is; of a day, that day."""
    return dates.local_time(value).date() if isinstance(value, datetime) else value


def _day(value: date) -> date:
    """The day of a moment where the firm is: what is due, is due there."""
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()


def _crumbs(crumbs: Any) -> SafeString:
    if isinstance(crumbs, str):
        return conditional_escape(crumbs)
    return format_html_join("", "{}", ((crumb(label, href),) for label, href in crumbs or ()))
