"""What alembic runs to reach the database: the connection that the store passes in, and no other."""

from alembic import context

from bot.crashpoints import crashpoint

context.configure(
    connection=context.config.attributes["connection"],
    on_version_apply=lambda **_: crashpoint("migration-step"),
)
context.run_migrations()
