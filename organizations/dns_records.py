"""Asking the public DNS. `DOMAIN_RESOLVER` names the function, so that tests and closed networks can put in another."""

from collections.abc import Callable

import dns.exception
import dns.resolver
from django.conf import settings
from django.utils.module_loading import import_string

#: One server may be slow, all of them together may not: a person is waiting.
ONE_SERVER_SECONDS, ALL_SECONDS = 2.0, 4.0


class ResolverSilent(Exception):
    """No name server answered in time: that says nothing about the record."""


def txt_records(domain: str) -> list[str]:
    """The TXT records of a domain, each put together from its parts; none where the name does not exist."""
    resolver = dns.resolver.Resolver()
    resolver.timeout, resolver.lifetime = ONE_SERVER_SECONDS, ALL_SECONDS
    try:
        answer = resolver.resolve(f"{domain}.", "TXT", search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise ResolverSilent(domain) from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def ask_for_txt(domain: str) -> list[str]:
    resolve: Callable[[str], list[str]] = import_string(settings.DOMAIN_RESOLVER)
    return resolve(domain)
