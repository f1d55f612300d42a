"""Operators edit the site in Django's admin; the router leads these models to the marketing database."""

from marketing.admin import contact, media, newsletter, plans, texts, traffic

__all__ = ["contact", "media", "newsletter", "plans", "texts", "traffic"]
