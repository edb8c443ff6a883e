"""Guards of the boundary: whispers, the host's pages, and leaving a shop."""

from tests.mutants.breakage import Breakage

BROKER = "tests/faults/test_broker.py"
CONTRACT = "tests/hosts/test_standalone_contract.py::TestStandalone"
FACTS = "saleor_relacional/hosts/standalone/facts.py"
LEAVING = "tests/flows/consent/test_leaving.py"
NUDGE = "saleor_relacional/nudge.py"
UNINSTALL = "saleor_relacional/flows/operations/uninstall.py"

BREAKAGES = [
    Breakage(
        name="each nudge opens a connection to the broker",
        file=NUDGE,
        old="elif monotonic() - self._opened > OPEN_SECONDS:",
        new="else:",
        tests="tests/faults/test_broker.py::test_one_connection_serves_many_messages",
    ),
    Breakage(
        name="a connection to the broker is used for ever",
        file=NUDGE,
        old="elif monotonic() - self._opened > OPEN_SECONDS:",
        new="elif False:",
        tests="tests/faults/test_broker.py::test_a_connection_is_not_used_for_ever",
    ),
    Breakage(
        name="a broker that was started again costs a nudge",
        file=NUDGE,
        old="            except REFUSED:\n                self._close()\n        self._open()",
        new="            except REFUSED:\n                raise\n        self._open()",
        tests="tests/faults/test_broker.py::test_a_connection_that_says_it_broke_is_opened_anew",
    ),
    Breakage(
        name="a forked worker speaks on its parent's connection",
        file=NUDGE,
        old="if self._pid != os.getpid():  # a forked",
        new="if self._pid == 0:  # a forked",
        tests="tests/faults/test_broker.py::test_a_forked_worker_has_a_connection_of_its_own",
    ),
    Breakage(
        name="a whisper publishes in the shopper's thread",
        file=NUDGE,
        old="        self._told.set()\n\n    def _start",
        new="        self.flush()\n\n    def _start",
        tests=f"{BROKER}::test_whispering_touches_no_socket",
    ),
    Breakage(
        name="a broker that refuses ends the whispering",
        file=NUDGE,
        old="            except REFUSED as error:\n                resting_until",
        new="            except KeyError as error:\n                resting_until",
        tests=f"{BROKER}::test_a_broker_that_comes_back",
    ),
    Breakage(
        name="what could not be published is lost",
        file=NUDGE,
        old="                self._waiting = dict(list({**again, **self._waiting}.items())[:KEPT])\n",
        new="                del again\n",
        tests=f"{BROKER}::test_a_broker_that_comes_back",
    ),
    Breakage(
        name="whispers pile up while the broker is away",
        file=NUDGE,
        old="            if len(self._waiting) < KEPT:\n",
        new="            if True:\n",
        tests=f"{BROKER}::test_only_so_many_are_kept",
    ),
    Breakage(
        name="a frozen broker is waited for",
        file=NUDGE,
        old='        "socket_timeout": PATIENCE_SECONDS,\n',
        new="",
        tests=f"{BROKER}::test_a_frozen_broker_is_given_up",
    ),
    Breakage(
        name="a closed broker is asked again and again",
        file=NUDGE,
        old="connection=connection, retry=False)",
        new="connection=connection)",
        tests=f"{BROKER}::test_a_closed_broker_is_asked_once",
    ),
    Breakage(
        name="a forked worker never whispers",
        file=NUDGE,
        old="            if self._thread is None or self._pid != os.getpid() or not self._thread.is_alive():\n",
        new="            if self._thread is None:\n",
        tests=f"{BROKER}::test_a_forked_worker_whispers_too",
    ),
    Breakage(
        name="eight hooks are eight nudges",
        file=NUDGE,
        old="        kinds = {kind: [reference for of, reference in taken if of is kind] for kind, _ in taken}\n",
        new="        kinds = {kind: [one for of, one in taken if of is kind] * 2 for kind, _ in taken}\n",
        tests=f"{BROKER}::test_hooks_of_one_request_are_one_nudge",
    ),
    Breakage(
        name="a sale that was rolled back is whispered",
        file="saleor_relacional/hosts/standalone/shop/tell.py",
        old="        transaction.on_commit(after_commit, robust=True)\n",
        new="        after_commit()\n",
        tests="tests/hosts/test_shop_sells_on.py::test_a_sale_that_is_rolled_back_is_not_whispered",
    ),
    Breakage(
        name="a whisper that fails reaches the buyer",
        file="saleor_relacional/hosts/standalone/shop/tell.py",
        old="transaction.on_commit(after_commit, robust=True)",
        new="transaction.on_commit(after_commit)",
        tests="tests/hosts/test_standalone_shop.py::test_a_whisper_that_fails_does_not_reach_the_buyer",
    ),
    Breakage(
        name="keyset without a tie-break at the host",
        file=FACTS,
        old="query.filter(Q(changed_at__gt=after.changed_at) | Q(id__gt=UUID(after.reference)))",
        new="query.filter(changed_at__gt=after.changed_at)",
        tests=f"{CONTRACT}::test_equal_times_are_neither_lost_nor_doubled",
    ),
    Breakage(
        name="the end of a sweep is included",
        file=FACTS,
        old="changed_at__lt=until",
        new="changed_at__lte=until",
        tests=f"{CONTRACT}::test_until_is_excluded",
    ),
    Breakage(
        name="a replacement is a purchase",
        file=FACTS,
        old="    if row.replaces_id is not None and state is not OrderState.WITHDRAWN:\n",
        new="    if False:\n",
        tests=f"{CONTRACT}::test_states_mean_what_they_mean",
    ),
    Breakage(
        name="an address that nobody confirmed is vouched for",
        file=FACTS,
        old="        vouched=row.confirmed,\n",
        new="        vouched=True,\n",
        tests=f"{CONTRACT}::test_an_unconfirmed_address_is_not_vouched_for",
    ),
    Breakage(
        name="issuing again makes a spent code usable",
        file="saleor_relacional/hosts/standalone/vouchers.py",
        old="[VoucherCode(code=code, voucher=voucher) for code in codes], ignore_conflicts=True",
        new="[VoucherCode(code=code, voucher=voucher) for code in codes], update_conflicts=True,"
        ' unique_fields=["code"], update_fields=["state"]',
        tests=f"{CONTRACT}::test_issuing_twice_makes_one_voucher_and_keeps_spent_codes_spent",
    ),
    Breakage(
        name="three dollars become three euros",
        file="saleor_relacional/hosts/standalone/vouchers.py",
        old="                if recipe.channels[slug] == currency  # promised in this money, or not at all\n",
        new="",
        tests="tests/hosts/test_standalone_shop.py::test_a_voucher_is_not_listed_where_the_currency_is_another",
    ),
    Breakage(
        name="an ended voucher gives its discount",
        file="saleor_relacional/hosts/standalone/shop/price.py",
        old="    if found.voucher.ends_at is not None and found.voucher.ends_at <= at:\n        return None\n",
        new="",
        tests=f"{CONTRACT}::test_before_its_time_and_after_it",
    ),
    Breakage(
        name="leaving a shop leaves its vouchers",
        file=UNINSTALL,
        old="    vouchers = conf.host().end_vouchers()\n",
        new="    vouchers = 0\n",
        tests=f"{LEAVING}::test_leaving_ends_everything",
    ),
    Breakage(
        name="leaving a shop leaves mails on their way",
        file=UNINSTALL,
        old='        stopped = waiting.update(state=TouchState.SUPPRESSED, reason="uninstalled", ended_at=now)\n',
        new="        stopped = 0\n",
        tests=f"{LEAVING}::test_leaving_ends_everything",
    ),
]
