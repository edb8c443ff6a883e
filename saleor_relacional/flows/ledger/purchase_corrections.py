"""Staff accept what somebody says of a purchase: that it was a gift, or not theirs. From then on it counts as that, in
what we believe of them and in what campaigns brought, until it is undone. Each change is kept with who made it.

A gift counts in money, and says nothing of when or what its buyer buys for themselves. What is not theirs counts in
nothing of theirs. The order itself is the host's and stays as it is there; what the host tells of it later changes
neither (flows/ingest/order_facts.py)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.emails.languages import known
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.campaigns import attribution, stopping
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.flows.ledger.entries import name
from saleor_relacional.flows.messages import voices
from saleor_relacional.flows.people import identify, purchase_states
from saleor_relacional.flows.scoring import stale
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Profile, Purchase, PurchaseCorrection, Refund, Remark
from saleor_relacional.models.facts import PurchaseState


def correct(
    profile: Profile, *, entry: str, right: str, by: str, now: datetime, seen: str | None = None
) -> Purchase:  # fmt: skip
    """Let the purchase that this entry of their ledger tells of count as `right` says: gift, not_mine, or empty, which
    undoes a correction. `seen`: as what whoever corrects has read it. Raises BadInput with the field at fault, and
    Refused (CONFLICT) where somebody corrected it meanwhile. The same twice changes nothing."""
    if right and right not in purchase_states.RIGHT:
        raise BadInput(_("Only of an order one can say that."), field="right")
    with sql.atomic():
        purchase = _held(profile, entry)
        if seen is not None and seen != purchase.corrected:
            raise Refused(
                _("Somebody else has corrected this meanwhile: read it again."),
                code="CONFLICT",
                field="right",
            )
        if purchase.corrected == right:
            return purchase
        PurchaseCorrection.objects.filter(purchase=purchase, undone_at=None).update(
            undone_at=now, undone_by=by
        )
        if right:
            PurchaseCorrection.objects.create(
                profile=profile, purchase=purchase, right=right, made_at=now, made_by=by
            )
        purchase.corrected = right
        purchase.state = purchase_states.corrected(_told(purchase), right)
        purchase.save(update_fields=["corrected", "state"])
        stale.mark([profile.pk], now)
        attribution.credit(profile.pk)
        stopping.facts_arrived(profile.pk, now)
    return purchase


def accept(public_id: UUID, *, by: str, now: datetime, words: str = "", seen: str | None = None) -> Remark:
    """Correct the purchase as this remark says, and answer it: with these words, or else with ours, in their language.
    `seen`: the version of the remark that was read. Raises as `correct` and `remarks.answer` do."""
    with sql.atomic():
        said = Remark.objects.select_related("profile").filter(public_id=public_id).first()
        if said is None:
            raise BadInput(_("There is no such remark."), code="NOT_FOUND", field="id")
        if not said.right:
            raise BadInput(_("It does not say what is right about an order."), field="id")
        if _held(said.profile, said.entry).corrected not in ("", said.right):
            raise Refused(
                _("This order counts as something else by now: say at the order itself what it was."),
                code="CONFLICT", field="right",
            )  # fmt: skip
        purchase = correct(said.profile, entry=said.entry, right=said.right, by=by, now=now)
        answered = remarks.answer(public_id, words=words.strip() or _thanks(said), by=by, now=now, seen=seen)
        PurchaseCorrection.objects.filter(purchase=purchase, undone_at=None, remark=None).update(
            remark=answered
        )
    return answered


def is_made(remark: Remark) -> bool:
    """Whether what this remark says of a purchase holds of it, or the purchase is not there any more."""
    rows = Purchase.objects.filter(profile=remark.profile_id).values_list("pk", "corrected")
    holds = [corrected for key, corrected in rows if name("purchase", key) == remark.entry]
    return not holds or holds[0] == remark.right


def holding(profile: Profile, purchases: Iterable[int]) -> Mapping[int, PurchaseCorrection]:
    """Purchase's key → what holds of it instead of what the host tells; those that nobody corrected are left out."""
    rows = PurchaseCorrection.objects.filter(profile=profile, undone_at=None, purchase__in=list(purchases))
    return {one.purchase_id: one for one in rows}


def _held(profile: Profile, entry: str) -> Purchase:
    """Nobody records this order, or anything of its buyer, until the transaction ends."""
    keys = Purchase.objects.filter(profile=profile).values_list("pk", "reference")
    found = next(((key, reference) for key, reference in keys if name("purchase", key) == entry), None)
    if found is not None:
        key, reference = found
        locks.lock_family(identify.REFERENCES[FactKind.ORDER], [reference])
        locks.lock_people([profile.pk], Hold.ALONE)
        if held := Purchase.objects.filter(pk=key, profile=profile).first():
            return held
    raise BadInput(_("There is no such entry any more."), code="NOT_FOUND", field="entry")


def _told(purchase: Purchase) -> PurchaseState:
    """As what it counts by what is told of it, whatever was corrected."""
    if purchase.state == PurchaseState.WITHDRAWN:
        return PurchaseState.WITHDRAWN
    back = Refund.objects.filter(purchase=purchase, currency=purchase.currency).aggregate(sum=Sum("amount"))
    return purchase_states.told(purchase.sold, back["sum"] or Decimal(0))


def _thanks(remark: Remark) -> str:
    """What we answer where staff say nothing of their own."""
    spoken = voices.tongue(known(remark.profile.language) or "en", remark.profile.channel)
    with translation.override(spoken):
        return {
            "gift": _("Thank you: we have corrected it. A gift tells us nothing of what you need yourself."),
            "not_mine": _("Thank you: we have corrected it. This order no longer counts as yours."),
        }[remark.right]
