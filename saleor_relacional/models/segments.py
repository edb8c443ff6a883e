"""Segments: rules over profile fields that the owner saved. Who belongs is asked each time; a campaign that is for one
keeps rows (campaigns.Audience)."""

import uuid

from django.db import models
from django.db.models.functions import Lower

from saleor_relacional.models.base import OurModel


class Segment(OurModel):
    """A saved rule with a name of the owner's. Native ones are in flows/segments/native_segments.py."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    rule = models.JSONField()
    """JSON in the form that saleor_relacional/rules/read.py reads."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="relacional_segment_named_once")]
