"""What leaves beside the steps of campaigns, and whom it leaves through."""

from saleor_relacional.models.sending.service_message import ServiceMessage

__all__ = ["ServiceMessage"]
