"""What many tests begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection

from tests.deskwork import Desk
from tests.storing import open_store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    """The write connection of an empty store."""
    with closing(open_store(tmp_path)) as store, store.begin() as lent:
        yield lent


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command writes its logs to the standard error of its time; the next test has another."""
    yield
    structlog.reset_defaults()
