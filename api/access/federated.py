"""Signing in at the external issuer: begun here, proved there, for accounts that are linked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from api.access.issuer import Errand, Issuer, UntrustedError
from api.access.passwords import new_secret
from api.access.sign_in import note, open_session
from api.problems import Problem, unauthenticated
from api.service import Service

PENDING_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Begun:
    """A sign-in that is begun: where to send the person, and what whoever began it keeps."""

    address: str
    secret: str
    expires_at: datetime


def begin(service: Service, at: datetime) -> Begun:
    """Send somebody to the issuer.

    Raises:
        Problem: 404 if there is none.
        IssuerUnavailableError: If it cannot be asked.
    """
    errand = Errand(new_secret())
    address = issuer_in(service).address(errand)
    with service.gate() as gate:
        gate.note_pending(errand.secret, at, PENDING_LASTS)
    return Begun(address, errand.secret, at + PENDING_LASTS)


def complete(service: Service, secret: str | None, state: str, code: str, at: datetime) -> str:
    """A new token for who comes back from the issuer; they come back once.

    Args:
        service: The service.
        secret: What whoever began it kept.
        state: As it came back.
        code: As it came back.
        at: When.

    Raises:
        Problem: 401 if nobody is awaited or what comes back proves nothing, 403 if the identity is
            linked to no active account, 404 if there is no issuer.
        IssuerUnavailableError: If it cannot be asked.
    """
    issuer = issuer_in(service)
    with service.gate() as gate:
        awaited = secret is not None and gate.take_pending(secret, at)
    if secret is None or not awaited:
        raise unauthenticated()
    try:
        identity = _proved(issuer, Errand(secret), state, code, at)
    except UntrustedError as error:
        with service.gate() as gate:
            note(gate, "account.sign_in_failed", "", at, reason=error.reason, via="issuer")
        raise unauthenticated("identity_refused") from None
    with service.gate() as gate:
        actor = gate.identified(identity)
        if actor is not None:
            return open_session(gate, actor, at, via="issuer")
        note(gate, "account.sign_in_failed", "", at, reason="unlinked", via="issuer")
    raise Problem("identity_unknown")


def issuer_in(service: Service) -> Issuer:
    """The issuer of the service; Problem 404 if it has none."""
    if service.issuer is None:
        raise Problem("no_issuer")
    return service.issuer


def _proved(issuer: Issuer, errand: Errand, state: str, code: str, at: datetime) -> bytes:
    if not compare_digest(state.encode("utf-8", "surrogatepass"), errand.state.encode()):
        raise UntrustedError("state")
    return issuer.identity(errand, code, at)
