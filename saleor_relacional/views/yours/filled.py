"""The forms of the page, filled in with what holds now."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows import consent_texts
from saleor_relacional.flows.preferences import preferences, topics
from saleor_relacional.flows.preferences.preferences import Preferences
from saleor_relacional.models import ConsentPlace
from saleor_relacional.views.yours import wishes
from saleor_relacional.views.yours.opening import Opened


def filled(opened: Opened) -> Mapping[str, object]:
    """What the template of the forms needs."""
    held, zone = preferences.holding(preferences.of(opened.profile.pk), opened.now), conf.time_zone()
    agreed = consent_texts.of(ConsentPlace.PROFILING, opened.tag)
    return {
        "action": reverse("relacional-page-ask", args=[opened.token]),
        "held": held,
        "said": {name: wishes.said(name, held, zone) for name in wishes.WISHES},
        "often": wishes.often(held),
        "caps": wishes.caps(held),
        "until": wishes.paused(held, zone),
        "every": round(held.every_days) if held.every_days else "",
        "languages": wishes.languages(held),
        "topics": _topics(held, opened.language),
        "zones": wishes.zones(held),
        "flags": _flags(held, agreed),
        "agreed": agreed,
    }


def _topics(held: Preferences, language: str) -> list[tuple[str, str, bool]]:
    """Key, name in the reader's language, whether they want to hear about it."""
    return [
        (one.key, topics.name(one, language), one.key not in held.unwanted_topics)
        for one in topics.declared()
    ]


def _flags(held: Preferences, agreed: consent_texts.Words) -> list[tuple[str, str, str, str, str]]:
    """Name, title, what the button says, what it says once it was pressed (empty until then), what holds."""
    told: dict[str, tuple[str, str, str]] = {
        "just_looking": (_("Just looking"), _("Write nothing but what I ask for"), _("You may write again")),
        "do_not_sell": (_("Do not sell to me"), _("Send me no offers"), _("Offers are welcome again")),
        "no_profiling": (
            _("Conclude nothing about me"),
            _("Stop concluding"),
            agreed.text,
        ),
    }
    zone = conf.time_zone()
    return [
        (name, title, offer, back if getattr(held, name) else "", wishes.said(name, held, zone))
        for name, (title, offer, back) in told.items()
    ]
