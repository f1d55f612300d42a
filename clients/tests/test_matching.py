"""Which request a file is proposed for, by its name alone."""

from types import SimpleNamespace
from typing import Any

import pytest

from clients.matching import propose

ASKED = [
    (3, "Bank statements December 2025", ""),
    (7, "Aged receivables listing", "AR-7"),
    (11, "Inventory count sheets", ""),
    (14, "Board minutes", ""),
    (30, "Payroll summary P11", ""),
]


def requests() -> list[Any]:
    numbering = SimpleNamespace(prefix="PBC")
    return [
        SimpleNamespace(request_list=numbering, number=n, title=t, source_ref=s, reference=f"PBC-{n:03d}")
        for n, t, s in ASKED
    ]


def proposed(name: str) -> int | None:
    (proposal,) = propose([SimpleNamespace(name=name)], requests())  # type: ignore[list-item]
    return proposal.request.number if proposal.request else None


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("PBC-003 statement.pdf", 3),
        ("pbc_3.pdf", 3),
        ("Northwind PBC 030 final.xlsx", 30),
        ("PBC-0031.pdf", None),
        ("XPBC-003.pdf", None),
        ("003 whatever.pdf", 3),
        ("2025-12.pdf", None),
        ("listing AR-7.csv", 7),
        ("BoardMinutes_2025-12.docx", 14),
        ("bank-statement-december.pdf", 3),
        ("Hull inventory count sheet 31-12.pdf", 11),
        ("aged receivable listing v2.xlsx", 7),
        ("scan0001.pdf", None),
        ("Letter.pdf", None),
    ],
)
def test_a_file_is_proposed_for_the_request_its_name_speaks_of(name: str, number: int | None) -> None:
    assert proposed(name) == number


def test_two_requests_that_fit_as_well_are_no_proposal() -> None:
    twins = [
        SimpleNamespace(request_list=SimpleNamespace(prefix="X"), number=n, title="Bank letter", source_ref="")
        for n in (1, 2)
    ]
    (proposal,) = propose([SimpleNamespace(name="bank letter.pdf")], twins)  # type: ignore[list-item]
    assert proposal.request is None
