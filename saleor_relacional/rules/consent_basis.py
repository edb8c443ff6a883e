"""On what ground we may write to somebody for a purpose: the one SQL text that decides it, for one and for many.

The latest of what was said about the purpose counts. After any opt-out only an opt-in does: neither what the shop
states nor a recorded soft opt-in outweighs it. Where nothing of that is left, soft opt-in decides: the
person bought, and the owner's policy allows it; what we write about is the shop's own goods, which are similar to those
they bought.

One thing SQL cannot see: an objection that outlived a forgotten person, or that only they can lift, is a keyed hash of
the address. flows/consent looks it up beside this, and nobody is written to under such an address.
"""

from saleor_relacional.db import tables

NONE = "none"
"""No ground."""
GROUNDS = ("opt_in", "stated", "soft_opt_in")
"""Any of these lets us write."""
BASES = (*GROUNDS, "opt_out", NONE)
"""What the expression answers."""
CONTENT, OFFERS = "'content'", "'offers'"
"""Purposes as SQL."""


def basis(*, profile: str, buyer: str, soft: str, now: str, purpose: str, until: str = "") -> str:
    """An SQL expression of one of `BASES`, never null, as of `now`. All arguments are SQL of ours.

    `profile`: the key of the profile. `buyer`: whether they have bought. `soft`: whether the policy allows soft opt-in.
    `purpose`: of what is to be written, a text. `until`: the key of a statement; only those made before it count.
    """
    return f"""coalesce(nullif({_latest(profile, now, purpose, until)}, 'soft_opt_in'),
    CASE WHEN {soft} AND {buyer} THEN 'soft_opt_in' ELSE '{NONE}' END)"""


def may_write(*, profile: str, buyer: str, soft: str, now: str, purpose: str) -> str:
    """An SQL condition: there is a ground to write on. Arguments as in `basis`."""
    grounds = ", ".join(f"'{ground}'" for ground in GROUNDS)
    return f"{basis(profile=profile, buyer=buyer, soft=soft, now=now, purpose=purpose)} IN ({grounds})"


def _latest(profile: str, now: str, purpose: str, until: str = "") -> str:
    """An SQL expression: what counts of that which was said; null where nothing does."""
    made = {alias: f" AND {alias}.id < {until}" if until else "" for alias in ("said", "own")}
    return f"""(SELECT said.basis FROM {tables.CONSENT} said
    WHERE said.profile_id = {profile} AND said.purpose = {purpose} AND said.medium = 'mail'
      AND said.happened_at <= {now}{made["said"]}
      AND (said.basis IN ('opt_in', 'opt_out') OR NOT EXISTS (
        SELECT 1 FROM {tables.CONSENT} own WHERE own.profile_id = {profile}
          AND own.purpose = said.purpose AND own.medium = said.medium AND own.basis = 'opt_out'
          AND own.happened_at <= {now}{made["own"]}))
    ORDER BY said.happened_at DESC, said.id DESC LIMIT 1)"""
