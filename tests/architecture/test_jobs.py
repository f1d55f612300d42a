"""A worker knows the jobs of the modules it imports, and of no others."""

import re

from django.conf import settings

from tests.architecture.sources import PYTHON, ROOT, relative

REGISTERS = re.compile(r"^@(?:tenant_task|person_task|by_the_clock|app\.periodic|app\.task)\b", re.MULTILINE)
#: Imported by every module that makes a job.
ALWAYS = {"tenancy.jobs"}


def modules_with_jobs() -> set[str]:
    product = (path for path in PYTHON if "tests" not in path.relative_to(ROOT).parts)
    return {
        relative(path).removesuffix(".py").replace("/", ".") for path in product if REGISTERS.search(path.read_text())
    }


def test_a_worker_imports_every_module_that_has_jobs() -> None:
    assert modules_with_jobs() - ALWAYS == set(settings.PROCRASTINATE_IMPORT_PATHS)
