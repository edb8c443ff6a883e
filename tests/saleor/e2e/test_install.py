"""After `pip install` and `migrate`, with nothing else done: what a shop sees."""

from typing import Any

from tests.saleor.e2e import operations
from tests.saleor.e2e.storefront import Storefront, within


def test_the_plugin_is_listed_active_and_can_be_configured(saleor: Storefront) -> None:
    """It works with no row; an admin fills in the storefront's address and the host knows it at once."""
    from saleor_relacional import conf

    before = saleor.ask(operations.PLUGIN, token=saleor.staff())
    assert before["name"] == "Relationships"
    assert before["globalConfiguration"]["active"] is True
    address = {"name": "storefront-url", "value": "https://shop.example/{channel}/"}
    given = {"configuration": [address]}
    saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input=given)
    assert conf.host().storefront_url("default-channel") == "https://shop.example/default-channel/"
    assert conf.host().active() is True


def test_a_wrong_time_zone_is_refused_when_it_is_saved(saleor: Storefront) -> None:
    """Nothing of it is kept: facts would be recorded on wrong days."""
    from saleor_relacional import conf

    given = {"configuration": [{"name": "time-zone", "value": "Europe/Madird"}]}
    try:
        saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input=given)
    except AssertionError as refused:
        assert "PLUGIN_MISCONFIGURED" in str(refused)
    else:
        raise AssertionError("a time zone that does not exist was taken")
    assert conf.host().time_zone() == "UTC"


def test_saleors_schema_is_unchanged_line_for_line_but_for_ours(
    saleor: Storefront, vanilla: Storefront
) -> None:
    """Every line of Saleor's own SDL is there, in its order; what is new is named after us."""
    ours, theirs = _sdl(saleor), _sdl(vanilla)
    rest = iter(ours)
    assert [line for line in theirs if line not in rest] == []
    fields = _fields(ours, "type Query {") - _fields(theirs, "type Query {")
    assert fields
    assert all(name.startswith("relationship") for name in fields)


def _sdl(shop: Storefront) -> list[str]:
    from graphql import build_client_schema, introspection_query, print_schema

    return str(print_schema(build_client_schema({"__schema": shop.ask(introspection_query)}))).splitlines()


def _fields(sdl: list[str], opening: str) -> set[str]:
    inside = sdl[sdl.index(opening) + 1 :]
    return {
        line.strip().split("(")[0].split(":")[0]
        for line in inside[: inside.index("}")]
        if line.startswith("  ")
    }


def test_our_permission_stands_in_permission_groups(saleor: Storefront) -> None:
    """An owner can give MANAGE_RELATIONSHIPS to a group, as any of Saleor's own."""
    query = "{ shop { permissions { code name } } }"
    codes = {one["code"] for one in saleor.ask(query, token=saleor.staff())["permissions"]}
    assert {"MANAGE_RELATIONSHIPS", "MANAGE_USERS"} <= codes


def test_beat_knows_our_timetable_without_a_change_of_settings() -> None:
    """Entries come from the app and reach Saleor's database scheduler when beat starts."""
    from django_celery_beat.models import PeriodicTask

    from saleor_relacional import tasks

    def scheduled() -> set[str]:
        return set(PeriodicTask.objects.filter(name__startswith="relacional-").values_list("task", flat=True))

    wanted = {name for name, _ in tasks.BEAT}
    assert wanted <= within(60, lambda: scheduled() if wanted <= scheduled() else set())


def test_our_place_in_the_dashboard_is_made_once_and_not_revived() -> None:
    """Two beats make one app with its extensions; an admin who removes it has removed it."""
    from saleor.app.models import App, AppExtension

    from saleor_relacional import conf
    from saleor_relacional.hosts.saleor.dashboard import EXTENSIONS

    conf.host().move_in()
    conf.host().move_in()
    app = App.objects.get(identifier="saleor_relacional")
    mounts: Any = AppExtension.objects.filter(app=app).values_list("identifier", flat=True)
    assert sorted(mounts) == sorted(extension.identifier for extension in EXTENSIONS)
    AppExtension.objects.filter(app=app, identifier="slipping").delete()
    conf.host().move_in()
    assert sorted(AppExtension.objects.filter(app=app).values_list("identifier", flat=True)) == sorted(
        extension.identifier for extension in EXTENSIONS if extension.identifier != "slipping"
    )
