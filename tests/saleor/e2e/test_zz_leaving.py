"""Doctor and departure. Last, because nothing works afterwards that we brought."""

from io import StringIO

from django.core.management import call_command

from tests.saleor.e2e import behind
from tests.saleor.e2e.storefront import Storefront, within
from tests.saleor.stack import Stack


def _doctor() -> str:
    told = StringIO()
    try:
        call_command("relacional_doctor", stdout=told)
    except SystemExit:
        told.write("(exit)")
    return told.getvalue()


def test_the_doctor_says_what_is_missing_and_how_to_cure_it(stack: Stack) -> None:
    """Worker, beat, mail and address are there; without a worker it says so."""
    well = within(60.0, lambda: "" if "worker:" in _doctor() else _doctor())
    for code in ("public_url:", "email_url:", "broker:", "worker:", "permission:", "graphql:"):
        assert code not in well
    stack.stop_one("worker")
    assert "worker:" in _doctor()
    assert "celery --app saleor.celeryconf:app worker" in _doctor()


def test_uninstalling_leaves_saleor_as_it_was(stack: Stack, vanilla: Storefront, somebody: str) -> None:
    """Vouchers end, app, timetable and permission are gone, our tables are dropped, and the shop sells."""
    from django_celery_beat.models import PeriodicTask
    from saleor.app.models import App
    from saleor.permission.models import Permission

    code = behind.personal_code(somebody)
    stack.stop_one("beat")
    call_command("relacional_uninstall", "--yes", stdout=StringIO())
    assert not App.objects.filter(identifier="saleor_relacional").exists()
    assert not PeriodicTask.objects.filter(name__startswith="relacional-").exists()
    assert not Permission.objects.filter(codename="manage_relationships").exists()
    stack.stop_one("web")
    call_command("migrate", "saleor_relacional", "zero", verbosity=0)
    checkout = vanilla.checkout(somebody)
    try:
        vanilla.put_code(checkout, code)
    except AssertionError:
        pass
    else:
        raise AssertionError("a voucher of ours outlived us")
    assert vanilla.buy(somebody).total > 0
