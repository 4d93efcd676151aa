"""A small issuer of identities (OpenID Connect): real HTTP, real RS256 keys, one client.

It does what the protocol says, and checks what a client must send; a test may make it lie.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from typing_extensions import override

CLIENT_ID, CLIENT_SECRET = "cantiere-di-prova", "segreto-di-prova"
REDIRECT_URL = "https://servizio.example/accesso"

Claims = dict[str, Any]


@cache
def first_key() -> RSAKey:
    """The key of every issuer at first: it takes long to make one."""
    return new_key()


def new_key() -> RSAKey:
    """A key of its own, with an id."""
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})


@dataclass
class LocalIssuer:
    """The issuer; what is not honest about it, a test says.

    Attributes:
        key: What it signs with; ``published``: what it says it signs with (None: the same).
        lie: Changes the claims before they are signed.
        sign: Signs them in another way.
        broken: Paths that answer 500.
        asked: Every path that was asked for.
    """

    url: str = ""
    key: RSAKey = field(default_factory=first_key)
    published: RSAKey | None = None
    sign: Callable[[Claims], str] | None = None
    lie: Callable[[Claims], None] | None = None
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def enter(self, authorization_url: str, subject: str) -> dict[str, str]:
        """Somebody signs in here: what they are sent back to the client with."""
        answer = httpx.get(authorization_url + "&" + urlencode({"login_hint": subject}))
        assert answer.status_code == 302, answer.text
        where = urlsplit(answer.headers["location"])
        assert f"{where.scheme}://{where.netloc}{where.path}" == REDIRECT_URL
        return {name: values[0] for name, values in parse_qs(where.query).items()}

    def describe(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def signed(self, claims: Claims) -> str:
        header = {"alg": "RS256", "kid": str((self.published or self.key).kid)}
        return jwt.encode(header, claims, self.key)

    def keys(self) -> dict[str, Any]:
        return {"keys": [(self.published or self.key).as_dict(private=False)]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where to send the browser; KeyError or AssertionError if the request is not right."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["redirect_uri"] == REDIRECT_URL
        assert query["scope"] == "openid"
        assert query["code_challenge_method"] == "S256"
        assert len(query["state"]) >= 32
        assert len(query["nonce"]) >= 32
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return REDIRECT_URL + "?" + urlencode({"code": code, "state": query["state"]})

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        query = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if query is None or query["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims: Claims = {
            "iss": self.url, "sub": query["login_hint"], "aud": CLIENT_ID, "iat": now,
            "exp": now + 300, "nonce": query["nonce"],
        }  # fmt: skip
        if self.lie:
            self.lie(claims)
        signed = (self.sign or self.signed)(claims)
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    issuer: LocalIssuer

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self.issuer.asked.append(path)
        if path in self.issuer.broken:
            self._answer(500, {})
        elif path == "/.well-known/openid-configuration":
            self._answer(200, self.issuer.describe())
        elif path == "/keys":
            self._answer(200, self.issuer.keys())
        else:
            given = {name: values[0] for name, values in parse_qs(query).items()}
            self.send_response(302)
            self.send_header("Location", self.issuer.authorize(given))
            self.end_headers()

    def do_POST(self) -> None:
        self.issuer.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.path in self.issuer.broken:
            self._answer(500, {})
        else:
            self._answer(*self.issuer.token(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def running_issuer() -> Iterator[LocalIssuer]:
    """An issuer that listens on this machine."""
    issuer = LocalIssuer()
    handler = type("Handler", (_Handler,), {"issuer": issuer})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
