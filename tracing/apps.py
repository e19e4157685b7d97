from django.apps import AppConfig


class TracingConfig(AppConfig):
    name = "tracing"
    verbose_name = "追溯信息"
    default_auto_field = "django.db.models.BigAutoField"
