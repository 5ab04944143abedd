"""What alembic runs to reach the database: the connection that the store passes in, and no other."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
