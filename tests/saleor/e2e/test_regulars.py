"""Those who come again, on the real thing: about to run out, back after a lapse, a year with us."""

from datetime import timedelta

from tests.saleor.e2e import behind
from tests.saleor.e2e.campaigning import (
    a_year,
    bought,
    days_pass,
    now,
    of,
    orders,
    plan_and_send,
    touch,
    words,
)
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import Storefront, within
from tests.saleor.stack import Stack


def test_a_word_before_it_runs_out(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """Ana and Bea ordered of one category three times, forty days apart; a word comes a day after the window opens. Of
    Ana's nothing is said before; then once, with nothing to sell. Bea's is for tomorrow when she orders: stopped."""
    from saleor_relacional.models import ProductCategory, RunningOut

    word = switch_on("REPLENISHMENT", steps=[{"message": "replenishment", "waitDays": 1}])
    for email in (somebody, another):
        bought(saleor, email)
        for _ in range(3):
            days_pass(email, 40)
            orders(saleor, email)
    plan_and_send()
    ana, bea = behind.profile(somebody), behind.profile(another)
    window = RunningOut.objects.get(profile=ana)
    assert window.own_gaps == 2 and window.opens_at > now() + timedelta(days=14)
    until = (window.opens_at - now()) / timedelta(days=1)
    days_pass(somebody, until - 0.5)
    plan_and_send()
    assert of(word, ana) is None and stack.mailbox.to(somebody) == []
    days_pass(somebody, 1.6)
    days_pass(another, until + 0.3)
    plan_and_send()
    subject, text = words(stack, somebody)
    name = ProductCategory.objects.filter(category_key=window.category_key).latest("learned_at").name
    assert name and f"{name}: do you still have enough?" in subject and f"our category {name}" in text
    assert "code" not in text.lower() and touch(word, bea) == ("queued", "")
    orders(saleor, another)
    assert touch(word, bea) == ("suppressed", "purchased")
    orders(saleor, somebody)
    plan_and_send()
    assert len(stack.mailbox.to(somebody)) == 1 and stack.mailbox.to(another) == []


def test_thanks_to_who_came_back(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """Ana and Bea ordered every twenty days until they stayed away for two years; both order today. Nothing is said
    before their parcels have had time to arrive; five days after it Ana is thanked, once, with nothing to sell. Bea
    sends hers back on the fourth: nobody thanks her."""
    care = switch_on("RECOVERED_CARE", steps=[{"message": "recovered_care", "waitDays": 5}])
    for email in (somebody, another):
        bought(saleor, email, *range(700, 840, 20))
    orders(saleor, somebody)
    gone = orders(saleor, another)
    ana, bea = behind.profile(somebody), behind.profile(another)
    assert within(10.0, lambda: behind.standing(somebody)["summary"]["stage"] == "recovered")
    plan_and_send()
    assert of(care, ana) == of(care, bea) == ("suppressed", "order_gap")
    days_pass(somebody, 5.1)
    days_pass(another, 4)
    plan_and_send()
    subject, text = words(stack, somebody)
    assert "Good to see you again" in subject and "The one before was on" in text
    assert "code" not in text.lower() and touch(care, bea) == ("queued", "")
    saleor.refund(gone, gone.total)
    assert within(10.0, lambda: touch(care, bea) == ("suppressed", "refunded"))
    plan_and_send()
    assert len(stack.mailbox.to(somebody)) == 1 and stack.mailbox.to(another) == []


def test_a_year_with_us(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """Thanks come on the day after. Ana's year was full yesterday: thanked once. Bea's is full today; she has all her
    money back, and the thanks for tomorrow are stopped. Carla's is full tomorrow: nothing."""
    thanks = switch_on("ANNIVERSARY", steps=[{"message": "anniversary", "waitDays": 1}])
    ana, carla = bought(saleor, somebody, *a_year(1)), bought(saleor, f"carla.{another}", *a_year(-1))
    bought(saleor, another)
    first = orders(saleor, another)
    days_pass(another, a_year()[-1] - 25)
    second = orders(saleor, another)
    days_pass(another, 25)
    bea = behind.profile(another)
    plan_and_send()
    subject, text = words(stack, somebody)
    assert "One year since your first order" in subject and "a year ago, you ordered" in text
    assert "code" not in text.lower()
    assert of(thanks, carla) is None and touch(thanks, bea) == ("queued", "")
    for order in (first, second):
        saleor.refund(order, order.total)
    assert within(10.0, lambda: touch(thanks, bea) == ("suppressed", "taken_back"))
    plan_and_send()
    assert touch(thanks, ana) == ("sent", "") and len(stack.mailbox.to(somebody)) == 1
    assert stack.mailbox.to(another) == [] and stack.mailbox.to(f"carla.{another}") == []
