"""Funds in wallets, and rules that refill them, as the API makes them."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import Agency, SubAccount, SuspensionKind
from agency.tenants.operations.suspensions import suspend
from tests.factories.tenants import NOON
from wallet.billing_accounts.queries import payer_of
from wallet.charges.disputes import DisputeNews, note_dispute
from wallet.charges.jobs import collect, give_back
from wallet.charges.models import Charge, ChargeAttempt, DisputeState, Refund, RefundState
from wallet.charges.operations import note_refund
from wallet.charges.queries import OPEN
from wallet.charges.settlements import settle_refund
from wallet.credits.events import WalletClosedOut
from wallet.credits.operations.debits import Debit, debit
from wallet.credits.queries import balance, wallet_of
from wallet.ledger.checks import verify
from wallet.merchant_accounts import keys
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.operations import detach
from wallet.payment_methods.queries import cards
from wallet.recharge import jobs, queries
from wallet.recharge.models import Recharge, RechargeDecision, RechargePause, RechargeRule
from wallet.recharge.operations.saving import RuleWish, save_rule
from wallet.stripe_gateway.orders import Credentials
from wallet.stripe_gateway.outcomes import RefundRefused
from wallet.top_ups import queries as top_up_queries
from wallet.top_ups.jobs import DUE
from wallet.top_ups.models import TopUp, TopUpRefundPart
from wallet.top_ups.operations.adding import TopUpWish, request_top_up
from wallet.top_ups.operations.closing import close_out
from wallet.top_ups.operations.refunding import RefundWish, request_refund_of_top_ups
from wallet.top_ups.operations.terms import set_terms
from wallet.top_ups.queries import top_up


def dollars(amount: str) -> Money:
    return Money.of(amount, "USD")


def requested(of: SubAccount, amount: str = "25.00", *, now=NOON, **wishes) -> TopUp:
    """Asked for and not yet tried."""
    with scope.of_agency(of.agency_id), transaction():
        wish = TopUpWish(sub_account=of, amount=dollars(amount), **wishes)
        return request_top_up(wish, by=OPERATOR, now=now)[0]


def collected(of: SubAccount, *, now=NOON) -> None:
    """The door works on every charge that the sub-account has open."""
    for attempt_id in open_attempts(of):
        with scope.of_agency(of.agency_id), clock.standing_at(now):
            collect(attempt_id=str(attempt_id))


def added(of: SubAccount, amount: str = "25.00", *, now=NOON) -> TopUp:
    """Funds on the card of the sub-account, charged and credited."""
    asked = requested(of, amount, now=now)
    collected(of, now=now)
    with scope.of_agency(of.agency_id), transaction():
        return top_up(asked.id)


def rule(of: SubAccount, amount: str = "25.00", *, threshold: str = "10.00", now=NOON, **terms) -> RechargeRule:
    """A rule saved by the operator; ``terms`` are further fields of the wish."""
    values = ({} if "target" in terms else {"amount": dollars(amount)}) | terms
    wish = RuleWish(sub_account=of, threshold=dollars(threshold), **values)
    with scope.of_agency(of.agency_id), transaction():
        return save_rule(wish, by=OPERATOR, now=now)


def spent(of: SubAccount, amount: str, *, now=NOON) -> None:
    """Past work takes it, whatever is there."""
    spent_together([of], amount, now=now)


def spent_together(clients: list[SubAccount], amount: str, *, now=NOON) -> None:
    """The same of several, in one transaction."""
    wishes = [
        Debit(sub_account_id=of.id, amount=dollars(amount), source_type="test", source_id=of.id) for of in clients
    ]
    with scope.of_agency(clients[0].agency_id), transaction():
        debit(wishes, now=now)


def balance_of(of: SubAccount, *, now=NOON) -> Money:
    with scope.of_agency(of.agency_id), transaction():
        return balance(of, now=now).balance


def recharges(of: SubAccount) -> list[Recharge]:
    """Newest first."""
    with scope.of_agency(of.agency_id), transaction():
        session.expire_all()
        return list(queries.recharges(of.id).rows)


def decisions(of: SubAccount) -> list[RechargeDecision]:
    """Newest first."""
    with scope.of_agency(of.agency_id), transaction():
        session.expire_all()
        return list(queries.decisions(of.id).rows)


def reasons(of: SubAccount) -> list[str]:
    """Oldest first."""
    return [row.reason.value for row in decisions(of)][::-1]


def pause(of: SubAccount) -> RechargePause | None:
    with scope.of_agency(of.agency_id), transaction():
        return queries.open_pause(wallet_of(of))


def looks_again_at(of: SubAccount):
    with scope.of_agency(of.agency_id), transaction():
        session.expire_all()
        return queries.rule_of(wallet_of(of)).look_at


def named_cards(of: SubAccount) -> list[UUID]:
    """Those that its rule names."""
    with scope.of_agency(of.agency_id), transaction():
        session.expire_all()
        return queries.rule_of(wallet_of(of)).card_ids


def look(of: SubAccount, *, now) -> None:
    """What the scheduler does then."""
    with scope.of_agency(of.agency_id):
        jobs.run_looks(now)


def tried_again(of: SubAccount, *, now) -> None:
    with scope.of_agency(of.agency_id):
        jobs.run_recharges(now)
    collected(of, now=now)


def cards_of(of: SubAccount) -> list[PaymentMethod]:
    with scope.of_agency(of.agency_id), transaction():
        return list(cards(payer_of(of.id).id))


def removed_card(of: SubAccount, *, confirmed: bool = True) -> None:
    [only] = cards_of(of)
    with scope.of_agency(of.agency_id), transaction():
        detach(only, confirmed=confirmed, by=OPERATOR, now=NOON)


def suspended(of: SubAccount) -> None:
    with scope.of_agency(of.agency_id), transaction():
        suspend(session.merge(of), SuspensionKind.PAUSE, reason="Unpaid", by=OPERATOR, now=NOON)


def mails(owner) -> list[str]:
    """The templates of every mail, oldest first."""
    return [name for (name,) in owner.execute("SELECT template FROM outgoing_mails ORDER BY id").fetchall()]


@contextmanager
def wrong_key(monkeypatch):
    """The processor does not know who asks: our fault, not the card's."""
    wrong = Credentials(secret_key="nonsense", api_base=keys.settings().stripe_api_base)
    with monkeypatch.context() as patched:
        patched.setattr(keys, "credentials", lambda _merchant: wrong)
        yield


