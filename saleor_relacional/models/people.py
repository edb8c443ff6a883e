"""Who a customer is to us: a profile, the names the host knows them by, merges, and what is left of the forgotten."""

import uuid

from django.db import models

from saleor_relacional.models.base import OurModel


class Profile(OurModel):
    """What we know about one customer of the host, account or guest."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """The only name that leaves us: in links, GraphQL ids and arm draws."""
    arm_key = models.UUIDField(default=uuid.uuid4, editable=False)
    """What arms are drawn from. A merge keeps the earlier profile's, so that nobody changes arm by registering."""
    email = models.CharField(max_length=254, blank=True, default="")
    """The address that the host told last, as told; empty when unknown."""
    email_key = models.CharField(max_length=254, blank=True, default="", db_index=True)
    """Trimmed and lower-cased, nothing else."""
    vouched = models.BooleanField(default=False)
    """The host vouches that the address belongs to this customer."""
    vouched_since = models.DateTimeField(null=True)
    """Since when at the latest: as the host says, else when we first read so. What the account bought earlier is the
    typed address's, unless the host knows better. Null while the host does not vouch for it."""
    first_name = models.CharField(max_length=256, blank=True, default="")
    language = models.CharField(max_length=35, blank=True, default="")
    channel = models.CharField(max_length=255, blank=True, default="")
    """Slug of the channel of the last purchase."""
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    """Name of the zone they live in, as they declared it; else derived from where their latest order was sent. Empty:
    the shop's."""
    time_zone_declared = models.BooleanField(default=False, db_default=False)
    language_declared = models.BooleanField(default=False, db_default=False)
    """They said so themselves: it beats what the host says."""
    joined_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    """When we first learned of them, on the shop's clock."""
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="merged_profiles", db_index=True
    )

    class Meta:
        # Adds our permission to the host's list; the Saleor host shows it in permission groups.
        permissions = [("manage_relationships", "Manage relationships.")]
        indexes = [
            # Segments leave out whoever was merged away, without reading everybody.
            models.Index(
                fields=["id"], condition=models.Q(merged_into__isnull=False), name="relacional_profile_merged"
            ),
        ]

    def __str__(self) -> str:
        return f"profile {self.public_id}"


class IdentityKind(models.TextChoices):
    """What kind of name the host knows a customer by."""

    ACCOUNT = "account"
    EMAIL = "email"


class Identity(OurModel):
    """One name of one profile. An account's address becomes an EMAIL identity only when the host vouches for it."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=8, choices=IdentityKind.choices)
    source = models.CharField(max_length=32)
    """The host's source for an account; empty for an address, which is the same person whoever tells us."""
    key = models.CharField(max_length=254)
    """Account reference, or e-mail key."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "key"], name="relacional_identity_once"),
        ]


class Merge(OurModel):
    """One profile became part of another: a pointer and a bounded move of rows, which can be undone."""

    from_profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="merges_out")
    into_profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="merges_in")
    cause = models.CharField(max_length=32)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    moved = models.JSONField(default=dict)
    """Table name → ids of the rows that were moved, so that exactly these move back."""
    arm_key_before = models.UUIDField()
    """The surviving profile's arm_key before the merge."""


class Tombstone(OurModel):
    """What is left of a forgotten person: keyed hashes of the names they had. Every door checks them."""

    digest = models.BinaryField(unique=True, max_length=32)
    """HMAC-SHA-256 of kind and name under a key of its own."""
    forgotten_at = models.DateTimeField()
