"""The connection to the database; Django finds it here by name."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import sql

from portal.lib.schema import current_schema
from portal.servers.versions import OldServer, refuse_old


class DatabaseWrapper(base.DatabaseWrapper):
    """Refuses a server older than ours by name, where Django would take some of them, and is always
    in the schema that the context means: also a new connection, one that is used again, and that of
    another thread.
    """

    # Where the connection is; empty for where every connection begins.
    schema = ""

    def check_database_version_supported(self) -> None:
        """Called when a connection is made. Raises OldServer."""
        try:
            refuse_old(self.pg_version)
        except OldServer:
            self.close()  # Django would go on with it at the next query.
            raise

    def init_connection_state(self) -> None:
        """Called when a connection is made, before any transaction."""
        self.schema = ""
        super().init_connection_state()
        self._follow()

    def create_cursor(self, name: str | None = None) -> Any:
        """Called before every statement."""
        self._follow()
        return super().create_cursor(name)

    def _follow(self) -> None:
        wanted = current_schema.get()
        if wanted != self.schema:
            path = sql.Identifier(wanted) if wanted else sql.SQL("DEFAULT")
            with self.wrap_database_errors:
                self.connection.execute(sql.SQL("SET search_path TO {}").format(path))
            self.schema = wanted
