"""Our pages in the dashboard: who is let in, and who may frame them."""

import uuid

import pytest
import requests

from tests.saleor.e2e import operations
from tests.saleor.e2e.storefront import PASSWORD, Storefront
from tests.saleor.stack import Stack

DASHBOARD = "https://dash.example"


@pytest.fixture(scope="module")
def token(saleor: Storefront) -> str:
    """What the dashboard hands to the card's frame of a member of staff who may manage customers."""
    from saleor_relacional import conf

    conf.host().move_in()
    given = {"configuration": [{"name": "dashboard-url", "value": f"{DASHBOARD}/dashboard/"}]}
    saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input=given)
    return _token(saleor, _staff(saleor, "MANAGE_USERS", "MANAGE_APPS"))


def _staff(saleor: Storefront, *permissions: str) -> str:
    """A member of staff with these permissions, logged in."""
    from saleor.account.models import User
    from saleor.permission.enums import get_permissions_from_names

    email = f"{uuid.uuid4().hex}@staff.example"
    user = User(email=email, is_staff=True, is_active=True)
    user.set_password(PASSWORD)
    user.save()
    user.user_permissions.set(get_permissions_from_names(list(permissions)))
    return saleor.login(email)


def _token(saleor: Storefront, login: str) -> str:
    for edge in saleor.ask(operations.EXTENSIONS, token=login)["edges"]:
        if edge["node"]["name"] == "Relationships":
            card = next(one for one in edge["node"]["extensions"] if one["identifier"] == "customer-card")
            return str(card["accessToken"] or "")
    raise AssertionError("our app is not there")


def _card(stack: Stack, token: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(
        f"{stack.url}/plugins/saleor_relacional/dashboard/content/card/", headers=headers, timeout=30
    )


def test_the_frame_is_empty_and_only_the_dashboard_may_show_it(stack: Stack, token: str) -> None:
    """Anybody may load it, because there is nothing in it; a strict policy names the configured dashboard."""
    page = requests.get(
        f"{stack.url}/plugins/saleor_relacional/dashboard/card/?customerId=VXNlcjox", timeout=30
    )
    assert page.status_code == 200
    assert f"frame-ancestors {DASHBOARD}" in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    style = requests.get(f"{stack.url}/plugins/saleor_relacional/dashboard/static/page.css", timeout=30)
    assert style.status_code == 200


def test_the_app_itself_opens_the_desk(stack: Stack) -> None:
    """Whoever clicks our app among the installed extensions asks for its address alone."""
    from saleor.app.models import App

    assert App.objects.get(identifier="saleor_relacional").app_url.endswith("/saleor_relacional/dashboard")
    for address in ("/", "/dashboard", "/dashboard/", "/dashboard/home", "/dashboard/home/"):
        page = requests.get(f"{stack.url}/plugins/saleor_relacional{address}", timeout=30)
        assert page.status_code == 200
        assert 'data-root="/plugins/saleor_relacional/dashboard/"' in page.text


def test_staff_with_the_permission_sees_the_card(stack: Stack, token: str) -> None:
    """The dashboard's own token opens it."""
    assert _card(stack, token).status_code == 200


def test_others_do_not(stack: Stack, saleor: Storefront, token: str) -> None:
    """Nobody; staff's ordinary login; a forged token; staff whose permission was taken away after it was made."""
    from saleor.account.models import User

    assert _card(stack).status_code == 401
    assert _card(stack, saleor.staff()).status_code == 401
    assert _card(stack, f"{token[:-4]}AAAA").status_code == 401
    login = _staff(saleor, "MANAGE_USERS", "MANAGE_APPS")
    handed = _token(saleor, login)
    assert _card(stack, handed).status_code == 200
    User.objects.order_by("pk").last().user_permissions.clear()
    assert _card(stack, handed).status_code == 403


def test_a_page_that_acts_asks_for_the_permission_to_act(
    stack: Stack, saleor: Storefront, token: str
) -> None:
    """Looking needs MANAGE_USERS; a campaign is activated by who holds MANAGE_RELATIONSHIPS, and by GET never."""
    from saleor_relacional.flows.campaigns.owner import saving
    from saleor_relacional.models import Campaign
    from tests.saleor.e2e import behind

    campaign = behind.win_back(active=False)
    url = f"{stack.url}/plugins/saleor_relacional/dashboard/content/slipping/{campaign.public_id}/activate/"
    looker = {"Authorization": f"Bearer {token}"}
    assert requests.get(url, headers=looker, timeout=30).status_code == 405
    assert requests.post(url, headers=looker, timeout=30).status_code == 403
    assert Campaign.objects.get(pk=campaign.pk).state == "draft"
    owner = _token(saleor, _staff(saleor, "MANAGE_USERS", "MANAGE_RELATIONSHIPS", "MANAGE_APPS"))
    mine, read = {"Authorization": f"Bearer {owner}"}, {"basis": saving.seen(campaign)}
    assert requests.post(url, data=read, headers=mine, timeout=30).status_code == 200
    assert Campaign.objects.get(pk=campaign.pk).state == "active"
    Campaign.objects.filter(pk=campaign.pk).update(state="paused")
