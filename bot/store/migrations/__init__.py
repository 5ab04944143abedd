"""Steps from one schema to the next, run by alembic in one transaction when the store is opened.

To add one: a file in ``versions`` with the next number, the same change in ``schema``, its number below.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
"""Every revision this version knows, oldest first; written out so that an ordinary start needs no alembic."""


def upgrade(connection: Connection) -> None:
    """Bring the database to the last revision, inside the transaction that ``connection`` has begun."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    command.upgrade(config, "head")
