"""People fill a basket and put a code on it."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.hosts.standalone.models import Channel, Checkout, CheckoutLine, Customer, Price
from saleor_relacional.hosts.standalone.shop import discounts
from saleor_relacional.hosts.standalone.shop.nudges import nudge_after_commit
from saleor_relacional.hosts.standalone.shop.price import basket_of, listing_of
from saleor_relacional.hosts.standalone.shop.refusal import Refusal


def open_checkout(
    channel: str,
    lines: Mapping[str, int],
    *,
    customer: Customer | None = None,
    email: str = "",
    language: str = "en",
) -> Checkout:
    """A checkout with these quantities by SKU, for an account, an address, or nobody yet."""
    if not Channel.objects.filter(slug=channel).exists():
        raise Refusal("There is no such channel.", code="NOT_FOUND", field="channel")
    if not lines or min(lines.values()) < 1:
        raise Refusal("A checkout needs at least one of something.", code="ZERO_QUANTITY", field="lines")
    sold_here = set(
        Price.objects.filter(channel_id=channel, variant__in=lines).values_list("variant_id", flat=True)
    )
    if missing := set(lines) - sold_here:
        raise Refusal(f"Not for sale here: {', '.join(sorted(missing))}.", code="NOT_FOUND", field="lines")
    now = clock.now()
    with transaction.atomic():
        checkout = Checkout.objects.create(
            channel_id=channel,
            customer=customer,
            email=customer.email if customer else email.strip(),
            language=customer.language if customer else language,
            created_at=now,
            changed_at=now,
        )
        CheckoutLine.objects.bulk_create(
            [
                CheckoutLine(checkout=checkout, variant_id=sku, quantity=quantity)
                for sku, quantity in lines.items()
            ]
        )
        nudge_after_commit(FactKind.CHECKOUT, [checkout.pk])
    return checkout


def note(checkout: Checkout, metadata: Mapping[str, str]) -> None:
    """Keep what the storefront notes beside the checkout, such as a box that was ticked; its order keeps it too."""
    checkout.metadata = {**checkout.metadata, **metadata}
    checkout.changed_at = clock.now()
    checkout.save(update_fields=["metadata", "changed_at"])
    nudge_after_commit(FactKind.CHECKOUT, [checkout.pk])


def find(token: str) -> Checkout:
    """The open checkout of this token."""
    try:
        return Checkout.objects.select_related("channel", "customer").get(pk=UUID(token))
    except (Checkout.DoesNotExist, ValueError) as error:
        raise Refusal("There is no such open checkout.", code="NOT_FOUND", field="id") from error


def set_email(checkout: Checkout, email: str) -> None:
    """The buyer types an address."""
    _change(checkout, email=email.strip())


def set_address(checkout: Checkout, *, country: str, postal_code: str) -> None:
    """The buyer says where to send it."""
    country, postal_code = country.strip().upper(), postal_code.strip()
    if len(country) != 2 or len(postal_code) > 20:
        raise Refusal("That is no country or no postal code.", code="INVALID", field="shippingAddress")
    _change(checkout, country=country, postal_code=postal_code)
    _ask_again(checkout)


def choose_delivery(checkout: Checkout) -> None:
    """The buyer chooses the channel's delivery."""
    if checkout.channel.delivery is None:
        raise Refusal("Nothing is sent here.", code="INVALID", field="delivery")
    _change(checkout, delivery=checkout.channel.delivery)
    _ask_again(checkout)


def put_in(checkout: Checkout, lines: Mapping[str, int]) -> None:
    """The buyer has these quantities by SKU in the basket now; 0 takes one out, what is not named stays."""
    sold = Price.objects.filter(channel_id=checkout.channel_id, variant__in=lines)
    if set(lines) - set(sold.values_list("variant_id", flat=True)):
        raise Refusal("Not for sale here.", code="NOT_FOUND", field="lines")
    with transaction.atomic():
        for sku, quantity in lines.items():
            if quantity:
                CheckoutLine.objects.update_or_create(
                    checkout=checkout, variant_id=sku, defaults={"quantity": quantity}
                )
            else:
                checkout.lines.filter(variant_id=sku).delete()
        _change(checkout)
        _ask_again(checkout)


def empty(checkout: Checkout) -> None:
    """The buyer takes everything out."""
    with transaction.atomic():
        checkout.lines.all().delete()
        _change(checkout)
        _ask_again(checkout)


def put_code(checkout: Checkout, code: str) -> None:
    """Put a code on. The shop checks what it knows of the code, which is not whose it is."""
    listing = listing_of(code, checkout.channel_id, clock.now())
    if listing is None:
        raise Refusal("This code gives nothing here.", code="INVALID", field="promoCode")
    if discounts.why_not(basket_of(checkout), listing, carried=checkout.code == code):
        raise Refusal(
            "This code does not apply to this basket.", code="VOUCHER_NOT_APPLICABLE", field="promoCode"
        )
    _change(checkout, code=code)


def _ask_again(checkout: Checkout) -> None:
    """The basket has changed: a code that does not apply any more falls off, as in Saleor."""
    listing = listing_of(checkout.code, checkout.channel_id, clock.now()) if checkout.code else None
    if listing is not None and discounts.why_not(basket_of(checkout), listing, carried=True):
        _change(checkout, code="")


def remove_code(checkout: Checkout) -> None:
    """Take the code off."""
    _change(checkout, code="")


def abandon(checkout: Checkout) -> None:
    """The shop clears it away; no order comes of it."""
    with transaction.atomic():
        nudge_after_commit(FactKind.CHECKOUT, [checkout.pk])
        checkout.delete()


def _change(checkout: Checkout, **values: str | Decimal) -> None:
    with transaction.atomic():
        for name, value in values.items():
            setattr(checkout, name, value)
        checkout.changed_at = clock.now()
        checkout.save(update_fields=[*values, "changed_at"])
        nudge_after_commit(FactKind.CHECKOUT, [checkout.pk])
