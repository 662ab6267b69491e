"""How long to fuzz: `quick` in every test run, with the same examples; `long` by `make fuzz`, with new ones."""

import faulthandler
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

FROZEN_SECONDS = 120
"""Code compiled in C does not hear the alarm of :func:`fuzz.property.refuses_or_accepts`."""

EXAMPLES = int(os.environ.get("LANDLOOM_EXAMPLES", "3000"))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile("quick", max_examples=15, derandomize=True, deadline=None, suppress_health_check=SLOW)
settings.register_profile(
    "long",
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=SLOW,
    print_blob=True,
)
settings.load_profile(os.environ.get("LANDLOOM_FUZZ", "quick"))


@pytest.fixture(autouse=True)
def frozen_code_ends() -> Iterator[None]:
    """End the process, and say where, if code that hears no alarm does not return."""
    seconds = FROZEN_SECONDS if settings.default.derandomize else 3600
    faulthandler.dump_traceback_later(seconds, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()
