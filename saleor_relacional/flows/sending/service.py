"""Service messages: what somebody is owed or has just asked for, such as an answer or the confirmation of a signup.

They leave through the one outbox, before everything else: claimed, asked again, composed, handed over and ended by name
like the steps of campaigns. They sell nothing, so neither arms nor contact caps nor the day's capacity hold them back,
and somebody who wants no more offers still gets them. Whoever was forgotten, cannot be reached, or called a mail of
ours spam does not.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from saleor_relacional import conf, emails
from saleor_relacional.db import sql, tables
from saleor_relacional.emails import message as addressing
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.consent.links import URLS
from saleor_relacional.models import Profile, Sender, ServiceMessage

LONGEST_KEY = 120

Link = tuple[str, UUID] | tuple[str, UUID, int]
"""Purpose, public id of the person (or signup), and where it is about one our own key of an order or a basket."""

UNREACHABLE = "unreachable"
"""Why a service message does not leave: a mail to this address bounced, or was called spam."""

_ENQUEUE = f"""
WITH made AS (
    INSERT INTO {tables.SERVICE_MESSAGE} (key, message, channel, occasion, links, url, created_at)
    VALUES (%(key)s, %(message)s, %(channel)s, %(occasion)s::jsonb, %(links)s::jsonb, %(url)s, %(now)s)
    ON CONFLICT (key) DO NOTHING RETURNING id
)
INSERT INTO {tables.TOUCH} (public_id, profile_id, service_id, medium, state, reason, due_at, expires_at, attempts,
                            template_version, data_hash, created_at)
SELECT %(public_id)s, %(profile)s, made.id, 'mail', 'queued', '', %(due_at)s, %(expires_at)s, 0, '', '', %(now)s
FROM made
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceJudgement:
    """Whether a service message may leave, and in whose name."""

    reason: str
    """One of `Suppression`, or UNREACHABLE; empty: it may."""
    sender: Sender | None


def enqueue(
    *, profile: Profile, message: str, key: str, occasion: Mapping[str, object], now: datetime, expires_at: datetime,
    channel: str = "", links: Mapping[str, Link] | None = None, due_at: datetime | None = None,
) -> bool:  # fmt: skip
    """Put one service message to this person into the outbox. False when one of this key was there already, whatever
    became of it: enqueueing twice says it once.

    `message` is a folder of saleor_relacional/emails. Its words see what all see (shop, sender, customer.first_name,
    timezone), `occasion.*` with these values (plain ones: text, numbers, lists, mappings; moments as ISO texts), and
    `links.*`. `links` are (purpose, public id) by name, such as {"confirm": ("newsletter", signup.public_id)}, with our
    own key of the order or basket where the link is about one: each is signed when the mail is written, by what
    `consent.links.URLS` has under that purpose, so that no token is kept. `key` is kept for good, and names nobody. A
    message that cannot leave before `expires_at` never does, nor does one in a copy of the database that lives at
    another PUBLIC_URL. In the transaction of whatever is the
    reason for it.

    Raises BadInput for an unknown message or purpose, or a bad key.
    """
    signed = {name: [purpose, str(of), *about] for name, (purpose, of, *about) in (links or {}).items()}
    _check(message, key, signed)
    asked = {
        "public_id": uuid4(), "profile": profile.pk, "key": key, "message": message, "channel": channel,
        "occasion": json.dumps(dict(occasion)), "links": json.dumps(signed), "now": now, "due_at": due_at or now,
        "expires_at": expires_at, "url": conf.host().public_url(),
    }  # fmt: skip
    return sql.run(_ENQUEUE, asked) == 1


def judge(profile: Profile | None, service: ServiceMessage, now: datetime) -> ServiceJudgement:
    """The last question before a service message is composed. It leaves in the name of its channel, or of the person's,
    or of any that there is: it is owed."""
    known = policy.senders()
    wanted = service.channel or (profile.channel if profile else "")
    sender = known.get(wanted) or known.get(policy.channel_for("", [], known) or "")
    reason = (
        Suppression.FORGOTTEN if profile is None
        else Suppression.MERGED if profile.merged_into_id
        else Suppression.NO_ADDRESS if not (address := profile.email.strip())
        else Suppression.BAD_ADDRESS if addressing.deliverable(address) is None
        else UNREACHABLE if consent.unreachable([profile.pk])
        else Suppression.NO_SENDER if sender is None
        else Suppression.NO_POSTAL_ADDRESS if not sender.postal_address.strip()
        else ""
    )  # fmt: skip
    return ServiceJudgement(reason=reason, sender=sender)


def _check(message: str, key: str, signed: Mapping[str, Sequence[object]]) -> None:
    if message not in emails.names():
        raise BadInput("There is no such message.", field="message")
    if not key or len(key) > LONGEST_KEY or key != key.strip():
        raise BadInput(f"A key has 1 to {LONGEST_KEY} characters.", field="key")
    for purpose, *_of in signed.values():
        if purpose not in URLS:
            raise BadInput("There is no link of this purpose.", field="links")
