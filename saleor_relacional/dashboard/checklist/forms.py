"""What an owner decides, as forms: each cures one of the doctor's findings and calls the flow that the API calls."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import languages
from saleor_relacional.dashboard.fields import Field, Typed, version, whole
from saleor_relacional.flows import consent_texts, policy
from saleor_relacional.flows.operations import place
from saleor_relacional.models import ConsentPlace, Policy, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Fields that are saved together."""

    code: str
    """Of the finding that it cures."""
    about: str = ""
    """Slug of the channel; empty: the whole shop."""
    title: str
    decided: str
    """What holds now, in a few words; empty while nothing does."""
    fields: tuple[Field, ...]
    as_held: tuple[Field, ...] = ()
    """The fields with what holds, where `fields` have what was typed."""

    @property
    def version(self) -> str:
        """Changes whenever what holds does."""
        return version(self.as_held or self.fields)


def all_forms(now: datetime) -> Iterator[Form]:
    """Every form, with what holds now."""
    host = conf.host()
    decided, senders, channels = policy.current(now), policy.senders(), host.channels()
    for channel in channels:
        yield _sender(channel.slug, senders.get(channel.slug))
    yield _capacity(decided)
    yield _basis(decided)
    yield _storefront(host.storefront_pattern(), host.offer_link())
    yield _time_zone(host.time_zone())
    currencies = sorted({*(channel.currency for channel in channels), *decided.rates})
    if len(currencies) > 1 or decided.reporting_currency:
        yield _currency(decided, currencies)


def _sender(channel: str, known: Sender | None) -> Form:
    return Form(
        code="sender", about=channel, title=_("In whose name mails leave: %(channel)s") % {"channel": channel},
        decided=f"{known.name} <{known.address}>" if known else "",
        fields=(
            Field(name="name", label=_("Name"), required=True,
                  value=known.name if known else conf.host().shop_name()),
            Field(name="address", label=_("E-mail address"), kind="email", value=known.address if known else "",
                  hint=_("A mailbox that people read: customers answer such mails."), required=True),
            Field(name="replyTo", label=_("Answers go to"), kind="email", value=known.reply_to if known else "",
                  hint=_("Empty: to the address itself.")),
            Field(name="postalAddress", label=_("Postal address"), kind="words",
                  value=known.postal_address if known else "", required=True,
                  hint=_("The law wants it in every commercial mail.")),
        ),
    )  # fmt: skip


def _capacity(decided: Policy) -> Form:
    number = "" if decided.daily_capacity is None else str(decided.daily_capacity)
    return Form(
        code="capacity", title=_("How many mails may leave per day"), decided=number,
        fields=(
            Field(name="dailyCapacity", label=_("Commercial mails per day"), kind="number", value=number,
                  required=True,
                  hint=_("Over all campaigns. Those who are expected to bring most come first; 0 stops all.")),
        ),
    )  # fmt: skip


def _basis(decided: Policy) -> Form:
    on, main = decided.soft_opt_in, consent_texts.main_language()
    spoken = main or (get_language() or "en").partition("-")[0]
    return Form(
        code="basis", title=_("On what ground we write"),
        decided=_("buyers may be written to, as they were told") if on else "",
        fields=(
            Field(name="softOptIn", label=_("Buyers were told when they bought that we may write to them"), kind="tick",
                  value="on" if on else "",
                  hint=_("Leave it empty if they were not: then only those who agreed are written to.")),
            Field(name="softOptInText", label=_("The text that they were shown"), kind="words",
                  value=consent_texts.written(ConsentPlace.SOFT_OPT_IN, main),
                  hint=_("Word for word: it is kept as the evidence.")),
            Field(name="softOptInLanguage", label=_("Language of that text"), kind="choice", value=spoken, held=main,
                  options=_languages(spoken), hint=_("Others can be added in the policy.")),
        ),
    )  # fmt: skip


def _languages(chosen: str) -> list[tuple[str, str]]:
    tags = dict.fromkeys([*consent_texts.LANGUAGES, chosen])
    return [(tag, languages.name(tag)) for tag in tags]


