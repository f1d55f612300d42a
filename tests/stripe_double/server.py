"""The address: routes to the world's objects, keys, idempotency, and events on their way to a webhook."""

import hashlib
import hmac
import json
import random
import re
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.stripe_double import pages, schedules
from tests.stripe_double.forms import decoded
from tests.stripe_double.world import Refused, Thing, World, copied

KEY, SECRET = "sk_test_double", "whsec_test_double"
LISTS = {
    "customers": "customer", "products": "product", "prices": "price", "subscriptions": "subscription",
    "invoices": "invoice", "payment_methods": "payment_method", "checkout/sessions": "checkout.session",
    "billing_portal/sessions": "billing_portal.session", "subscription_schedules": "subscription_schedule",
    "charges": "charge",
}  # fmt: skip

#: So many of its lines come with an invoice.
LINES = 10


class StripeDouble(ThreadingHTTPServer):
    """`with StripeDouble() as stripe:` answers at `stripe.url`; events wait in `stripe.world.events`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.world, self.lock = World(), threading.RLock()
        self.answered: dict[str, tuple[str, int, Thing]] = {}
        self.asked: list[tuple[str, str]] = []
        self.fails: list[int] = []
        #: Where events are sent by themselves, as they happen; empty: nowhere.
        self.webhook, self._sent = "", 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> "StripeDouble":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    # Events

    def signed(self, event: Thing, *, at: float | None = None, secret: str = SECRET) -> tuple[bytes, str]:
        """The body of a delivery, and its `Stripe-Signature`."""
        body, moment = json.dumps(event).encode(), int(at or time.time())
        mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
        return body, f"t={moment},v1={mac.hexdigest()}"

    def storm(self, seed: int) -> list[Thing]:
        """Every event that has happened, some twice, in no order."""
        chance = random.Random(seed)  # noqa: S311
        events = [*self.world.events, *chance.choices(self.world.events, k=len(self.world.events) // 2)]
        chance.shuffle(events)
        return events

    def deliver(self, events: Iterable[Thing]) -> None:
        for event in events:
            body, signature = self.signed(event)
            headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
            with urllib.request.urlopen(urllib.request.Request(self.webhook, body, headers), timeout=20):  # noqa: S310
                pass

    def deliver_new(self) -> None:
        with self.lock:
            new, self._sent = self.world.events[self._sent :], len(self.world.events)
        if self.webhook:
            threading.Thread(target=self.deliver, args=(new,), daemon=True).start()

    @contextmanager
    def declining(self) -> Iterator[None]:
        """Cards are refused meanwhile."""
        self.world.declines = True
        yield
        self.world.declines = False

    # Asked for by the library

    def answer(self, verb: str, path: str, values: Thing) -> Thing:
        for pattern, does in ROUTES:
            if match := re.fullmatch(pattern, f"{verb} {path}"):
                return does(self, values, **match.groupdict())
        raise Refused(f"Unrecognized request URL ({verb}: /v1/{path}).", 404)


def create(server: StripeDouble, values: Thing, *, path: str) -> Thing:
    return server.world.make(LISTS[path], **values)


def create_price(server: StripeDouble, values: Thing) -> Thing:
    product = values.pop("product_data", None)
    if product:
        values["product"] = server.world.make("product", **product)["id"]
    if server.world.all("price", lookup_key=values.get("lookup_key", "")):
        raise Refused("A price already uses that lookup key.")
    return server.world.make("price", **{"nickname": "", "active": True, **values})


def create_session(server: StripeDouble, values: Thing) -> Thing:
    server.world.get(values["customer"], "customer")
    begun = {"status": "open", "payment_status": "unpaid", "subscription": None, "payment_intent": None}
    session = server.world.make("checkout.session", **begun, **values)
    session["url"] = f"{server.url}/pay/{session['id']}"
    return session


def create_balance(server: StripeDouble, values: Thing, *, id: str) -> Thing:
    customer = server.world.get(id, "customer")
    customer["balance"] = customer.get("balance", 0) + values["amount"]
    return server.world.make("customer_balance_transaction", customer=id, **values)


def list_balance(server: StripeDouble, values: Thing, *, id: str) -> Thing:
    rows = server.world.all("customer_balance_transaction", customer=id)
    return {"object": "list", "url": "", "data": rows[: values["limit"]], "has_more": len(rows) > values["limit"]}


def expire_session(server: StripeDouble, values: Thing, *, id: str) -> Thing:
    session = server.world.get(id, "checkout.session")
    if session["status"] != "open":
        raise Refused(f"Only open sessions can be expired; this one is {session['status']}.")
    session.update(status="expired", url=None)
    server.world.tell("checkout.session.expired", session)
    return session


def create_schedule(server: StripeDouble, values: Thing) -> Thing:
    subscription = server.world.get(values["from_subscription"], "subscription")
    if subscription["schedule"]:
        raise Refused("The subscription has a schedule already.")
    return schedules.begin(server.world, subscription)


def update_schedule(server: StripeDouble, values: Thing, *, id: str) -> Thing:
    return schedules.update(server.world, server.world.get(id, "subscription_schedule"), values)


def release_schedule(server: StripeDouble, values: Thing, *, id: str) -> Thing:
    return schedules.release(server.world, server.world.get(id, "subscription_schedule"))


def create_portal(server: StripeDouble, values: Thing) -> Thing:
    session = server.world.make("billing_portal.session", **values)
    session["url"] = f"{server.url}/portal/{session['id']}"
    return session


def found(server: StripeDouble, values: Thing, *, path: str, id: str) -> Thing:
    return expanded(server, server.world.get(id, LISTS[path]), values.get("expand", []))


def expanded(server: StripeDouble, thing: Thing, names: list[str]) -> Thing:
    """The objects named in place of their ids; of an invoice's lines the first."""
    shown = dict(thing)
    if thing["object"] == "invoice":
        every = thing["lines"]["data"]
        shown["lines"] = {**thing["lines"], "data": every[:LINES], "has_more": len(every) > LINES}
    for name in names:
        field, _, deeper = name.removeprefix("data.").partition(".")
        held = server.world.things.get(shown.get(field) or "", shown.get(field))
        shown[field] = expanded(server, held, [deeper]) if deeper and held else held
    return shown


