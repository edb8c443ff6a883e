"""What the owner decided: how much may leave per day, whether buyers may be written to, and in whose name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.emails import message
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import consent_texts, input_validation, money
from saleor_relacional.models import ConsentPlace, Policy, Sender, ShopBudget
from saleor_relacional.once import once

MOST_MONEY = 10**12
NOBODY = frozenset({"noreply", "donotreply", "noresponder", "nocontestar", "norespondas", "mailerdaemon"})
"""Letters of addresses that nobody reads."""
MOST_HOURS = 720
"""Within which customers are answered at the latest."""


@once
def current(now: datetime) -> Policy:
    """The owner's policy, or before the first decision an unsaved one that lets nothing leave. Writes nothing."""
    found = Policy.objects.filter(pk=1).first()
    return found or Policy(pk=1, soft_opt_in=False, daily_capacity=None, updated_at=now)


def decide(
    *,
    now: datetime,
    daily_capacity: int | None = None,
    soft_opt_in: bool | None = None,
    soft_opt_in_text: str | None = None,
    soft_opt_in_language: str = "",
    reporting_currency: str | None = None,
    rates: Sequence[tuple[str, Decimal | str]] | None = None,
    month_budget: Decimal | None = None,
    budget_currency: str | None = None,
    answer_hours: int | None = None,
    opening_days: Sequence[int] | None = None,
    who: str = "",
) -> Policy:
    """Change what is given, keep the rest, and return the saved policy. Raises BadInput with the field at fault.

    `daily_capacity` counts commercial mails per day. An empty `reporting_currency` ends reporting. `rates` are pairs
    (currency, what one unit of it is worth in the reporting currency), all of them at once; a new reporting currency
    drops the rates into the old one. `month_budget` is what the offers of all campaigns may take off per calendar month
    of the shop, in `budget_currency`, which ends it where it is empty. `answer_hours` is within how many hours staff
    answer customers, counted on `opening_days` (of the week, Monday is 1; empty: all). `soft_opt_in_text` becomes a
    version of what buyers are told, in `soft_opt_in_language` (empty: the one in which it stands, else English), saved
    by `who`; other languages are saved by consent_texts.save.
    """
    if daily_capacity is not None:
        input_validation.mails_per_day(daily_capacity, field="dailyCapacity")
    with sql.atomic():
        locks.lock(Lock.POLICY)
        policy = current(now)
        policy.daily_capacity = policy.daily_capacity if daily_capacity is None else daily_capacity
        policy.soft_opt_in = policy.soft_opt_in if soft_opt_in is None else soft_opt_in
        _tell_buyers(policy, soft_opt_in_text, soft_opt_in_language, who, now)
        if reporting_currency is not None or rates is not None:
            _report(policy, reporting_currency, rates, now)
        if month_budget is not None or budget_currency is not None:
            _budget(policy, month_budget, budget_currency, now)
        _answering(policy, answer_hours, opening_days)
        if rates is not None or reporting_currency is not None:
            _check_rates(policy, field="reportingCurrency" if rates is None else "rates")
        policy.updated_at = now
        policy.save(using=conf.database())
    return policy


def told_buyers() -> consent_texts.Words:
    """What buyers are told when they buy, in the language in which it was first written; empty: nothing."""
    return consent_texts.of(ConsentPlace.SOFT_OPT_IN, consent_texts.main_language())


def _tell_buyers(policy: Policy, text: str | None, language: str, who: str, now: datetime) -> None:
    """Keep what buyers are told. Soft opt-in without it is refused."""
    place, main = ConsentPlace.SOFT_OPT_IN, consent_texts.main_language()
    tag = language or main or consent_texts.LANGUAGES[0]
    if text is not None and text.strip():
        try:
            consent_texts.save(place, tag, text, who=who, now=now)
        except BadInput as error:
            field = "softOptInLanguage" if error.field == "language" else "softOptInText"
            raise BadInput(error.message, code=error.code, field=field) from error
    elif policy.soft_opt_in and (text is not None or not main):
        raise BadInput(
            _("Soft opt-in needs the text that buyers were shown when they bought."), field="softOptInText"
        )
    elif text is not None and main:
        Policy.objects.filter(pk=1).update(soft_opt_in=False)
        consent_texts.save(place, tag, "", who=who, now=now)


def _answering(policy: Policy, answer_hours: int | None, opening_days: Sequence[int] | None) -> None:
    """Set by when staff answer."""
    if answer_hours is not None:
        if not 1 <= answer_hours <= MOST_HOURS:
            raise BadInput(
                _("Give a number of hours from 1 to %(most)s.") % {"most": MOST_HOURS}, field="answerHours"
            )
        policy.answer_hours = answer_hours
    if opening_days is not None:
        if not set(opening_days) <= set(range(1, 8)):
            raise BadInput(_("Give days of the week, from 1 for Monday to 7."), field="openingDays")
        policy.opening_days = sorted(set(opening_days))


