"""What the world's name servers say of the domain that a shop's mails come from: SPF, DKIM and DMARC of the domain of
From itself, so that a key found there is aligned with it. Under which domain a provider really signs, and what it
signs, no name server tells. Asked with dnspython (extra `dns`); without it, or without name servers, nothing is known
and nothing is said to be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

try:
    import dns.exception
    import dns.resolver
except ImportError:
    dns = None  # type: ignore[assignment]

PATIENCE = 5.0
"""Seconds for one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Of one domain. Texts are those of the records; None where nothing could be asked."""

    domain: str
    asked: bool
    """Name servers answered."""
    spf: str = ""
    dmarc: str = ""
    keys: Mapping[str, bool] = field(default_factory=dict)
    """Selector → whether there is a public key of it."""

    @property
    def spf_lets_anybody(self) -> bool:
        """It ends in +all: everybody may send in the shop's name, so that it says nothing."""
        return self.spf.split()[-1:] in (["+all"], ["all"])

    @property
    def dmarc_policy(self) -> str:
        """none, quarantine or reject; empty where there is no record."""
        told = dict(part.strip().partition("=")[::2] for part in self.dmarc.split(";") if "=" in part)
        return str(told.get("p", "")).strip().lower()


class Names:
    """What is asked of name servers; a test has its own."""

    def texts(self, name: str) -> Sequence[str]:
        """TXT records of a name; none where there is no such name. Raises Unanswered."""
        if dns is None:
            raise Unanswered
        resolver = dns.resolver.Resolver()
        resolver.lifetime = PATIENCE
        try:
            answers: Iterable[Any] = resolver.resolve(name, "TXT")
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise Unanswered from error
        return [b"".join(answer.strings).decode("utf-8", "replace") for answer in answers]


class Unanswered(Exception):
    """No name server answered, or the library is not there."""


def look(domain: str, selectors: Sequence[str], names: Names | None = None) -> Findings:
    """Ask about one domain. DMARC also of the domain above it, which counts for those below."""
    ask = names or Names()
    try:
        spf = _first(ask.texts(domain), "v=spf1")
        dmarc = _first(ask.texts(f"_dmarc.{domain}"), "v=dmarc1")
        above = domain.partition(".")[2]
        if not dmarc and "." in above:
            dmarc = _first(ask.texts(f"_dmarc.{above}"), "v=dmarc1")
        keys = {each: _has_key(ask.texts(f"{each}._domainkey.{domain}")) for each in selectors}
    except Unanswered:
        return Findings(domain=domain, asked=False)
    return Findings(domain=domain, asked=True, spf=spf, dmarc=dmarc, keys=keys)


def _first(texts: Sequence[str], begins: str) -> str:
    return next((text for text in texts if text.lower().replace(" ", "").startswith(begins)), "")


def _has_key(texts: Sequence[str]) -> bool:
    """An empty p= says that the key was taken back."""
    for text in texts:
        told = dict(part.strip().partition("=")[::2] for part in text.split(";") if "=" in part)
        if told.get("p", "").strip():
            return True
    return False
