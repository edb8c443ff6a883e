"""This package as a Django app."""

from importlib import import_module

from django.apps import AppConfig, apps


class RelacionalConfig(AppConfig):
    """Installed by Saleor through the entry point, or listed by the standalone shop's settings."""

    name = "saleor_relacional"
    label = "saleor_relacional"
    verbose_name = "Relationships"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        super().import_models()
        if apps.is_installed("saleor.core"):
            # While models load: Saleor's GraphQL enums read the list of permissions only once, soon after.
            import_module("saleor_relacional.hosts.saleor.permission")

    def ready(self) -> None:
        import_module("saleor_relacional.checks")
        if apps.is_installed("saleor.core"):
            import_module("saleor_relacional.hosts.saleor.ready").install()
