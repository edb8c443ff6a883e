"""What stories need that no storefront can do: a code without a campaign, earlier orders, a row that no hook named."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

CHANNEL, CURRENCY = "default-channel", "USD"


def personal_code(
    email: str,
    *,
    account: str | None = None,
    percent: int = 20,
    until: timedelta = timedelta(days=14),
    channel: str = CHANNEL,
) -> str:
    """A code that takes so many per cent off, bound to its person as flows/incentives/incentive.py binds it."""
    from saleor_relacional import conf
    from saleor_relacional.flows.incentives import codes, entitlement
    from saleor_relacional.hosts.base import Discount, VoucherRecipe

    host = conf.host()
    now, code = host.now(), codes.draw()
    entitlement.entitle(
        [entitlement.OwnedCode(code=code, account=account, email=email, expires_at=now + until)]
    )
    recipe = VoucherRecipe(
        key=f"e2e:{uuid.uuid4()}",
        name="Come back",
        discount=Discount.PERCENTAGE,
        value=Decimal(percent),
        channels={channel: CURRENCY},
        starts_at=now - timedelta(minutes=1),
        ends_at=now + until,
    )
    host.issue(recipe, [code])
    return code


def expire(code: str) -> None:
    """Its day is over: the voucher has ended and so has the entitlement, as if a fortnight had passed."""
    from django.utils import timezone
    from saleor.discount.models import Voucher

    from saleor_relacional.models import Entitlement

    moment = timezone.now() - timedelta(seconds=1)
    Voucher.objects.filter(codes__code=code).update(end_date=moment)
    Entitlement.objects.filter(code=code).update(expires_at=moment)


def past_order(
    email: str,
    placed_at: datetime,
    *,
    account: str | None = None,
    total: Decimal = Decimal("40.00"),
    channel: str = CHANNEL,
    left_after: timedelta | None = None,
) -> str:
    """An order of earlier, as a shop has it that installs us today. Its reference. None: Saleor has no fulfilment."""
    from saleor.order.models import Order

    [made] = past_orders([(email, placed_at, total)], account=account, channel=channel)
    if left_after is not None:
        order = Order.objects.get(pk=made)
        order.fulfillments.create()
        order.fulfillments.update(created_at=placed_at + left_after)
    return made


def past_orders(
    bought: Sequence[tuple[str, datetime, Decimal]], *, account: str | None = None, channel: str = CHANNEL
) -> list[str]:
    """Orders of earlier: by whom, when and for how much. Their references."""
    from django.db.models import F
    from saleor.channel.models import Channel
    from saleor.order import OrderChargeStatus, OrderOrigin, OrderStatus
    from saleor.order.models import Order, OrderLine

    sold_in = Channel.objects.get(slug=channel)
    made = [
        Order(
            channel=sold_in,
            currency=sold_in.currency_code,
            user_id=account,
            user_email=email,
            status=OrderStatus.FULFILLED,
            charge_status=OrderChargeStatus.FULL,
            origin=OrderOrigin.CHECKOUT,
            created_at=placed_at,
            lines_count=1,
            total_gross_amount=total,
            total_net_amount=total,
            total_charged_amount=total,
        )
        for email, placed_at, total in bought
    ]
    Order.objects.bulk_create(made)
    lines = [
        OrderLine(
            order=order,
            product_name="Coffee",
            variant_name="250 g",
            product_variant_id="UHJvZHVjdFZhcmlhbnQ6MQ==",
            quantity=1,
            currency=sold_in.currency_code,
            is_shipping_required=True,
            is_gift_card=False,
            unit_price_gross_amount=order.total_gross_amount,
            unit_price_net_amount=order.total_gross_amount,
            total_price_gross_amount=order.total_gross_amount,
            total_price_net_amount=order.total_gross_amount,
        )
        for order in made
    ]
    OrderLine.objects.bulk_create(lines)
    references = [str(order.pk) for order in made]
    Order.objects.filter(pk__in=references).update(updated_at=F("created_at"))
    return references


def record(kind: str, references: Sequence[str]) -> None:
    """What the worker does when it is nudged, here and now."""
    from saleor_relacional import tasks

    tasks.record(kind, list(references))


def profile(email: str) -> Any:
    """Whom we know by this address: the profile that stands, or None."""
    from saleor_relacional.models import Profile

    return Profile.objects.filter(email_key=email, merged_into__isnull=True).first()


def standing(email: str) -> dict[str, Any]:
    """Where they stand, for whoever reads of a story that failed."""
    from saleor_relacional.models import CustomerSummary, Enrolment, Stale

    known = profile(email)
    summary = (
        CustomerSummary.objects.filter(profile=known)
        .values("stage", "stage_cause", "since", "last_at")
        .first()
    )
    enrolments = list(Enrolment.objects.filter(profile=known).values("campaign__name", "state", "reason"))
    return {
        "summary": summary, "enrolments": enrolments, "stale": Stale.objects.filter(profile_id=known.pk).exists(),
    }  # fmt: skip


def purchases(email: str) -> int:
    """How many purchases of theirs we know."""
    from saleor_relacional.models import Purchase

    return Purchase.objects.filter(profile__email_key=email, profile__merged_into__isnull=True).count()


def code_is_active(code: str) -> bool:
    """Whether Saleor still takes it."""
    from saleor.discount.models import VoucherCode

    return bool(VoucherCode.objects.filter(code=code, is_active=True).exists())


def code_of_a_campaign(email: str) -> str:
    """Somebody whom we know, enrolled by hand in a campaign that offers 20 per cent: the code, issued."""
    return codes_of_a_campaign(win_back(active=False), [email])[email]


def codes_of_a_campaign(campaign: Any, emails: Sequence[str]) -> dict[str, str]:
    """People whom we know, enrolled by hand in a campaign and promised what it offers, as far as its money reaches:
    address → code, issued."""
    from django.utils import timezone

    from saleor_relacional.flows.incentives import incentive
    from saleor_relacional.models import Arm, Enrolment, EnrolmentState, Incentive

    now = timezone.now()
    record("order", [past_order(email, now - timedelta(days=90)) for email in emails])
    enrolments = [
        Enrolment.objects.create(
            campaign=campaign,
            version=campaign.versions.get(),
            profile=profile(email),
            cycle=uuid.uuid4().hex,
            arm=Arm.TREATED,
            state=EnrolmentState.STARTED,
            stage="lapsed",
            considered_at=now,
            started_at=now,
            window_ends_at=now + timedelta(days=30),
        )
        for email in emails
    ]
    incentive.plan(enrolments, rung=campaign.versions.get().steps.get().rungs.get(), now=now)
    made = list(Incentive.objects.filter(enrolment__in=enrolments).select_related("profile"))
    assert all(incentive.issue(each, now) for each in made)
    return {str(each.profile.email_key): str(each.code) for each in made if each.profile}


def unchecked() -> int:
    """How many sales passed because our check could not be made."""
    from saleor_relacional.models import ErrorCount

    return sum(ErrorCount.objects.filter(place="entitlement_check").values_list("count", flat=True))


def incentive_state(code: str) -> str:
    from saleor_relacional.models import Incentive

    return str(Incentive.objects.get(code=code).state)


def code_of(email: str) -> str:
    """The code of what somebody was promised last."""
    from saleor_relacional.models import Incentive

    return str(Incentive.objects.filter(profile=profile(email)).latest("pk").code)


def taken_off(code: str) -> Decimal | None:
    """What the order that used this code says that it took off; None while we have not heard of it."""
    from saleor_relacional.models import Purchase

    found = Purchase.objects.filter(codes__contains=[code]).values_list("discount", flat=True).first()
    return None if found is None else Decimal(found)


def sender(channel: str) -> None:
    """Mails of this channel leave in somebody's name."""
    from django.utils import timezone

    from saleor_relacional.flows import policy

    policy.name_sender(
        channel=channel, name="The shop", address="shop@example.com", postal_address="Calle Mayor 1, 28013 Madrid",
        now=timezone.now(),
    )  # fmt: skip


