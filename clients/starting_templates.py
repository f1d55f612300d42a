"""What a new firm finds among its own templates, by what it says it does."""

from collections.abc import Collection

from clients.request_templating import copy_shipped
from clients.template_lines import shipped_template
from organizations.models import Membership

#: What a firm does (`organizations.founding.PRACTICES`) → the templates that come with the product.
BEGIN_WITH = {
    "accounting": ("onboarding", "payroll"),
    "audit": ("audit", "review"),
    "tax": ("corporate-tax",),
    "consulting": ("due-diligence",),
}


def add(practices: Collection[str], owner: Membership) -> None:
    for practice in practices:
        for key in BEGIN_WITH[practice]:
            if shipped := shipped_template(key):
                copy_shipped(shipped, by=owner)
