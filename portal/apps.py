from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # Loaded here, not in the package, so that the settings and the servers do not need Celery:
        # every process that sets Django up can send tasks through the configured application.
        from portal import celery, worker  # noqa: F401