def win_back(*, active: bool, discount: str = "percentage", value: int = 20, **more: Any) -> Any:
    """A campaign that treats everybody and offers 20 per cent, or what is given, with all that sending needs. `more`:
    fields of Terms."""
    from django.utils import timezone

    from saleor_relacional.flows import policy
    from saleor_relacional.flows.campaigns import campaigns
    from saleor_relacional.flows.campaigns.kinds.kind import Step
    from saleor_relacional.flows.campaigns.terms import Terms
    from saleor_relacional.flows.contact import contact_policy

    now = timezone.now()
    policy.decide(now=now, daily_capacity=1000, soft_opt_in=True, soft_opt_in_text="We may write to you.")
    contact_policy.decide(now=now, quiet_from="00:00", quiet_to="00:00")  # stories are told at any hour
    policy.name_sender(
        channel=CHANNEL,
        name="The shop",
        address="shop@example.com",
        reply_to="help@example.com",
        postal_address="Calle Mayor 1, 28013 Madrid",
        now=now,
    )
    step = Step(message="win_back", discount=discount, value=Decimal(value))
    terms = Terms(channels=(CHANNEL,), steps=(step,), daily_capacity=1000, control_share=Decimal(0), **more)
    made = campaigns.create(name="Come back", now=now, terms=terms)
    return campaigns.activate(made, now=now) if active else made


def due(profile: Any) -> None:
    """What waits for its next try is tried now."""
    from django.utils import timezone

    from saleor_relacional.models import Touch

    Touch.objects.filter(profile=profile, state="waiting").update(due_at=timezone.now())


def budget(campaign: Any) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Of this month: reserved, settled, returned and left."""
    from django.utils import timezone

    from saleor_relacional.flows.incentives import accounts

    [account] = accounts.of_campaign(campaign.pk, timezone.now())
    [sums] = account.sums.values()
    return sums.reserved, sums.settled, sums.returned, account.left or Decimal(0)
