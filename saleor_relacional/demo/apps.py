"""The demo as a Django app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Its command and the templates of its mailbox; no tables."""

    name = "saleor_relacional.demo"
    label = "relacional_demo"
    verbose_name = "Demo"
