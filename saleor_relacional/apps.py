"""Django's door to us."""

from importlib import import_module

from django.apps import AppConfig, apps


class RelacionalConfig(AppConfig):
    """Installed by Saleor through the entry point, or listed by the standalone shop's settings."""

    name = "saleor_relacional"
    label = "saleor_relacional"
    verbose_name = "Relationships"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("saleor_relacional.checks")
        if apps.is_installed("saleor.core"):
            import_module("saleor_relacional.hosts.saleor.ready").install()
