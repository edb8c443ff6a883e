"""The time zone of an address: by country, and by state where a country has several.

Countries and their zones are Unicode's (CLDR, as Babel ships it). Where a country has several, the tables below say
which one holds in a state, or in most of the country where nearly everybody lives in one. Where neither does, nothing
is concluded: an address in Russia, or in the United States without its state, has no zone.
"""

from collections.abc import Mapping

from babel.core import get_global

MAINLY = {
    "AR": "America/Argentina/Buenos_Aires", "CL": "America/Santiago", "CN": "Asia/Shanghai", "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid", "GL": "America/Nuuk",
    "KZ": "Asia/Almaty", "MH": "Pacific/Majuro", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland", "PF": "Pacific/Tahiti", "PG": "Pacific/Port_Moresby", "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon", "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent",
}  # fmt: skip
"""Where nearly everybody lives in one zone, or all zones show the same hour. Parts that do not are told by state or
postal code below."""

_STATES = {
    "US": {
        "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
        "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
        "America/Denver": "CO ID MT NM UT WY", "America/Phoenix": "AZ",
        "America/Los_Angeles": "CA NV OR WA", "America/Anchorage": "AK", "Pacific/Honolulu": "HI",
        "America/Puerto_Rico": "PR VI", "Pacific/Guam": "GU MP", "Pacific/Pago_Pago": "AS",
    },
    "CA": {
        "America/Toronto": "ON QC", "America/Vancouver": "BC", "America/Edmonton": "AB NT",
        "America/Regina": "SK", "America/Winnipeg": "MB", "America/Halifax": "NS NB PE",
        "America/St_Johns": "NL", "America/Iqaluit": "NU", "America/Whitehorse": "YT",
    },
    "AU": {
        "Australia/Sydney": "NSW ACT", "Australia/Melbourne": "VIC", "Australia/Brisbane": "QLD",
        "Australia/Adelaide": "SA", "Australia/Perth": "WA", "Australia/Hobart": "TAS",
        "Australia/Darwin": "NT",
    },
    "BR": {
        "America/Sao_Paulo": "DF ES GO MG PR RJ RS SC SP", "America/Bahia": "BA", "America/Fortaleza": "CE MA PB PI RN",
        "America/Recife": "PE", "America/Maceio": "AL SE", "America/Belem": "AP PA", "America/Araguaina": "TO",
        "America/Manaus": "AM", "America/Cuiaba": "MT", "America/Campo_Grande": "MS",
        "America/Porto_Velho": "RO", "America/Boa_Vista": "RR", "America/Rio_Branco": "AC",
    },
    "MX": {
        "America/Tijuana": "BC BCN", "America/Hermosillo": "SON", "America/Mazatlan": "BCS NAY SIN",
        "America/Cancun": "QR QROO ROO",
    },
}  # fmt: skip
"""Country → zone → codes of its states. A state that lies in two zones has the one in which most of its people live."""

_POSTAL = {
    "ES": {"35": "Atlantic/Canary", "38": "Atlantic/Canary"},
    "PT": {"90": "Atlantic/Madeira", "91": "Atlantic/Madeira", "92": "Atlantic/Madeira", "93": "Atlantic/Madeira",
           "94": "Atlantic/Madeira", "95": "Atlantic/Azores", "96": "Atlantic/Azores", "97": "Atlantic/Azores",
           "98": "Atlantic/Azores", "99": "Atlantic/Azores"},
}  # fmt: skip
"""Country → how a postal code begins → zone: islands with a clock of their own."""

_BY_STATE: Mapping[str, Mapping[str, str]] = {
    country: {state: zone for zone, states in zones.items() for state in states.split()}
    for country, zones in _STATES.items()
}


def zone_of(country: str, state: str = "", postal_code: str = "") -> str:
    """Name of the zone of an address, empty where it does not say. `country`: ISO 3166; `state`: the code that its post
    uses, with or without the country's before it (CA, US-CA, B.C.)."""
    land = country.strip().upper()
    code = "".join(sign for sign in state.strip().upper().removeprefix(f"{land}-") if sign.isalnum())
    beginning = "".join(sign for sign in postal_code if sign.isalnum())[:2]
    if (told := _POSTAL.get(land, {}).get(beginning) or _BY_STATE.get(land, {}).get(code)) is not None:
        return told
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    own = zones.get(land, []) if len(land) == 2 and land.isalpha() and land != "ZZ" else []
    return own[0] if len(own) == 1 else MAINLY.get(land, "")
