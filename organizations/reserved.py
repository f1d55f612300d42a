"""Addresses no firm may take, with the reason a person reads."""

_OURS = "Tickmark uses it for its own pages"
_TRUST = "people could take it for Tickmark itself"

RESERVED_SLUGS: dict[str, str] = {
    **dict.fromkeys(
        ["accounts", "admin", "api", "app", "assets", "auth", "billing", "blog", "dev", "docs", "firms", "help",
         "invitations", "login", "logout", "mail", "media", "new", "portal", "pricing", "sign-in", "sign-up", "signup",
         "static", "status", "styleguide", "www"],
        _OURS,
    ),
    **dict.fromkeys(["official", "operator", "platform", "root", "security", "staff", "support", "system", "tickmark"], _TRUST),
}  # fmt: skip
