"""The portal app: what every process that sets Django up loads."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # Loaded here, not in the package, so that the settings and the servers do not need Celery:
        # every process that sets Django up can send tasks through the configured application.
        from celery.signals import worker_init

        from portal import celery  # noqa: F401
        from portal.database.unlimited_migrations import unlimited_migrations
        from portal.lib.refused import load
        from portal.servers.starting import refuse_bad_start
        from portal.workers import canaries  # noqa: F401

        def look_first(**_signal: object) -> None:
            refuse_bad_start()

        load(self.name)
        worker_init.connect(look_first, weak=False)
        unlimited_migrations()
