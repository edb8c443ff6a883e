"""What leaves beside the steps of campaigns, whom it leaves through, and what is heard of it afterwards."""

from saleor_relacional.models.sending.delivery_event import DeliveryEvent, DeliveryKind
from saleor_relacional.models.sending.mail_provider import MailProvider
from saleor_relacional.models.sending.service_message import ServiceMessage

__all__ = ["DeliveryEvent", "DeliveryKind", "MailProvider", "ServiceMessage"]
