"""The form of a campaign, as it is drawn: its fields with labels, hints, choices and the error that belongs to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import words
from saleor_relacional.dashboard.campaigns import choices
from saleor_relacional.dashboard.campaigns.draft import ONE_ALONE, Draft, RungDraft, StepDraft, currencies
from saleor_relacional.dashboard.campaigns.terms import goods
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.campaigns.campaign import goods_choice
from saleor_relacional.flows.campaigns.campaign.goods_choice import GoodsFound
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.incentives.rungs import CODED, OFFERS, TASKS
from saleor_relacional.models import RungKind, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to type, choose or tick."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    """text, number, date, words, select, tick, ticks (several of several), goods (found by name) or hidden."""
    hint: str = ""
    choices: Sequence[Choice] = ()
    error: str = ""
    focus: bool = False
    unit: str = ""
    """Stands behind what is typed."""
    again: bool = False
    """Whether the form is drawn anew when it changes: other fields hang on it."""
    found: GoodsFound | None = None
    """Of goods: what the search in `value` found."""
    one_alone: bool = False
    """Of goods: what is chosen next takes the place of what was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungForm:
    """One rung."""

    place: str
    number: int
    fields: Sequence[Field]
    more: Sequence[Field]
    """What few need, folded."""
    remove: str
    """What its button sends as `do`; empty where it is the only one."""
    fold_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepForm:
    """One message."""

    number: int
    fields: Sequence[Field]
    rungs: Sequence[RungForm]
    rules: Sequence[tuple[Sequence[Field], str]]
    """Fields, and what the button that takes the rule away sends."""
    default: Field | None
    """None where there is nothing to choose."""
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The whole form, section by section."""

    basis: int
    words: Sequence[Field]
    audience: Sequence[Field]
    steps: Sequence[StepForm]
    measured: Sequence[Field]
    limits: Sequence[Field]
    policy: Sequence[Field]
    error: str = ""
    """What is wrong; it also stands at its field, where there is one."""


def goods_field(drawn: Form, name: str) -> Field | None:
    """The field of goods of this name in a form; None: there is none."""
    rungs = [rung for step in drawn.steps for rung in step.rungs]
    return next(
        (one for rung in rungs for one in (*rung.fields, *rung.more) if one.kind == "goods" and one.name == name), None
    )  # fmt: skip


class _Builder:
    """Makes fields of what was typed, with the error at the one that it is about."""

    def __init__(self, kind: CampaignKind, draft: Draft, error: RelacionalError | None, focus: str) -> None:
        self.kind, self.draft, self.focus = kind, draft, focus
        self.asked = _renamed(error.field or "") if error is not None else ""
        self.said = error.message if error is not None else ""
        self.segments = choices.segments()

    def one(self, name: str, label: str, value: str = "", **more: Any) -> Field:
        mine = bool(self.asked) and (name == self.asked or name.startswith(f"{self.asked}["))
        return Field(
            name=name,
            label=label,
            value=value,
            error=self.said if mine else "",
            focus=name == self.focus,
            **more,
        )

    def text(self, name: str, label: str, **more: Any) -> Field:
        return self.one(name, label, self.draft.texts[name], **more)

    def select(self, name: str, label: str, value: str, options: choices.Options, **more: Any) -> Field:
        """What is kept and is no longer among the options stays one."""
        known = [*options, *([(value, value)] if value and value not in dict(options) else [])]
        found = [Choice(value=key, label=told, chosen=key == value) for key, told in known]
        return self.one(name, label, value, kind="select", choices=found, **more)

    def ticks(
        self, name: str, label: str, chosen: Sequence[str], options: choices.Options, **more: Any
    ) -> Field:
        """What is kept and is no longer among the options stays one."""
        known = [*options, *((one, one) for one in chosen if one not in dict(options))]
        found = [Choice(value=key, label=told, chosen=key in chosen) for key, told in known]
        return self.one(name, label, kind="ticks", choices=found, **more)


def form(kind: CampaignKind, draft: Draft, *, error: RelacionalError | None = None, focus: str = "") -> Form:
    """Of what stands in the draft. `error`: why it was refused; `focus`: name of the field to be looked at next."""
    make = _Builder(kind, draft, error, focus)
    return Form(
        basis=draft.basis, words=_words(make), audience=_audience(make),
        steps=[_step(make, step, place) for place, step in enumerate(draft.steps)],
        measured=_measured(make), limits=_limits(make), policy=_policy(make), error=make.said,
    )  # fmt: skip


def _renamed(name: str) -> str:
    """Two fields of the flow are one of ours, and the other way round."""
    for theirs, ours in (
        (".waitDays", ".wait"), (".waitRhythms", ".wait"), (".discount", ".rungs[0].kind"),
        ("budgetCurrency", "monthBudget"), ("contactPolicy.weekends", "contactPolicy.noWeekends"),
    ):  # fmt: skip
        if name.endswith(theirs):
            return name.removesuffix(theirs) + ours
    return name.removesuffix(".rungs") + ".rungs[0].kind" if name.endswith(".rungs") else name


def _words(make: _Builder) -> list[Field]:
    return [
        make.text("name", _("Name")),
        make.text("goal", _("What it is for"), hint=_("In your words; it stands here and in what it brought.")),
        make.text(
            "hypothesis", _("What you expect of it"),
            hint=_("Said before it starts, so that one can hold it against what came."),
        ),
    ]  # fmt: skip


def _audience(make: _Builder) -> list[Field]:
    many, found = make.draft.many, list[Field]()
    needed = make.kind.for_audience
    found.append(
        make.select(
            "segment", _("Segment"), make.draft.texts["segment"],
            [("", _("Choose one") if needed else _("Everybody it is for")), *make.segments],
            hint=_("For whom it is.") if needed else _("Narrows it to the people of a segment."),
        )
    )  # fmt: skip
    if needed:
        found.append(
            make.select(
                "objective", _("What you want of them"), make.draft.texts["objective"], choices.objectives()
            )
        )
    found.append(
        make.ticks("stages", _("Where they stand"), many["stages"], [(one, words.stage(one)) for one in Stage.values])
    )  # fmt: skip
    found += _channels(make, "channels", many["channels"], _("None ticked: every channel that has a sender."))
    found.append(
        make.ticks("languages", _("Languages"), many["languages"],
                   choices.languages([step.message for step in make.draft.steps], many["languages"]),
                   hint=_("None ticked: everybody, each in the language of theirs that it is written in."))
    )  # fmt: skip
    topic, topics = make.draft.texts["topic"], choices.topics()
    if topics or topic:
        found.append(
            make.select("topic", _("Topic"), topic, [("", _("None")), *topics],
                        hint=_("Whoever does not want to hear about it is passed by."))
        )  # fmt: skip
    return found


def _channels(make: _Builder, name: str, chosen: Sequence[str], hint: str) -> list[Field]:
    """None where there is nothing to choose and nothing was chosen."""
    known = [(one.slug, one.name) for one in conf.host().channels()]
    return [make.ticks(name, _("Channels"), chosen, known, hint=hint)] if len(known) > 1 or chosen else []


def _step(make: _Builder, step: StepDraft, at: int) -> StepForm:
    place, first = f"steps[{at}]", at == 0
    fields = [
        make.select(f"{place}.message", _("Mail"), step.message, choices.messages(make.kind), again=True),
        make.one(
            f"{place}.wait", _("Waits"), step.wait, kind="number",
            hint=_("After the occasion.") if first else _("After the message before it."),
        ),
        make.select(
            f"{place}.waitUnit", _("Counted in"), step.unit,
            [("days", _("days")), ("rhythms", _("own rhythms: 1 is as long as they usually take"))],
        ),
    ]  # fmt: skip
    lasts = any(rung.kind in OFFERS for rung in step.rungs)
    fields.append(
        make.one(f"{place}.offerDays", _("An offer lasts"), step.offer_days, kind="number" if lasts else "hidden",
                 unit=_("days"))
    )  # fmt: skip
    options = [(str(number), _rung_name(number, rung)) for number, rung in enumerate(step.rungs, 1)]
    return StepForm(
        number=at + 1, place=at, fields=fields,
        rungs=[_rung(make, rung, at, number, len(step.rungs)) for number, rung in enumerate(step.rungs)],
        rules=[_rule(make, place, at, number, rule, options) for number, rule in enumerate(step.rules)],
        default=make.select(f"{place}.defaultRung", _("Who is named by no line below gets"), step.default_rung, options)
        if len(step.rungs) > 1 else None,
    )  # fmt: skip


def _rule(
    make: _Builder, place: str, at: int, number: int, rule: tuple[str, str], options: choices.Options
) -> tuple[Sequence[Field], str]:
    name = f"{place}.rules[{number}]"
    fields = [
        make.select(f"{name}.segment", _("Segment"), rule[0], [("", _("Choose one")), *make.segments]),
        make.select(f"{name}.rung", _("gets"), rule[1], options),
    ]
    return fields, f"rule.remove.{at}.{number}"


def _rung_name(number: int, rung: RungDraft) -> str:
    said = dict(choices.rungs()).get(rung.kind, rung.kind)
    worth = rung.texts.get("value", "") if rung.kind == RungKind.PERCENTAGE else ""
    return f"{number}. {said}" + (f" ({worth} %)" if worth else "")


def _rung(make: _Builder, rung: RungDraft, at: int, number: int, of: int) -> RungForm:
    place, kind, texts = f"steps[{at}].rungs[{number}]", rung.kind, rung.texts
    fields = [
        make.select(
            f"{place}.kind", _("They get") if number == 0 else _("or"), kind, choices.rungs(), again=True
        )
    ]
    moneys = currencies(rung.channels or make.draft.many["channels"])
    if kind == RungKind.PERCENTAGE:
        fields.append(make.one(f"{place}.value", _("How much"), texts["value"], kind="number", unit="%"))
    if kind == RungKind.FIXED:
        fields += _money(make, rung, place, "amounts", _("How much"), moneys)
    if kind in TASKS:
        fields += [
            make.one(
                f"{place}.person", _("Who does it"), texts["person"], hint=_("As the message names them.")
            ),
            make.one(f"{place}.note", _("What is to be done"), texts["note"], kind="words"),
            make.one(f"{place}.days", _("Within"), texts["days"], kind="number", unit=_("days")),
        ]
    if kind in (RungKind.GIFT, RungKind.EARLY_ACCESS):
        fields += _goods(make, rung, place)
    more: list[Field] = []
    if kind in CODED:
        more += _money(make, rung, place, "minimum", _("From an order of"), moneys)
        more += _goods(make, rung, place) if kind != RungKind.GIFT else []
    if kind in (RungKind.PERCENTAGE, RungKind.FIXED):
        more.append(
            make.one(f"{place}.oncePerOrder", _("Only off one unit of the cheapest"), "on" if rung.once else "",
                     kind="tick")
        )  # fmt: skip
    given = kind not in (RungKind.NOTHING, RungKind.WORD)
    if given or any(rung.money["cost"].values()):
        more += _money(make, rung, place, "cost", _("Costs you each time"), moneys)
    if given or rung.channels:
        more += _channels(make, f"{place}.channels", rung.channels, _("None ticked: those of the campaign."))
    return RungForm(
        place=place, number=number + 1, fields=fields, more=more,
        remove=f"rung.remove.{at}.{number}" if of > 1 else "",
        fold_open=any(one.error or one.value or any(choice.chosen for choice in one.choices) for one in more),
    )  # fmt: skip


def _money(
    make: _Builder, rung: RungDraft, place: str, name: str, label: str, moneys: Sequence[str]
) -> list[Field]:
    given = rung.money.get(name, {})
    return [
        make.one(f"{place}.{name}[{one}]", label, given.get(one, ""), kind="number", unit=one)
        for one in sorted({*moneys, *(currency for currency, text in given.items() if text)})
    ]


def _goods(make: _Builder, rung: RungDraft, place: str) -> list[Field]:
    labels = {
        "products": _("Only for products"), "variants": _("Only for variants"), "categories": _("Only for categories"),
        "collections": _("Only for collections"), "countries": _("Only to countries"),
    }  # fmt: skip
    if rung.kind == RungKind.GIFT:
        labels["variants"] = _("Which variant is given")
    if rung.kind == RungKind.EARLY_ACCESS:
        labels["collections"] = _("Which collection opens early")
    return [
        make.one(f"{place}.{name}", labels[name], rung.texts.get(name, ""), hint=_("Such as ES, PT."))
        if name == "countries" else _picked(make, rung, place, name, labels[name])
        for name in goods(rung.kind)
    ]  # fmt: skip


def _picked(make: _Builder, rung: RungDraft, place: str, name: str, label: str) -> Field:
    chosen, typed = rung.goods.get(name, []), rung.texts.get(f"{name}.search", "")
    return make.one(
        f"{place}.{name}", label, typed, kind="goods", one_alone=(rung.kind, name) in ONE_ALONE,
        choices=[Choice(value=key, label=said, chosen=True) for key, said in choices.goods(name, chosen)],
        found=goods_choice.search(name, typed, without=chosen),
    )  # fmt: skip


def _measured(make: _Builder) -> list[Field]:
    found = [
        make.text(
            "controlShare", _("Held out to measure against"), kind="number", unit=_("of 100"),
            hint=_("They get nothing. Without them nobody can say what it brings; with more of them one knows sooner."),
        )
    ]  # fmt: skip
    if make.draft.window is not None:
        found.append(
            make.one("windowDays", _("Days that count"), make.draft.window, kind="number", unit=_("days"),
                     hint=_("From the day somebody starts: what they buy within them is what the campaign is measured"
                            " by. Fewer, and you know sooner. Fixed once it is switched on."))
        )  # fmt: skip
    if (len(make.draft.steps) and len(make.draft.steps[0].rungs) > 2) or "learning" in make.draft.ticks:
        found.append(
            make.one("learning", _("Let what was learnt choose who gets what"),
                     "on" if "learning" in make.draft.ticks else "", kind="tick",
                     hint=_("Instead of the lines below the first mail. It needs “Nothing” and “A word” among what they"
                            " may get."))
        )  # fmt: skip
    return found


def _limits(make: _Builder) -> list[Field]:
    moneys = currencies(make.draft.many["channels"])
    return [
        make.text("dailyCapacity", _("Mails per day at most"), kind="number",
                  hint=_("Those who are expected to bring most come first.")),
        make.text("monthBudget", _("Its offers may take off per month"), kind="number",
                  unit=moneys[0] if len(moneys) == 1 else "",
                  hint=_("Empty: no limit.") if len(moneys) == 1
                  else _("Needs channels of one currency. Empty: no limit.")),
        make.text("startsOn", _("First day"), kind="date", hint=_("Empty: at once.")),
        make.text("endsOn", _("Last day"), kind="date", hint=_("On which anybody starts. Empty: no end.")),
    ]  # fmt: skip


def _policy(make: _Builder) -> list[Field]:
    return [
        make.text("contactPolicy.perWeek", _("Messages to one person in 7 days"), kind="number"),
        make.text("contactPolicy.perMonth", _("Messages to one person in 30 days"), kind="number"),
        make.text("contactPolicy.gapDays", _("Days of rest after a delivery"), kind="number"),
        make.one("contactPolicy.noWeekends", _("Not at weekends"),
                 "on" if "contactPolicy.noWeekends" in make.draft.ticks else "", kind="tick"),
    ]  # fmt: skip
