"""What the account holds, as the sum of its balance transactions."""

from stripe.params import BalanceRetrieveParams, BalanceTransactionListParams, BalanceTransactionRetrieveParams

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.refusals import Json
from wallet.stripe_gateway.local.resources.reading import listing, retrieving
from wallet.stripe_gateway.local.routing import Route

_PATH = "/v1/balance_transactions"


def retrieve_balance(call: Call, _wish: Json) -> Json:
    sums = call.store.run(
        "SELECT json_extract(body, '$.currency'), json_extract(body, '$.available_on') <= ?,"
        " sum(json_extract(body, '$.net')) FROM objects"
        " WHERE account = ? AND object = 'balance_transaction' GROUP BY 1, 2 ORDER BY 1",
        call.now,
        call.account,
    )
    parts: dict[str, list[Json]] = {"available": [], "pending": []}
    for currency, settled, amount in sums:
        parts["available" if settled else "pending"].append({"amount": amount, "currency": currency})
    return {"object": "balance", "livemode": False, **parts}


ROUTES = (
    Route("GET", "/v1/balance", retrieve_balance, BalanceRetrieveParams),
    Route("GET", _PATH, listing("balance_transaction", _PATH), BalanceTransactionListParams),
    Route("GET", f"{_PATH}/<key>", retrieving("balance_transaction"), BalanceTransactionRetrieveParams),
)
