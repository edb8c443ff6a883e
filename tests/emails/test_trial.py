"""What is refused of a mail because of people who get it otherwise than the sample: without a link, with long lists."""

from dataclasses import replace

import pytest

from saleor_relacional.emails import library, names, sample
from saleor_relacional.emails.checks import FaultCode, check, trial

BODY = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


def faults(name="win_back", **words):
    plain = {"subject": "Hello", "preheader": "", "mjml": BODY.format("Hello"), "text": "Hello"}
    source = replace(library.source(name, "en"), **{**plain, **words})
    return [(one.code, one.part, one.line, one.column, one.what) for one in check(source, sample(name))]


@pytest.mark.parametrize("link", trial.OPTIONAL)
def test_a_link_of_the_text_that_not_every_shop_has(link):
    """Said at its place, which may be the second of two; around it an `if` is enough."""
    said = f"{{{{ links.{link} }}}}"
    guarded = f"{{% if links.{link} %}}Visit: {said}{{% endif %}}"
    assert faults(text=f"Hello\n{guarded}") == []
    assert faults(text=f"Hello\n{guarded}\nor {said}") == [(FaultCode.LINK, "text", 3, 4, said)]


def test_the_ways_out_are_always_there():
    assert faults(text="{{ links.unsubscribe }}") == []


def test_too_long_with_a_long_checkout():
    """Two goods stand in the sample, ten may stand in a mail: Gmail would cut it."""
    line = "<br />{{ line.name }}" + "." * 12_000
    loop = f"{{% for line in occasion.lines %}}{line}{{% endfor %}}"
    [(code, part, *_)] = faults("abandoned_checkout", mjml=BODY.format(loop))
    assert (code, part) == (FaultCode.TOO_LONG, "mjml")
    assert faults("abandoned_checkout", mjml=BODY.format(loop.replace("." * 12_000, "..."))) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", names())
def test_what_ships_is_in_order(name, language):
    assert check(library.source(name, language), sample(name)) == []
