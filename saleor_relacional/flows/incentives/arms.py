"""A step's ladder as what somebody may draw: nothing first, then its rungs from the cheapest, each under a name that
stays while its terms stay."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from saleor_relacional.flows.incentives import rungs
from saleor_relacional.models import CampaignStep, Rung, RungKind

NOTHING, WORD = RungKind.NOTHING.value, RungKind.WORD.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """What may be drawn. The place of a rung here is its number in decisions."""

    names: tuple[str, ...]
    rungs: tuple[Rung | None, ...]
    """None for nothing, where the ladder has no such rung."""

    @property
    def ladder(self) -> str:
        """Digest of the names: ladders that are alike have the same, in every version."""
        return hashlib.sha256("\n".join(self.names).encode()).hexdigest()

    @property
    def learnable(self) -> bool:
        """Whether nothing and a word are among them, and something else."""
        return len(self.names) > 2 and self.rungs[0] is not None and self.names[1] == WORD

    def place(self, rung: Rung) -> int:
        """Of a rung of this ladder."""
        return self.names.index(name(rung))


def arms(step: CampaignStep) -> Arms:
    """Of a step. Of two rungs on the same terms the first counts."""
    return of(step.rungs.all())


def of(ladder: Iterable[Rung]) -> Arms:
    """Of these rungs, in any order."""
    found: dict[str, Rung | None] = {NOTHING: None}
    for rung in sorted(ladder, key=lambda one: one.number):
        if found.get(name(rung)) is None:
            found[name(rung)] = rung
    return Arms(names=tuple(found), rungs=tuple(found.values()))


def name(rung: Rung) -> str:
    """Kind, and a digest of the terms where it has any: what is edited gets another name."""
    if rung.kind in (NOTHING, WORD):
        return rung.kind
    value = "" if rung.value is None else str(rungs.plain(rung.value))
    said = {"value": value, "amounts": rung.amounts, "terms": rung.terms}
    written = json.dumps(said, sort_keys=True)
    return f"{rung.kind}:{hashlib.sha256(written.encode()).hexdigest()[:12]}"
