"""Why somebody gets a message: made of the decision's own record, told in the mail's foot, and again whenever somebody
asks.

The record (`Touch.because`) is written when the mail is handed over: the campaign's kind and version, the ground on
which we may write, and of the facts about the person those that the sentence names. What is asked later is answered
from it, also when the facts have changed since.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from saleor_relacional import emails
from saleor_relacional.emails import names_used
from saleor_relacional.flows.messages import library, voices
from saleor_relacional.models import CampaignVersion, Touch


def record(
    source: emails.Source, values: Mapping[str, object], version: CampaignVersion | None
) -> dict[str, Any]:
    """What is kept of a decision: JSON, with nothing of the person but what the sentence says.

    {"kind", "version": of the campaign, "facts": values of the message's data}.
    """
    named = names_used.of(source.reason) | names_used.of(source.basis)
    facts = {name: _part(values[name], parts) for name, parts in named.items() if name in values}
    decided = {"kind": version.campaign.kind, "version": version.number} if version else {}
    return {
        "message": source.name.partition("/")[0],
        **decided,
        "facts": _plain({**facts, "timezone": values.get("timezone")}),
    }


def of(touch_id: int, language: str) -> str:
    """Why this message reached its person, in the language of whoever asks; empty where it has not been handed over,
    and once its person is forgotten."""
    touch = Touch.objects.filter(pk=touch_id).only("because").first()
    return sentence(touch.because, language) if touch else ""


def sentence(because: Mapping[str, Any], language: str) -> str:
    """The same of a record. In a tongue of its own (flows/messages/voices.py) it is said in that voice."""
    if not because.get("facts"):
        return ""
    source = library.source(because["message"], language, "")
    source = replace(source, look=replace(source.look, voice=voices.voice(language)))
    return emails.why(source, language, because["facts"])


def _part(value: object, parts: frozenset[str]) -> object:
    """Of a mapping what is named; of anything else all."""
    if isinstance(value, Mapping) and parts:
        return {name: value[name] for name in parts if name in value}
    return value


def _plain(value: object) -> Any:
    """As JSON keeps it: days and moments as text, which the templates read again."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
