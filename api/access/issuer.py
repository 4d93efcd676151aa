"""The external issuer of identities (OpenID Connect Core 1.0): where SPID and CIE can sit in front.

Authorization code with PKCE (RFC 7636). We ask who somebody is (`openid`), and
nothing else about them.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel

from api.settings import Settings
from matching.errors import CantiereError
from matching.messages import say

# Public keys only: a token "signed" with a secret that everybody knows is not signed.
_ALGORITHMS = ("RS256", "PS256", "ES256")
_TIMEOUT_S = 5
_CLOCKS_DIFFER_S = 60
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class IssuerUnavailableError(Exception):
    """The issuer does not answer, or not as an issuer does."""


class UntrustedError(Exception):
    """What came back proves nothing; ``reason``: a short code, for the audit."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Errand:
    """One sign-in at the issuer: what is sent with it, and asked for when it comes back.

    All of it follows from a secret that whoever began keeps: nothing of it has to be stored.

    Attributes:
        secret: Random, 256 bits.
    """

    secret: str

    @property
    def state(self) -> str:
        """Binds the answer to who asked."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Binds the identity to this sign-in."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Makes the code useless to who did not begin (64 characters)."""
        return self._derived("verifier")

    def _derived(self, what: str) -> str:
        return hmac.new(self.secret.encode(), what.encode(), hashlib.sha256).hexdigest()


@dataclass
class Issuer:
    """The issuer of the settings: asked once what it is, and for its keys when one is unknown."""

    url: str
    client_id: str
    client_secret: str
    redirect_url: str
    _description: "_Description | None" = None
    _keys: KeySet | None = None

    def address(self, errand: Errand) -> str:
        """Where to send somebody; IssuerUnavailableError if the issuer cannot be asked."""
        with self._client() as client:
            endpoint = self._described(client).authorization_endpoint
            address, _ = client.create_authorization_url(
                endpoint, state=errand.state, nonce=errand.nonce, code_verifier=errand.verifier
            )
        return str(address)

    def identity(self, errand: Errand, code: str, at: datetime) -> bytes:
        """Who came back with a code, as the database knows them.

        Raises:
            UntrustedError: If the issuer does not take the code, or what it says proves nothing.
            IssuerUnavailableError: If it cannot be asked.
        """
        with self._client() as client:
            token = self._exchanged(client, errand, code)
            signed = self._opened(client, str(token.get("id_token", "")))
        params = {
            "nonce": errand.nonce,
            "client_id": self.client_id,
            "access_token": token.get("access_token"),
        }
        expected = {"iss": {"value": self.url}, "aud": {"value": self.client_id}}
        claims = CodeIDToken(signed.claims, signed.header, expected, params)
        try:
            claims.validate(now=int(at.timestamp()), leeway=_CLOCKS_DIFFER_S)
        except ClaimError as error:
            raise UntrustedError(str(error.claim)) from None
        return identity_of(self.url, claims["sub"])

    def _exchanged(self, client: OAuth2Client, errand: Errand, code: str) -> Mapping[str, Any]:
        endpoint = self._described(client).token_endpoint
        try:
            with _asking():
                found = client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code,
                    code_verifier=errand.verifier,
                )  # fmt: skip
        except OAuthError:
            raise UntrustedError("code") from None
        return dict(found)

    def _opened(self, client: OAuth2Client, id_token: str) -> jwt.Token:
        """The token, once its signature is proved; keys that are not known are asked for once."""
        try:
            try:
                return jwt.decode(id_token, self._known_keys(client), list(_ALGORITHMS))
            except InvalidKeyIdError:
                self._keys = None
                return jwt.decode(id_token, self._known_keys(client), list(_ALGORITHMS))
        except (JoseError, ValueError):
            raise UntrustedError("signature") from None

    def _known_keys(self, client: OAuth2Client) -> KeySet:
        if self._keys is None:
            described = self._described(client)
            with _asking():
                found = _KeySetDocument.model_validate_json(_got(client, described.jwks_uri))
                self._keys = KeySet.import_key_set({"keys": found.keys})
        return self._keys

    def _described(self, client: OAuth2Client) -> "_Description":
        if self._description is None:
            with _asking():
                where = f"{self.url.rstrip('/')}/.well-known/openid-configuration"
                found = _Description.model_validate_json(_got(client, where))
                if found.issuer != self.url:
                    raise IssuerUnavailableError
                self._description = found
        return self._description

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self.client_id,
            self.client_secret,
            scope="openid",
            redirect_uri=self.redirect_url,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        )


def _got(client: OAuth2Client, url: str) -> bytes:
    answer = client.request("GET", url, withhold_token=True)
    return bytes(answer.raise_for_status().content)


@contextmanager
def _asking() -> Iterator[None]:
    """What an issuer that is gone, or is none, answers is one thing to us."""
    try:
        yield
    except (HTTPError, JoseError, ValueError):
        raise IssuerUnavailableError from None


def identity_of(issuer: str, subject: str) -> bytes:
    """How the database knows somebody whom an issuer knows: a fingerprint of both."""
    return hashlib.sha256(f"{issuer}\n{subject}".encode("utf-8", "surrogatepass")).digest()


def issuer_of(settings: Settings) -> Issuer | None:
    """The issuer of the settings; None: there is none.

    Raises:
        CantiereError: If it is half set, or would be asked in the clear.
    """
    if settings.oidc_issuer is None:
        return None
    if settings.oidc_client_secret is None:
        raise CantiereError(say("api.issuer.no_secret"))
    try:
        _require_protected(settings.oidc_issuer)
    except ValueError:
        raise CantiereError(say("api.issuer.in_the_clear")) from None
    return Issuer(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_redirect_url,
    )


def _require_protected(url: str) -> str:
    """The address; ValueError if it would be asked in the clear, but on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError
    return url


_Protected = Annotated[str, AfterValidator(_require_protected)]


class _Description(BaseModel):
    """What an issuer says of itself, as far as we need it."""

    issuer: str
    authorization_endpoint: _Protected
    token_endpoint: _Protected
    jwks_uri: _Protected


class _KeySetDocument(BaseModel):
    """The public keys of an issuer."""

    keys: list[dict[str, Any]]
