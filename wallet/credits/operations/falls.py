from datetime import datetime

from agency.foundation import events
from agency.foundation.money import Money
from wallet.credits.events import BalanceFell, Fall
from wallet.credits.standing import Standing, WalletKey


def tell_falls(before: dict[WalletKey, Money], standings: dict[WalletKey, Standing], *, now: datetime) -> None:
    """Publish, once for all of them, which wallets can spend less on anything than before."""
    falls = []
    for key, standing in standings.items():
        after = standing.available(now=now)
        if after < before[key]:
            falls.append(Fall(sub_account_id=key.sub_account_id, before=before[key], after=after))
    if falls:
        events.publish(BalanceFell(falls=tuple(falls), at=now))
