"""What messages may be about, as the shop declares it. Customers say which topics they do not want to hear about."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import input_validation
from saleor_relacional.models import Topic

MOST = 30
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_UNSAID = f"""
UPDATE {tables.PREFERENCE} SET unwanted_topics = unwanted_topics - %(key)s::text WHERE unwanted_topics ? %(key)s
"""


def declared() -> Sequence[Topic]:
    """All of them, by key."""
    return list(Topic.objects.order_by("key"))


def check(key: str) -> None:
    """Raises BadInput where there is no topic of this key; an empty one is none."""
    if key and not Topic.objects.filter(pk=key).exists():
        raise BadInput(
            _("There is no topic %(topic)s: see relationshipTopics.") % {"topic": key[:40]}, field="topic"
        )


def version(topic: Topic) -> str:
    """What changes whenever it is named anew; no other topic has it."""
    return f"{topic.key}:{hashlib.sha256(repr(sorted(topic.names.items())).encode()).hexdigest()[:12]}"


def declare(
    key: str, names: Mapping[str, str], *, now: datetime, seen: Collection[str] | None = None
) -> Topic:  # fmt: skip
    """Declare a topic, or name it anew: language code → how customers read it. `seen`: the versions that whoever
    declares it has read. Raises BadInput, and Refused (CONFLICT) for a topic that is another one by now."""
    if not _KEY.fullmatch(key) or len(key) > 40:
        raise BadInput(
            _("Give a short key of small letters, digits and hyphens, such as new-teas."), field="key"
        )
    told = {
        input_validation.line(language, field="names", most=10).lower(): input_validation.line(
            name, field="names", most=80
        )
        for language, name in names.items()
    }
    if not told:
        raise BadInput(
            _("Say how customers read it, in one language at least."), code="REQUIRED", field="names"
        )
    with sql.atomic():
        locks.lock(Lock.POLICY)
        held = Topic.objects.filter(pk=key).first()
        if held is not None and seen is not None and version(held) not in seen:
            raise Refused(
                _("Somebody else has named this topic meanwhile. Nothing of yours is saved yet."), code="CONFLICT",
                field="key",
            )  # fmt: skip
        if held is None and Topic.objects.count() >= MOST:
            raise BadInput(
                _("A shop has %(most)s topics at most: remove one first.") % {"most": MOST}, field="key"
            )
        made, _new = Topic.objects.update_or_create(
            key=key, defaults={"names": told}, create_defaults={"names": told, "created_at": now}
        )
    return made


def remove(key: str) -> bool:
    """Nobody chooses about it any more; campaigns that are about it are about nothing that is chosen. False when there
    was none."""
    if not _KEY.fullmatch(key):
        return False
    with sql.atomic():
        locks.lock(Lock.POLICY)
        sql.run(_UNSAID, {"key": key})
        return bool(Topic.objects.filter(pk=key).delete()[0])


def name(topic: Topic, language: str) -> str:
    """How a reader of this language reads it."""
    short = language.replace("_", "-").split("-")[0].lower()
    return str(topic.names.get(short) or topic.names.get("en") or next(iter(topic.names.values()), topic.key))