def _report(
    policy: Policy, currency: str | None, rates: Sequence[tuple[str, Decimal | str]] | None, now: datetime
) -> None:
    """Set what money is reported in. A change moves `money_changed_at`: what was counted before it is counted anew."""
    before = (policy.reporting_currency, policy.rates)
    if currency is not None:
        policy.reporting_currency = money.currency(currency, field="reportingCurrency") if currency else ""
    if rates is not None:
        policy.rates = money.read_rates(rates, into=policy.reporting_currency)
    elif policy.reporting_currency != before[0]:
        policy.rates = {}
    if (policy.reporting_currency, policy.rates) != before:
        policy.money_changed_at = now


def _budget(policy: Policy, amount: Decimal | None, currency: str | None, now: datetime) -> None:
    """Set the shop's month budget, from this month on. Every money that the shop sells in has a rate into it."""
    if currency == "":
        policy.month_budget, policy.budget_currency = None, ""
    else:
        amount = policy.month_budget if amount is None else amount
        if amount is None:
            raise BadInput(_("Give an amount per month."), code="REQUIRED", field="monthBudget")
        amount = input_validation.amount(amount, field="monthBudget", places="0.001")
        if not 0 <= amount <= MOST_MONEY:
            raise BadInput(_("A budget is an amount of 0 or more."), field="monthBudget")
        own = money.currency(currency or policy.budget_currency, field="budgetCurrency")
        policy.month_budget, policy.budget_currency = amount, own
        _check_rates(policy, field="budgetCurrency")
    month = now.astimezone(conf.time_zone()).date().replace(day=1)
    held = {"amount": policy.month_budget, "currency": policy.budget_currency}
    ShopBudget.objects.update_or_create(month=month, defaults=held)


def _check_rates(policy: Policy, *, field: str) -> None:
    """Raises BadInput where the shop sells in a currency of which nobody says what it is worth in that of its month
    budget."""
    own, sold_in = policy.budget_currency, {channel.currency for channel in conf.host().channels()}
    if policy.month_budget is None or sold_in <= {own}:
        return
    if unrated := sorted({*sold_in, own} - money.rates_of(policy).keys()):
        said = _(
            "The month's budget needs rates: nobody says what %(currencies)s is worth in another currency."
        )
        raise BadInput(said % {"currencies": ", ".join(unrated)}, field=field)


@once
def senders() -> dict[str, Sender]:
    """Channel slug → its sender, for every channel that has one."""
    return {sender.channel: sender for sender in Sender.objects.order_by("channel")}


def name_sender(
    *, channel: str, name: str, address: str, postal_address: str, now: datetime, reply_to: str = ""
) -> Sender:
    """Save in whose name a channel's mails leave, and return it. Raises BadInput with the field at fault."""
    if channel not in {known.slug for known in conf.host().channels()}:
        raise BadInput(_("The shop has no channel of this slug."), code="NOT_FOUND", field="channel")
    name = input_validation.line(name, field="name", most=120)
    _address(address, field="address")
    if reply_to:
        _address(reply_to, field="replyTo")
    _reaches_a_person(reply_to or address, address, field="replyTo" if reply_to else "address")
    postal_address = input_validation.words(postal_address, field="postalAddress", most=1_000)
    if not postal_address:
        raise BadInput(_("A commercial mail must carry the sender's postal address."), field="postalAddress")
    values = {
        "name": name,
        "address": address,
        "reply_to": reply_to or "",
        "postal_address": postal_address,
        "updated_at": now,
    }
    return Sender.objects.update_or_create(channel=channel, defaults=values)[0]


def channel_for(own: str, allowed: Iterable[str], known: Mapping[str, Sender]) -> str | None:
    """Slug of the channel in whose name we write to somebody whose last purchase was in `own`.

    `allowed` are the slugs of the campaign's version, empty for all; `known` are the senders. Somebody without a
    channel (imported history) is written to in the first allowed channel, by slug, that has a sender. None: their
    channel is not allowed, or no allowed channel has a sender.
    """
    wanted = set(allowed)
    if own:
        return own if not wanted or own in wanted else None
    return min((slug for slug in known if not wanted or slug in wanted), default=None)


def _reaches_a_person(answers: str, address: str, *, field: str) -> None:
    """Answers go to the shop itself: to the sender's domain, one above it or one below it, and never to nobody."""
    local, own = answers.lower().split("@")
    domain = address.lower().partition("@")[2]
    related = own == domain or own.endswith(f".{domain}") or domain.endswith(f".{own}")
    if not related or re.sub(r"[^a-z]", "", local) in NOBODY:
        raise BadInput(
            _(
                "Answers must reach a person of the shop: give an address of the sender's own domain that somebody"
                " reads, not a no-reply one."
            ),
            field=field,
        )


def _address(text: str, *, field: str) -> None:
    if not message.addressable(text):
        raise BadInput(
            _("This is no plain e-mail address; write an international domain in its xn-- form."), field=field
        )
    try:
        validate_email(text)
    except ValidationError as error:
        raise BadInput(_("This is no e-mail address."), field=field) from error