def _storefront(url: str, link: str) -> Form:
    return Form(
        code="storefront_url", title=_("Where mails send customers"), decided=url,
        fields=(
            Field(name="storefrontUrl", label=_("Storefront URL"), kind="url", value=url or "https://",
                  hint=_("{channel} stands for the channel's slug."), required=True),
            Field(name="offerLink", label=_("Link of an offer"), value=link,
                  hint=_("Where your storefront takes a code, such as /offer?code={code}. Empty: the address above,"
                         " with promoCode={code}.")),
        ),
    )  # fmt: skip


def _time_zone(zone: str) -> Form:
    return Form(
        code="time_zone", title=_("The shop's time zone"), decided=zone,
        fields=(
            Field(name="timeZone", label=_("Time zone"), kind="zone", value=zone,
                  hint=_("A purchase day is a day in it. IANA name, such as Europe/Madrid."), required=True),
        ),
    )  # fmt: skip


def _currency(decided: Policy, currencies: list[str]) -> Form:
    main = decided.reporting_currency
    rates = [
        Field(name=f"rate:{currency}", label=_("What one %(currency)s is worth in it") % {"currency": currency},
              value=str(decided.rates.get(currency, "")))
        for currency in currencies if currency != main
    ]  # fmt: skip
    return Form(
        code="reporting_currency", title=_("Money of all currencies in one"), decided=main,
        fields=(
            Field(name="reportingCurrency", label=_("Reporting currency"), value=main,
                  hint=_("Three letters. What has no rate is visibly left out."), required=True),
            *rates,
        ),
    )  # fmt: skip


def save(code: str, about: str, typed: Typed, now: datetime, *, who: str) -> None:
    """Save what was typed into the form of this code, by whom (Caller.reference). Raises BadInput with the
    field at fault; KeyError for a code that has no form."""
    if code == "basis":
        _save_basis(typed, now, who)
    else:
        _SAVE[code](about, typed, now)


def _save_sender(channel: str, typed: Typed, now: datetime) -> None:
    policy.name_sender(
        channel=channel, name=typed.get("name", ""), address=typed.get("address", "").strip(),
        reply_to=typed.get("replyTo", "").strip(), postal_address=typed.get("postalAddress", ""), now=now,
    )  # fmt: skip


def _save_capacity(_about: str, typed: Typed, now: datetime) -> None:
    policy.decide(now=now, daily_capacity=whole(typed.get("dailyCapacity", ""), field="dailyCapacity"))


def _save_basis(typed: Typed, now: datetime, who: str) -> None:
    policy.decide(
        now=now, soft_opt_in=typed.get("softOptIn") == "on", soft_opt_in_text=typed.get("softOptInText", ""),
        soft_opt_in_language=typed.get("softOptInLanguage", ""), who=who,
    )  # fmt: skip


def _save_storefront(_about: str, typed: Typed, now: datetime) -> None:
    place.decide(storefront_url=typed.get("storefrontUrl", ""), offer_link=typed.get("offerLink"))


def _save_time_zone(_about: str, typed: Typed, now: datetime) -> None:
    place.decide(time_zone=typed.get("timeZone", ""))


def _save_currency(_about: str, typed: Typed, now: datetime) -> None:
    main = typed.get("reportingCurrency", "").strip().upper()
    rates: list[tuple[str, Decimal | str]] = [
        (name.removeprefix("rate:"), rate.strip())
        for name, rate in typed.items()
        if name.startswith("rate:") and rate.strip() and name.removeprefix("rate:") != main
    ]
    policy.decide(now=now, reporting_currency=main, rates=rates if main else None)


_SAVE: dict[str, Callable[[str, Typed, datetime], None]] = {
    "sender": _save_sender,
    "capacity": _save_capacity,
    "storefront_url": _save_storefront,
    "time_zone": _save_time_zone,
    "reporting_currency": _save_currency,
}
CODES = frozenset({*_SAVE, "basis"})
"""Findings that have a form."""
