"""The standalone shop as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """The shop's own tables, under a label of their own."""

    name = "saleor_relacional.hosts.standalone"
    label = "relacional_shop"
    verbose_name = "Standalone shop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The web process publishes through the same Celery app as the worker.
        import_module("saleor_relacional.hosts.standalone.celery")
