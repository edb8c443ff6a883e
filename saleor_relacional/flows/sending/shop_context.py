"""What the mails of a batch have in common, asked once."""

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.flows.messages.library import Shelf


class ShopContext:
    """The shop as its mails tell it."""

    def __init__(self) -> None:
        host = conf.host()
        self.time_zone = host.time_zone()
        self.shop_name = host.shop_name()
        self.offer_link = host.offer_link()
        self.contact_policy = contact_policy.current()
        self.senders = policy.senders()
        self.messages = Shelf()
        self._storefronts: dict[str, str | None] = {}

    def storefront(self, channel: str) -> str | None:
        """Where the channel's customers shop; None when it is not configured: then there is no button."""
        if channel not in self._storefronts:
            self._storefronts[channel] = conf.host().storefront_url(channel) or None
        return self._storefronts[channel]
