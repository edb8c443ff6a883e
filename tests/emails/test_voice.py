"""A mail of a shop that says usted says it in all its parts: subject, preheader, words, foot, and why it came."""

from dataclasses import replace

import pytest

from saleor_relacional.emails import Look, Voice, library, names, render, sample
from saleor_relacional.emails.checks import trial
from saleor_relacional.emails.render import render_from
from saleor_relacional.management import formal
from tests.support.voice import read


@pytest.mark.parametrize("name", names())
def test_nothing_of_a_mail_says_tu(name: str) -> None:
    """With and without an offer, a name, a storefront."""
    source, tu = replace(library.source(name, "es"), look=Look(voice=Voice.USTED)), formal.learnt()
    for data in trial.shown(sample(name), name):
        mail = render_from(source, "es", data)
        said = f"{mail.subject} {mail.text} {read(mail.html)}"
        assert formal.gives_away(said, tu) == "", said
    assert formal.gives_away(render(name, "es", sample(name)).text, tu)
