"""A small programme with two of each, one's own and another's, and an account of each role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, get_args

from psycopg import Connection
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.access.account_store import Account, Accounts, Organisation
from api.access.actors import AccountRole, Role
from api.access.gate_store import Gate
from api.access.passwords import hash_of
from api.database import connect
from api.main import create_app
from api.sealing import new_key
from api.service import Service, now
from api.settings import Settings
from api.vault.cipher import vault_of
from api.vault.identity import Identity
from api.vault.identity_store import keep_sealed
from matching.consent_store import give_consent
from matching.engine import Engine
from matching.placement import Move
from matching.placing import Choice, Taker, propose
from matching.shortlist import suggest
from matching.store import Store
from skills_taxonomy import Linker
from tests.builders import a_company, a_participant, an_offer
from tests.issuer import CLIENT_ID, CLIENT_SECRET, REDIRECT_URL, LocalIssuer
from tests.programme import DAY, put

ROLES: tuple[Role, ...] = get_args(Role)
ACCOUNT_ROLES: tuple[AccountRole, ...] = get_args(AccountRole)
BASE = "http://service/api/v1"
PASSWORD = "quattro parole a caso"  # noqa: S105 - of accounts that tests alone have
OWN, OTHER, ELSEWHERE, NOBODYS = "P-mine", "P-other", "P-elsewhere", "P-unassigned"
VAULT_KEY = new_key()
STORY = "Per anni ho cucito a macchina in una camiceria, {mark}."


def mark_of(record_id: str) -> str:
    """A word that stands in the texts of one record and nowhere else."""
    return f"segno{record_id.replace('-', '').lower()}"


PEOPLE = (OWN, OTHER, ELSEWHERE, NOBODYS)
COMPANIES = ("C-mine", "C-other")
OFFERS = ("O-mine", "O-other")


@cache
def password_hash() -> str:
    """Of the one password; made once, since it takes long by design."""
    return hash_of(PASSWORD)


def settings_of(url: str, service_url: str, **changes: Any) -> Settings:
    """Settings for tests: no limit that a test would meet by chance."""
    given: dict[str, Any] = {
        "database_url": SecretStr(url),
        "service_database_url": SecretStr(service_url),
        "requests_per_minute": 100_000,
        "connections": 4,
        "encoder": "no",
        "vault_keys": VAULT_KEY,
    }
    return Settings(**(given | changes))


def of_issuer(issuer: LocalIssuer) -> dict[str, Any]:
    """The settings of a service that signs people in at an issuer too."""
    return {
        "oidc_issuer": issuer.url,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SecretStr(CLIENT_SECRET),
        "oidc_redirect_url": REDIRECT_URL,
    }


@dataclass(frozen=True)
class World:
    """The programme behind a client, and what it holds."""

    client: TestClient
    service: Service
    url: str
    tokens: dict[Role, str]
    runs: dict[str, str]
    issuer: LocalIssuer

    def headers(self, role: Role) -> dict[str, str]:
        """How an account of a role presents itself."""
        token = self.tokens.get(role)
        return {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, role: Role, method: str, path: str, **request: Any) -> Any:
        """The response to a request of a role."""
        headers = self.headers(role) | request.pop("headers", {})
        return self.client.request(method, BASE + path, headers=headers, **request)

    def token(self, role: Role) -> str:
        """Another token of a role's account."""
        secret = f"token-{role}-{now().timestamp()}"
        with connect(self.service.settings) as connection:
            Gate(connection).add_credential(f"A-{role}", "token", secret, now(), timedelta(hours=1))
        return secret


def fill(connection: Connection[Any], engine: Engine, linker: Linker) -> dict[str, str]:
    """Put everything in an empty database; the runs about one's own and another's, by person."""
    accounts = Accounts(connection)
    accounts.add_organisation(Organisation("ORG-mine", "La mia"))
    accounts.add_organisation(Organisation("ORG-other", "Un'altra"))
    store = Store(connection)
    people = {OWN: "Magenta", OTHER: "Magenta", ELSEWHERE: "Legnano", NOBODYS: "Magenta"}
    put(
        store,
        engine,
        linker,
        *(a_company(id=c, description=mark_of(c)) for c in COMPANIES),
        *(
            an_offer(
                id=o,
                company_id=c,
                description=mark_of(o),
                required_competences=["cucire a macchina"],
            )
            for o, c in zip(OFFERS, COMPANIES, strict=True)
        ),
        *(
            a_participant(id=p, municipality=m, narrative=STORY.format(mark=mark_of(p)))
            for p, m in people.items()
        ),
    )
    for person, organisation in (
        (OWN, "ORG-mine"),
        (OTHER, "ORG-other"),
        (ELSEWHERE, "ORG-mine"),
    ):
        connection.execute(
            "UPDATE participant SET organisation_id = %s WHERE participant_id = %s",
            (organisation, person),
        )
    for role in ACCOUNT_ROLES:
        add_account(connection, role, f"A-{role}", role)
    vault = vault_of(settings_of("", ""))
    assert vault is not None
    for person in (OWN, OTHER):
        name = Identity(given_name="Nome", family_name=f"Cognome {mark_of(person)}")
        keep_sealed(store, person, vault.seal(person, name))
    give_consent(store, OWN, "O-mine", "A-operator", now())
    give_consent(store, OTHER, "O-other", "A-operator", now())
    connection.commit()
    runs = {}
    for person in (OWN, OTHER):
        run = suggest(store, engine, person, on=DAY, at=now(), limit=10)
        connection.commit()
        runs[person] = run.run_id
    for decision_id, person, offer_id in (("D-mine", OWN, "O-mine"), ("D-other", OTHER, "O-other")):
        taker = Taker("operator A-operator", now(), DAY)
        propose(store, engine, decision_id, Choice(person, offer_id), Move("propose"), taker)
    connection.commit()
    return runs


def add_account(
    connection: Connection[Any], role: AccountRole, account_id: str, login: str
) -> None:
    """An active account of a role, which stands for what is its own."""
    stands_for: dict[AccountRole, tuple[Any, ...]] = {
        "operator": ("ORG-mine", ("Magentino",), None, None),
        "company": (None, (), "C-mine", None),
        "participant": (None, (), None, OWN),
    }
    of_role = stands_for.get(role, (None, (), None, None))
    accounts = Accounts(connection)
    accounts.add(Account(account_id, login, role, *of_role, activated=False, active=True), now())
    accounts.set_password(account_id, password_hash())
    Gate(connection).add_credential(
        account_id, "token", f"token-{account_id}", now(), timedelta(hours=1)
    )


@contextmanager
def running(
    settings: Settings, url: str, runs: dict[str, str], issuer: LocalIssuer
) -> Iterator[World]:
    """The service on a database that is filled."""
    app = create_app(settings)
    tokens: dict[Role, str] = {role: f"token-A-{role}" for role in ACCOUNT_ROLES}
    with TestClient(app, raise_server_exceptions=False) as client:
        service = app.routes[0].app.state.service  # type: ignore[attr-defined]
        yield World(client, service, url, tokens, runs, issuer)