def verified(of: SubAccount) -> None:
    with scope.of_agency(of.agency_id), transaction():
        assert verify(of.agency_id) == []


def terms(of: SubAccount, **changes) -> None:
    with scope.of_agency(of.agency_id), transaction():
        set_terms("USD", changes, sub_account=of, by=OPERATOR, now=NOON)


def top_up_of(of: SubAccount, asked: TopUp) -> TopUp:
    with scope.of_agency(of.agency_id), transaction():
        return top_up(asked.id)


def given_up(of: SubAccount) -> None:
    """What the scheduler does a day later."""
    with scope.of_agency(of.agency_id):
        DUE.run_due(NOON + timedelta(hours=25))


def as_it_stands(of: SubAccount) -> SubAccount:
    with scope.of_agency(of.agency_id), transaction():
        return session.get_one(SubAccount, (of.agency_id, of.id), populate_existing=True)


def closed(of: SubAccount) -> None:
    with scope.of_agency(of.agency_id), transaction():
        suspend(session.merge(of), SuspensionKind.CLOSURE, reason="Left", by=OPERATOR, now=NOON)


def open_attempts(of: SubAccount) -> list[UUID]:
    with scope.of_agency(of.agency_id), transaction():
        query = select(ChargeAttempt.id).where(ChargeAttempt.sub_account_id == of.id, ChargeAttempt.state.in_(OPEN))
        return list(session.scalars(query))


