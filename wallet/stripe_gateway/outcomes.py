"""What the gateway answers: every way a call to the processor can end, as values."""

from dataclasses import dataclass, field

# Among the codes of a refusal that says nothing about the card: the key, the request, or the processor was wrong.
OURS = "invalid_request_error"


@dataclass(frozen=True, slots=True)
class Settled:
    """The card was charged."""

    intent: str
    charge: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing was charged, and by this try nothing will be. ``codes``: the most telling first."""

    codes: tuple[str, ...]
    message: str
    intent: str | None = None

    @property
    def code(self) -> str:
        return self.codes[0] if self.codes else OURS


@dataclass(frozen=True, slots=True)
class NeedsAuthentication:
    """The bank wants the cardholder; who holds the client secret may confirm."""

    intent: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Processing:
    """Accepted, not yet settled: a slow method."""

    intent: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have happened. Ask before anything else is tried.

    ``answered``: the processor did end the call, with an error of its own.
    """

    reason: str
    answered: bool = False


ChargeOutcome = Settled | Declined | NeedsAuthentication | Processing | Unknown


@dataclass(frozen=True, slots=True)
class Refunded:
    refund: str


@dataclass(frozen=True, slots=True)
class RefundPending:
    refund: str


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """Nothing was given back."""

    code: str
    message: str
    refund: str | None = None


RefundOutcome = Refunded | RefundPending | RefundRefused | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What may be shown of a card. The fingerprint is the same for one number, however often it is added."""

    payment_method: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    fingerprint: str
    funding: str
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A setup intent: ``card`` once it succeeded; ``error`` holds why the last try failed."""

    intent: str
    status: str
    client_secret: str = field(repr=False)
    card: Card | None = None
    error: Declined | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose money a key receives. ``opened_for`` is the place that the platform opened it for; else empty."""

    id: str
    name: str
    country: str
    charges_enabled: bool
    opened_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingEvent:
    """A verified webhook. ``account`` is set when it speaks of a connected account."""

    id: str
    kind: str
    account: str | None
    body: dict[str, object]
