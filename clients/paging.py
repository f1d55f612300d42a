from look.paging import Page, keyset_page

__all__ = ["Page", "keyset_page"]
