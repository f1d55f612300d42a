"""How long the randomised proofs look. The same examples every time; `HYPOTHESIS_PROFILE=long` looks for new ones.

HYPOTHESIS_PROFILE=long .venv/bin/python -m pytest tests/isolation/test_differential.py
"""

import os

from hypothesis import HealthCheck, settings

LONGER = 50
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


settings.register_profile(
    "ordinary",
    derandomize=not IS_LONG,
    deadline=None,
    database=None,
    print_blob=IS_LONG,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("ordinary")  # for every test, as conftest.py imports this: a busy machine is no failure


def examples(count: int, **changes: object) -> settings:
    """`count` examples, or many times as many where somebody has the patience."""
    return settings(max_examples=count * (LONGER if IS_LONG else 1), **changes)
