"""What the owner says in the shop's messages, and how they look."""

from saleor_relacional.models.messages.looks import ChannelLook
from saleor_relacional.models.messages.templates import TemplateVersion

__all__ = ["ChannelLook", "TemplateVersion"]
