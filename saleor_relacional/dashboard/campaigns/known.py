"""A campaign of an address."""

from uuid import UUID

from django.http import Http404

from saleor_relacional.models import Campaign


def known(public_id: UUID) -> Campaign:
    """Raises Http404 where there is none."""
    found = Campaign.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
