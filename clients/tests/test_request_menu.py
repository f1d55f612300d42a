"""The “…” of a row: what the request's page can do, from the list."""

from typing import Any

from tests.cast import Cast

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_the_menu_of_a_row_offers_what_the_page_of_the_request_can_do(cast: Cast, sign_in: Any) -> None:
    ours, browser, viewer = cast.ours, sign_in(cast.ours.member), sign_in(cast.ours.viewer)

    def url(name: str, state: str) -> str:
        return ours.url(name, request_id=getattr(ours, state).pk)

    def menu(state: str, reader: Any = browser) -> str:
        here = {"HX-Current-URL": f"http://testserver{this_list}?status=draft"}
        return reader.get(url("request_menu", state), headers=PART | here).text

    this_list = ours.url("request_list_detail", list_id=ours.request_list.pk)
    assert f'hx-get="{url("request_menu", "draft")}"' in browser.get(this_list).text
    changes = ["request_update", "request_assignment", "request_due_date", "request_removal"]
    for state in ("draft", "pending", "submitted", "accepted"):
        assert all(url(name, state) in menu(state) for name in changes)
        assert not any(url(name, state) in menu(state, viewer) for name in changes)
        assert url("request_detail", state) in menu(state, viewer)
    assert f'action="{url("request_publication", "draft")}?list&amp;status=draft"' in menu("draft")
    assert url("request_acceptance", "submitted") in menu("submitted")
    assert f"?request={ours.pending.pk}" in menu("pending") and "?request=" not in menu("submitted")

    reopening = f"{url('request_detail', 'accepted')}?step=reopen"
    assert reopening in menu("accepted") and "?step=" not in menu("accepted", viewer)
    form = browser.get(reopening).text.split(url("request_reopening", "accepted"))[0]
    assert "<details open" in form

    browser.post(ours.url("request_list_closing", list_id=ours.request_list.pk))
    assert not any(url(name, "pending") in menu("pending") for name in changes)
    assert browser.get(url("request_menu", "draft")).url == url("request_detail", "draft")
