"""Alembic's entry: runs the numbered files in versions/ on the connection that Database.migrate() passes in."""

from alembic import context

from connectors.database import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
