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
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_CODES = (
    "EUR|USD|GBP|CHF|JPY|CNY|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|ISK|TRY|UAH|CAD|AUD|NZD|MXN|ARS|CLP|COP|PEN|UYU|BRL|INR|"
    "ILS|ZAR|AED|SAR|SGD|HKD|KRW|THB|eur|usd|gbp|chf"
)
_CURRENCY = rf"(?:[€$£¥]|(?-i:{_CODES})\b|euros?\b|d[oó]lar(?:es)?\b|dollars?\b|pesos?\b|francs?\b)"
_PERCENT = r"(?:%|per\s?cent\b|por\s?cien(?:to)?\b)"
_UNIT = (
    rf"{_CURRENCY}|{_PERCENT}|(?:h|hs|hrs?|hours?|horas?|min|minutes?|minutos?|days?|d[ií]as?|weeks?|semanas?|left|"
    r"pieces?|units?|unidades?|stars?|estrellas?|[ap]\.?m|kg|g|l|ml|cl|cm|mm|m)\b"
)
DATE = re.compile(
    rf"\b(?:\w+\.)*\w*(?:until|ends|expires|last_day)(?:_on|_at)?\s*\|\s*date\b|\boffer\.(?:headline|use)\b"
    rf"|(?<![\w./-])(?!24/7\b(?!/))(?:{_DAY}[./]{_MONTH}|{_MONTH}/{_DAY}|\d\d-\d\d)"
    rf"(?:[./-](?:\d{{4}}|\d\d))?(?![\w%]|[./-]\d|\s?(?:{_UNIT}))"
    rf"|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
    rf"|\b{_DAY}(?:st|nd|rd|th|º)?\s+(?:de\s+|of\s+)?(?:{_MONTHS})\b(?!\s+(?:be|not|have|sell|run|go)\b)"
    rf"|\b(?:{_MONTHS})\s+{_DAY}\b(?!\s?(?:{_UNIT}))",
    re.IGNORECASE,
)
"""A day on which the hurry ends, written, or filled in from what says until when. A price, an hour or the day of an
order is none."""

_NUMBER = r"(?<![\d.,])\d+(?:[.,]\d+)*"
PRICE = re.compile(
    rf"{_CURRENCY}\s?\d[\d.,]*(?<![.,])|{_NUMBER}\s?(?:{_CURRENCY}|{_PERCENT})|\|\s*(?:money|percent)\b"
    r"|\bhalf[ -]price\b|\bmitad de(?:l)? precio\b",
    re.IGNORECASE,
)
"""An amount of money, or per cent, written or filled in."""
CODE = re.compile(r"\boffer\s*\.", re.IGNORECASE)
"""What an offer gives."""
CARD = re.compile(r"\{\{-?\s*(?!offer\b)\w+(?:\.\w+)*\.price\s*\|\s*money\b[^}]*\}\}", re.IGNORECASE)
"""What a product costs that the mail shows, as the shop says it."""
_CALLED = r"[\s:*_\"'«»“”‘’–—-]{1,60}"
TYPED_CODE = re.compile(
    rf"\b(?i:code|coupon|voucher|c[oó]digo|cup[oó]n|vale)(?i:\s+(?:is|es))?{_CALLED}"
    r"(?=[\w-]*[A-Za-z])(?=[\w-]*\d)[A-Za-z0-9][\w-]{4,}"
    rf"|\b(?:[Cc]ode|[Cc]oupon|[Vv]oucher|[Cc][oó]digo|[Cc]up[oó]n|[Vv]ale)(?:\s+(?:is|es))?{_CALLED}[A-Z]{{5,}}\b"
    r"|(?<!\w)(?i:with|use|using|enter|apply|con|usa|use|usando|introduce|aplica)[\s*_\"'«“‘]{1,9}[A-Z]{4,}[_-]?\d{1,4}\b"
)
"""A code that stands there by itself: five signs or more, of which one is a letter and one a digit; in capitals, also
letters alone where it is called a code, and without being called one where it is to be used."""

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
