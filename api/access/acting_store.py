"""All SQL that tells the database who acts, at the start of each transaction."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection, sql

from api.access.actors import Actor

# Until a caller is known: it may look up accounts and keys, and nothing else.
GATE = {"programme": "default", "role": "gate"}

_NAMES = (
    "programme", "role", "account", "organisation", "municipalities", "company", "participant",
    "offer", "identity",
)  # fmt: skip


def settings_of(
    actor: Actor, *, offer_id: str | None = None, identity_of: str | None = None
) -> dict[str, str]:
    """What the policies ask about an actor.

    Args:
        actor: Who acts.
        offer_id: For a company: the offer whose people it looks at.
        identity_of: The person whose name and contacts are asked for; nobody's are seen without.
    """
    quoted = ",".join(f'"{name}"' for name in actor.municipalities)
    return {
        "programme": actor.programme_id,
        "role": actor.role,
        "account": actor.account_id,
        "organisation": actor.organisation_id or "",
        "municipalities": f"{{{quoted}}}",
        "company": actor.company_id or "",
        "participant": actor.participant_id or "",
        "offer": offer_id or "",
        "identity": identity_of or "",
    }


def identify(connection: Connection[Any], settings: Mapping[str, str]) -> None:
    """Say who acts until the transaction ends; what is not said is nobody.

    With SET and not with a query, so that a reader can still choose to see one lasting state.
    """
    statements = [
        sql.SQL("SET LOCAL {} = {}").format(
            sql.Identifier("cantiere", name), sql.Literal(settings.get(name, ""))
        )
        for name in _NAMES
    ]
    connection.execute(sql.SQL("; ").join(statements))


def is_reading(connection: Connection[Any]) -> bool:
    """Whether the transaction sees one lasting state of the data."""
    return connection.execute("SHOW transaction_isolation").fetchone() == ("repeatable read",)