def listed(server: StripeDouble, values: Thing, *, path: str) -> Thing:
    limit, expand, after = values.pop("limit", 10), values.pop("expand", []), values.pop("starting_after", "")
    keys, status = values.pop("lookup_keys", None), values.pop("status", "all")
    rows = server.world.all(LISTS[path], **values)
    rows = [row for row in rows if keys is None or row.get("lookup_key") in keys]
    rows = [row for row in rows if status == "all" or row.get("status") == status]
    if after:
        rows = rows[[row["id"] for row in rows].index(after) + 1 :]
    data = [expanded(server, row, expand) for row in rows[:limit]]
    return {"object": "list", "url": f"/v1/{path}", "data": data, "has_more": len(rows) > limit}


def list_lines(server: StripeDouble, values: Thing, *, id: str) -> Thing:
    """All of them, a page at a time."""
    rows = server.world.get(id, "invoice")["lines"]["data"]
    begin = [row["id"] for row in rows].index(values["starting_after"]) + 1 if "starting_after" in values else 0
    data = rows[begin : begin + min(values.get("limit", 10), 100)]
    return {"object": "list", "url": "", "data": data, "has_more": begin + len(data) < len(rows)}


def update(server: StripeDouble, values: Thing, *, path: str, id: str) -> Thing:
    thing = server.world.get(id, LISTS[path])
    if path == "subscriptions":
        if thing["status"] == "canceled":
            raise Refused("A canceled subscription can only update its metadata.")
        return server.world.change(thing, values)
    thing.update(values)
    return thing


def cancel(server: StripeDouble, values: Thing, *, id: str) -> Thing:
    return server.world.cancel(server.world.get(id, "subscription"))


ROUTES: list[tuple[str, Callable[..., Thing]]] = [
    (r"POST prices", create_price),
    (r"POST checkout/sessions", create_session),
    (r"POST checkout/sessions/(?P<id>\w+)/expire", expire_session),
    (r"POST billing_portal/sessions", create_portal),
    (r"POST customers/(?P<id>\w+)/balance_transactions", create_balance),
    (r"GET customers/(?P<id>\w+)/balance_transactions", list_balance),
    (r"GET invoices/(?P<id>\w+)/lines", list_lines),
    (r"POST subscription_schedules", create_schedule),
    (r"POST subscription_schedules/(?P<id>\w+)/release", release_schedule),
    (r"POST subscription_schedules/(?P<id>\w+)", update_schedule),
    (r"POST (?P<path>customers|products)", create),
    (r"DELETE subscriptions/(?P<id>\w+)", cancel),
    (r"GET (?P<path>[a-z_]+(?:/sessions)?)/(?P<id>[a-z]+_\w+)", found),
    (r"POST (?P<path>[a-z_]+)/(?P<id>[a-z]+_\w+)", update),
    (r"GET (?P<path>customers|prices|subscriptions|invoices|payment_methods|checkout/sessions)", listed),
]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: StripeDouble

    def log_message(self, *_: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self.handle_one("")

    def do_POST(self) -> None:
        self.handle_one(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    do_DELETE = do_POST

    def handle_one(self, body: str) -> None:
        address = urlsplit(self.path)
        with self.server.lock:
            if address.path.startswith("/v1/"):
                status, said = self.api(address.path.removeprefix("/v1/"), body or address.query)
                self.send(status, json.dumps(said).encode(), "application/json", **{"Request-Id": "req_double"})
            else:
                self.send(*pages.answer(self.server, self.command, address.path, decoded(body)))
        self.server.deliver_new()

    def api(self, path: str, said: str) -> tuple[int, Thing]:
        self.server.asked.append((self.command, path))
        key = self.headers.get("Idempotency-Key") or ""
        try:
            if self.server.fails:
                raise Refused("Something went wrong on our side.", self.server.fails.pop(0), "api_error")
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                raise Refused("Invalid API Key provided.", 401)
            return self.once(key, path, said)
        except Refused as refused:
            return refused.status, {"error": {"type": refused.kind, "message": str(refused)}}

    def once(self, key: str, path: str, said: str) -> tuple[int, Thing]:
        """The same key is answered the same way; with other values it is refused."""
        if key in self.server.answered and self.command == "POST":
            before, status, answer = self.server.answered[key]
            if before != path + said:
                raise Refused(
                    "Keys for idempotent requests can only be used with the same parameters.", 400, "idempotency_error"
                )
            return status, answer
        answer = copied(self.server.answer(self.command, path, decoded(said)))
        if key:
            self.server.answered[key] = (path + said, 200, answer)
        return 200, answer

    def send(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
