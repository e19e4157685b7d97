"""The connection to the database; Django finds it here by name."""

from django.db.backends.postgresql import base

from portal.servers.versions import OldServer, refuse_old


class DatabaseWrapper(base.DatabaseWrapper):
    """Refuses a server older than ours by name, where Django would take some of them."""

    def check_database_version_supported(self) -> None:
        """Called when a connection is made. Raises OldServer."""
        try:
            refuse_old(self.pg_version)
        except OldServer:
            self.close()  # Django would go on with it at the next query.
            raise