def open_refunds(of: SubAccount) -> list[UUID]:
    with scope.of_agency(of.agency_id), transaction():
        states = [state for state in RefundState if state.is_open]
        return list(session.scalars(select(Refund.id).where(Refund.state.in_(states))))


def leases_ended(owner) -> None:
    """Whoever had claimed something is dead for long enough."""
    owner.execute("UPDATE charge_attempts SET lease_until = NULL")
    owner.execute("UPDATE card_refunds SET lease_until = NULL")


def credited(owner) -> list[int]:
    """The micros of every top-up of any wallet."""
    rows = owner.execute("SELECT purchased - owed FROM wallet_transactions WHERE kind = 'top_up' ORDER BY id")
    return [micros for (micros,) in rows.fetchall()]


def receipts(owner) -> list[tuple[str, int]]:
    return owner.execute("SELECT kind, amount_micros FROM receipts ORDER BY id").fetchall()


def refund_requested(of: SubAccount, amount: str, *, now=NOON) -> None:
    wish = RefundWish(sub_account=of, amount=dollars(amount), reason="Asked for")
    with scope.of_agency(of.agency_id), transaction():
        request_refund_of_top_ups(wish, collects=True, by=OPERATOR, now=now)


def given_back(of: SubAccount, *, now=NOON) -> None:
    """The door works on every refund that is open."""
    for refund_id in open_refunds(of):
        with scope.of_agency(of.agency_id), clock.standing_at(now):
            give_back(refund_id=str(refund_id))


def refund_failed(of: SubAccount, *, now=NOON) -> None:
    """The card's bank sends the money back."""
    for refund_id in open_refunds(of):
        with scope.of_agency(of.agency_id), transaction():
            settle_refund(refund_id, RefundRefused("expired_or_canceled_card", ""), now=now, wall=clock.wall())


def parts(of: SubAccount) -> list[TopUpRefundPart]:
    """Of the only refund."""
    with scope.of_agency(of.agency_id), transaction():
        return list(top_up_queries.refunds(of.id).rows[0].parts)


def _charge(of: SubAccount) -> Charge:
    return session.scalars(select(Charge).where(Charge.sub_account_id == of.id).order_by(Charge.id)).first()


def given_elsewhere(of: SubAccount, amount: str) -> None:
    with scope.of_agency(of.agency_id), transaction():
        note_refund(_charge(of), dollars(amount), stripe_refund="re_by_hand", now=NOON)


def disputed(of: SubAccount, outcome: str) -> None:
    """The whole of the first charge, from its opening to its end."""
    with scope.of_agency(of.agency_id), transaction():
        charge = _charge(of)
        news = DisputeNews(
            stripe_dispute="dp_1", amount=charge.amount, reason="fraudulent", state=DisputeState(outcome)
        )
        note_dispute(charge, news, now=NOON)


def agency_of(of: SubAccount) -> Agency:
    with scope.of_agency(of.agency_id), transaction():
        return session.get_one(Agency, of.agency_id)


def swept(of: SubAccount, *, now=NOON) -> None:
    """What the schedule asks for every few minutes."""
    with scope.of_agency(of.agency_id), clock.standing_at(now):
        jobs.look_at_low_wallets()


def told_of_early(of: SubAccount) -> None:
    """The letters about the newest recharge are written."""
    with scope.of_agency(of.agency_id):
        jobs.tell_of_early(recharge_id=str(recharges(of)[0].id))


def emptied(of: SubAccount, *, successor: SubAccount | None = None, now=NOON) -> WalletClosedOut:
    with scope.of_agency(of.agency_id), transaction():
        target = successor and session.merge(successor)
        return close_out(session.merge(of), successor=target, reason="Moved away", by=OPERATOR, now=now)
