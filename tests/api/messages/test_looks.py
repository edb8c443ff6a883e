"""The look of a channel over the API."""

from typing import Any

import pytest

from saleor_relacional.emails import contrast
from saleor_relacional.models import ChannelLook
from tests.api.asking import Asker, operation

pytestmark = pytest.mark.django_db

LOOKS, UPDATE = operation("looks"), operation("look-update")


def test_said_once_and_kept(owner: Asker, shop: Any) -> None:
    """What is not given stays; a short colour is written out."""
    given = {
        "button": "#05F",
        "voice": "USTED",
        "signature": "Ana",
        "social": [{"name": "X", "url": "https://x.example"}],
    }
    told = owner.data(UPDATE, channel="eur", input=given)["relationshipLookUpdate"]
    assert told["errors"] == [] and told["look"]["button"] == "#0055ff"
    owner.data(UPDATE, channel="eur", input={"logoUrl": "https://shop.example/logo.png"})
    [eur] = [one for one in owner.data(LOOKS)["relationshipLooks"] if one["channel"] == "eur"]
    assert (eur["voice"], eur["signature"], eur["logoUrl"]) == (
        "USTED",
        "Ana",
        "https://shop.example/logo.png",
    )
    assert eur["social"] == [{"name": "X", "url": "https://x.example"}] and eur["card"] == "#ffffff"


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"ink": "#aaaaaa"}, "ink", "has a contrast of 2.32 to 1, and 4.5 are needed"),
        ({"button": "#fafafa", "buttonInk": "#000000"}, "button", "1.04 to 1, and 3.0 are needed"),
        ({"button": "#777777", "buttonInk": "#888888"}, "buttonInk", "4.5 are needed"),
        ({"ink": "red"}, "ink", "#rrggbb"),
        ({"logoUrl": "http://shop.example/logo.png"}, "logoUrl", "https://"),
        ({"logoUrl": "javascript:alert(1)"}, "logoUrl", "https://"),
        ({"logoUrl": "https://TODO"}, "logoUrl", "https://"),
        ({"logoWidth": 2}, "logoWidth", "from 40 to 480"),
        ({"signature": "Ana\nBcc: x@x.example"}, "signature", ""),
        ({"social": [{"name": "X", "url": "ftp://x.example"}]}, "social", "https://"),
    ],
)
def test_what_cannot_be(owner: Asker, shop: Any, given: dict[str, Any], field: str, said: str) -> None:
    """Nothing is kept; a colour is refused with the ratio and the nearest one that can be read."""
    told = owner.data(UPDATE, channel="eur", input=given)["relationshipLookUpdate"]
    [error] = told["errors"]
    assert error["field"] == field and said in error["message"] and not ChannelLook.objects.exists()


def test_the_cure_cures(owner: Asker, shop: Any) -> None:
    """The colour that the refusal names is taken."""
    refused = owner.data(UPDATE, channel="eur", input={"ink": "#aaaaaa"})["relationshipLookUpdate"]
    cure = refused["errors"][0]["message"].split("take ")[1][:7]
    assert (
        owner.data(UPDATE, channel="eur", input={"ink": cure})["relationshipLookUpdate"]["errors"][0]["field"]
        == (
            "ink"  # it can be read on the card now; the page is darker
        )
        or contrast.ratio(cure, "#f3f2ef") >= contrast.TEXT
    )
