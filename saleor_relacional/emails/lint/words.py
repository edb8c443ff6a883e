"""Words by which remarks are made, per language. What is not on a list is not remarked on: a remark that is wrong costs
more than one that is missing."""

from __future__ import annotations

import re

REPLY = re.compile(r"\s*(re|fwd?|rv|aw|wg|tr|sv|vs|antw|res|enc)\s*(\[\d+\])?\s*[:：]", re.IGNORECASE)
"""What mail programs write before the subject of an answer or of what is passed on."""


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


URGENCY = {
    "en": _any(
        "(?<!no )hurry", "act now", "act fast", "last chance", "final (?:call|hours?|days?)", "only today",
        "today only", "while (?:stocks?|supplies) lasts?", "ends? (?:soon|today|tonight)", "now or never",
        "expir(?:es?|ing) (?:soon|today|tonight)", "don['’]t miss(?: out)?", "before it['’]s too late", "limited time",
        "running out(?: of time)?", "urgent(?:ly)?", "(?:only|just) \\d+ left", "selling (?:out )?fast",
    ),
    "es": _any(
        "date prisa", "dese prisa", "daos prisa", "apres[uú]rate", "apres[uú]rese", "corre,? que",
        "[uú]ltima oportunidad", "[uú]ltim[ao]s? (?:horas?|d[ií]as?|unidades|llamada)", "s[oó]lo (?:por )?hoy",
        "hoy o nunca", "ahora o nunca", "hasta agotar existencias", "no te lo pierdas", "no se lo pierda",
        "(?:termina|acaba|caduca|expira|vence) (?:pronto|hoy|esta noche)", "(?:por )?tiempo limitado",
        "antes de que sea (?:demasiado )?tarde", "se (?:nos )?(?:agotan?|acaban?)", "urgente(?:mente)?",
        "se (?:nos )?est[aá]n? (?:agotando|acabando)", "(?:s[oó]lo )?quedan \\d+",
    ),
}  # fmt: skip
"""Hurry."""

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|"
    "noviembre|diciembre"
)
DATE = re.compile(
    rf"\|\s*date\b|\b\d{{1,2}}[./-]\d{{1,2}}([./-]\d{{2,4}})?\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?(?:{_MONTHS})\b|\b(?:{_MONTHS})\s+\d{{1,2}}\b",
    re.IGNORECASE,
)
"""A day, written or filled in."""

PRICE = re.compile(
    r"[€$£¥]\s?\d|\d\s?(?:[€$£¥]|eur\b|usd\b|euros?\b|d[oó]lares\b|dollars?\b|pesos?\b)|\d\s?%|\|\s*(?:money|percent)\b",
    re.IGNORECASE,
)
"""An amount of money, or per cent, written or filled in."""
CODE = re.compile(r"\boffer\s*\.", re.IGNORECASE)
"""What an offer gives."""
CARD = re.compile(r"\{\{-?\s*(?!offer\b)\w+(?:\.\w+)*\.price\s*\|\s*money\b[^}]*\}\}", re.IGNORECASE)
"""What a product costs that the mail shows, as the shop says it."""
TYPED_CODE = re.compile(
    r"\b(?i:code|coupon|voucher|c[oó]digo|cup[oó]n|vale)(?i:\s+(?:is|es))?[\s:*_\"'«»“”‘’–—-]{1,60}"
    r"(?=[\w-]*[A-Za-z])(?=[\w-]*\d)[A-Za-z0-9][\w-]{4,}"
)
"""A code that stands there by itself: five signs or more, of which one is a letter and one a digit."""

EMPTY_LINK = {
    "en": _any(
        "click(?: (?:here|this|below))?", "here", "this link", "link", "read more", "more", "learn more", "this",
    ),
    "es": _any(
        "(?:haz|haga|hacer) clic(?: (?:aqu[ií]|en este enlace))?", "clic aqu[ií]", "pincha(?: aqu[ií])?",
        "pulsa(?: aqu[ií])?", "aqu[ií]", "este enlace", "enlace", "leer m[aá]s", "m[aá]s", "saber m[aá]s", "ver m[aá]s",
    ),
}  # fmt: skip
"""Words of a link that say nothing of where it leads."""

TU = _any("t[uú]", "tus", "te", "ti", "contigo", "tuy[oa]s?")
"""What only somebody says who says tú."""
