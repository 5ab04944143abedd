"""What many tests begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.deskwork import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command writes its logs to the standard error of its time; the next test has another."""
    yield
    structlog.reset_defaults()
