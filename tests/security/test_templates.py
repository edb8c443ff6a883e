"""A template that means harm ends soon and small: under 200 ms of the processor and under a megabyte, whatever it is.
The attacks are those of tests/emails/test_hostile_templates.py, which says that each ends with a problem."""

import tracemalloc

import pytest

from saleor_relacional.emails import TemplateProblem, render, render_source, sample
from tests.emails.test_hostile_templates import HOSTILE, MANY, least_seconds

SECONDS, BYTES = 0.2, 1_000_000


def attempt(source: str, part: int) -> None:
    written = ["s", "", "t"]
    written[part] = source
    with pytest.raises(TemplateProblem):
        render_source(*written, "en", sample("win_back") | MANY)


@pytest.mark.parametrize("part", [0, 1, 2], ids=["subject", "mjml", "text"])
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_template_costs_little(source: str, part: int) -> None:
    render("win_back", "en", sample("win_back"))  # what is read once is read before
    assert least_seconds(lambda: attempt(source, part)) < SECONDS
    tracemalloc.start()
    try:
        attempt(source, part)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()
