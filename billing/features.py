"""The features that code asks for, by the keys they have in `features`."""

from enum import StrEnum, auto


class F(StrEnum):
    SEATS = auto()
    CLIENTS = auto()
    REQUEST_LISTS = auto()
    SCOPING_SESSIONS = auto()
    CREDITS = auto()
    STORAGE = auto()
    WORKPAPERS = auto()
    TEMPLATES = auto()
    PORTAL_BRAND = auto()
    CUSTOM_ROLES = auto()
    SSO = auto()
    DOMAINS = auto()
    API = auto()
    AUDIT_DAYS = auto()
    AUDIT_EXPORT = auto()


#: What each act costs in credits. All else costs nothing: requests, uploads and their checks, diagrams, sign-off.
PRICES = {"ai_call": 20, "pdf_export": 5}
#: How the acts that cost credits are called on pages, those that cost most first.
ACTS = {"ai_call": "Drafting", "pdf_export": "PDF exports"}
