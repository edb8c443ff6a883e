"""Another key for the hashes of forgotten people. What is hashed cannot be read again, so the hashes that stand are
hashed once more under the new key; the keys before it stay in our table, and tell nobody anything without the new
one."""

import hmac
from hashlib import sha256
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.people import tombstones
from saleor_relacional.models import Objection, Tombstone

BATCH = 5_000


def rekey(old: str = "") -> int:
    """Take the key of the settings (or the drawn one, when they have none) into use; how many hashes were made anew,
    0 when nothing had changed. `old`: the key that held until now, empty for the drawn one. Raises BadInput when it is
    another key."""
    with sql.atomic():
        sql.run(f"LOCK TABLE {tables.TOMBSTONE}, {tables.OBJECTION} IN SHARE ROW EXCLUSIVE MODE")
        row = tombstones.installation()
        if tombstones.is_kept(row):
            return 0
        former = old.encode() if old else bytes(row.tombstone_key)
        if not hmac.compare_digest(tombstones.fingerprint(former), bytes(row.key_check)):
            raise BadInput(
                "That is not the key that held until now: nothing has changed. Say it with --old-key, or leave that out"
                " where the settings had none.",
                field="old_key",
            )
        new = tombstones.current_key(row)
        done = sum(_hash_again(model, new) for model in (Tombstone, Objection))
        row.former_keys = [*row.former_keys, former.hex()]
        row.key_check = tombstones.fingerprint(new)
        row.save(using=conf.database(), update_fields=["former_keys", "key_check"])
    return done


def _hash_again(model: Any, key: bytes) -> int:
    done, last = 0, 0
    while found := list(model.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for row in found:
            row.digest = hmac.digest(key, bytes(row.digest), sha256)
        model.objects.bulk_update(found, ["digest"])
        done, last = done + len(found), found[-1].pk
    return done
