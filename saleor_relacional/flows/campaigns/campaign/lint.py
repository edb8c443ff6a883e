"""What the linter remarks on the messages of a campaign, and of a message by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from saleor_relacional import conf, emails
from saleor_relacional.emails import library as shipped
from saleor_relacional.emails.checks import Fault, check
from saleor_relacional.emails.lint import Remark, lint
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.messages import library, looks, templates
from saleor_relacional.flows.messages.templates import Words
from saleor_relacional.models import CampaignStep, CampaignVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRemark:
    """A campaign remark: on the message of a step, or a fault of it: its words are no longer in order."""

    step: int
    """From 1."""
    message: str
    language: str
    remark: Remark | None
    fault: Fault | None = None

    @property
    def grave(self) -> bool:
        """Whether it keeps the campaign from being switched on."""
        return self.fault is not None or (self.remark is not None and self.remark.grave)


def of_message(message: str, language: str, words: Words | None = None) -> list[Remark]:
    """Remarks on the words that hold, or on these instead of them, in the voice of every channel."""
    source = library.source(message, language, "")
    if words is not None:
        source = replace(templates.as_source(message, language, words), look=source.look)
    found: list[Remark] = []
    for voiced in _voiced(source, _voices()):
        found += [one for one in _linted(voiced, message, offers=may_offer(message)) if one not in found]
    return found


def of_version(version: CampaignVersion) -> list[StepRemark]:
    """Remarks on all its messages, in the languages and voices in which it writes."""
    return [one for step in version.steps.order_by("number") for one in _of_step(version, step)]


def may_offer(message: str) -> bool:
    """Whether some kind of campaign may offer something with it; a message of no campaign offers nothing."""
    return any(
        kind.offers_after is not None
        for kind in kinds().values()
        for step in kind.steps
        if step.message == message
    )


def _of_step(version: CampaignVersion, step: CampaignStep) -> Iterator[StepRemark]:
    message, number = step.message, step.number
    for language in _languages(version, message, library.own(message)):
        source = library.source(message, language, "")
        for fault in check(source, shipped.sample(message)) if source.own else ():
            yield StepRemark(step=number, message=message, language=language, remark=None, fault=fault)
        seen: list[Remark] = []
        for voiced in _voiced(source, _voices(version.channels)):
            for remark in _linted(voiced, message, offers=step.offers):
                if remark not in seen:
                    seen.append(remark)
                    yield StepRemark(step=number, message=message, language=language, remark=remark)


@lru_cache(maxsize=512)
def _linted(source: emails.Source, message: str, *, offers: bool) -> tuple[Remark, ...]:
    """Equal words are read once: each page about a campaign asks for the same ones again, and reading makes mails of
    them."""
    try:
        return tuple(lint(source, shipped.sample(message), offers=offers))
    except RelacionalError:
        return ()  # at fault: said as a fault


def _languages(version: CampaignVersion, message: str, own: library.Own) -> list[str]:
    every = sorted({*shipped.languages(message), *own})
    wanted = {tag.partition("-")[0] for tag in version.languages}
    return [tag for tag in every if not wanted or tag.partition("-")[0] in wanted]


def _voices(channels: Sequence[str] = ()) -> list[emails.Voice]:
    known = [channel.slug for channel in conf.host().channels()]
    return sorted({looks.of(slug).voice for slug in channels or known} or {emails.Voice.TU})


def _voiced(source: emails.Source, voices: Sequence[emails.Voice]) -> Iterator[emails.Source]:
    for voice in voices:
        yield replace(source, look=replace(source.look, voice=voice))
