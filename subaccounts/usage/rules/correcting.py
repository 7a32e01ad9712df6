from decimal import Decimal

from agency.plans.rules.aggregation import Aggregation

ONE_EVENT = Decimal(1)


def left_of(aggregation: Aggregation, quantity: Decimal, taken_back: Decimal, correction: Decimal) -> Decimal | None:
    """What a correction leaves of an event; None where it cannot correct it.

    Sums give back any part. A count gives back the event, whatever its quantity. The largest, latest and unique of
    many cannot be taken back one by one: a new event tells what is right.
    """
    if aggregation is Aggregation.SUM:
        return quantity + taken_back + correction
    if aggregation is Aggregation.COUNT and correction == -ONE_EVENT:
        return ONE_EVENT + taken_back + correction
    return None
