"""Where the apps above the firms have their pages from; `look.paging` makes them."""

from look.paging import Page, keyset_page

__all__ = ["Page", "keyset_page"]
