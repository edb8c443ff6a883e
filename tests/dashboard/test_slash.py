"""Saleor's dashboard asks for a frame without the slash at the end of its address."""

from typing import Any

import pytest


@pytest.mark.parametrize("frame", ["card", "slipping", "calibration", "checklist"])
@pytest.mark.parametrize("end", ["", "/"])
def test_a_frame_answers_with_a_slash_and_without(client: Any, shop: Any, frame: str, end: str) -> None:
    """And itself, with no detour that would lose the handshake."""
    assert client.get(f"/dashboard/{frame}{end}?customerId=VXNlcjox").status_code == 200
