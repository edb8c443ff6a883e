"""Our plugin in Saleor. `hooks.py` names the hooks that nudge; one more may refuse a code."""

from typing import Any

from django.http import HttpResponse
from saleor.plugins.base_plugin import BasePlugin

from saleor_relacional.hosts.saleor import completion, configuration, pages
from saleor_relacional.hosts.saleor.hooks import add_hooks


@add_hooks
class RelacionalPlugin(BasePlugin):
    """Relationships: listed in the dashboard under plugins, active from the start."""

    PLUGIN_ID = configuration.PLUGIN_ID
    PLUGIN_NAME = "Relationships"
    PLUGIN_DESCRIPTION = (
        "Knows each customer's own rhythm, wins back who drifts away, and measures honestly whether it helped."
        " Switched off, it sends nothing; links in mails already sent keep working."
    )
    DEFAULT_ACTIVE = True
    # Hooks without a channel, such as customer_created, do not reach a plugin configured per channel.
    CONFIGURATION_PER_CHANNEL = False
    DEFAULT_CONFIGURATION = configuration.DEFAULTS
    CONFIG_STRUCTURE = configuration.STRUCTURE

    def preprocess_order_creation(self, info: Any, *_: Any, previous_value: Any = None, **__: Any) -> Any:
        """Raises Saleor's ValidationError when the checkout may not spend the code that it carries."""
        completion.check(info)
        return previous_value

    @classmethod
    def save_plugin_configuration(cls, plugin_configuration: Any, cleaned_data: dict[str, Any]) -> Any:
        """The first save must not switch the plugin off: Saleor has just made the row, nameless and inactive, although
        the plugin was active without one."""
        if not plugin_configuration.name:
            cleaned_data = {"active": cls.DEFAULT_ACTIVE, **cleaned_data}
            plugin_configuration.name = cls.PLUGIN_NAME
        return super().save_plugin_configuration(plugin_configuration, cleaned_data)

    @classmethod
    def validate_plugin_configuration(cls, plugin_configuration: Any, **_: Any) -> None:
        """Raises the ValidationError that the dashboard shows beside the field."""
        configuration.validate(plugin_configuration.configuration)

    def webhook(self, request: Any, path: str | None, previous_value: Any = None) -> HttpResponse:
        """The answer of one of our pages: Saleor hands every path below /plugins/saleor_relacional/ to us."""
        return pages.answer(request, path or "/", active=self.active)
