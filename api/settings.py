"""The settings of the program, read from the environment (``CANTIERE_…``)."""

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each is documented in the README."""

    model_config = SettingsConfigDict(env_prefix="CANTIERE_", frozen=True)

    database_url: SecretStr | None = Field(
        default=None, description="A PostgreSQL of your own; without it an embedded one is used."
    )
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("cantiere")),
        description="Where the embedded PostgreSQL keeps its data.",
    )
    operator: str = Field(
        default="operatore",
        description="Role and code of who decides, where a command does not say it; never a name.",
    )
    encoder: Literal["no"] | Path | None = Field(
        default=None,
        description="A sentence-transformers model of your own; 'no' to compare words alone.",
    )
    service_database_url: SecretStr | None = Field(
        default=None,
        description="The same PostgreSQL as the service uses it: as a role that owns nothing.",
    )
    vault_keys: SecretStr | None = Field(
        default=None,
        description="What names and contacts are sealed with: keys by commas, the newest first.",
    )
    public_url: str = Field(
        default="https://localhost:8443", description="Where callers reach the service."
    )
    contact_email: str = Field(
        default="referente@cantiere.example", description="Who answers for the service."
    )
    terms_url: str = Field(
        default="https://cantiere.example/condizioni",
        description="The terms under which the service is offered.",
    )
    keep_names_months: int = Field(
        default=24, ge=1, description="Names and contacts, after the last work on the person."
    )
    keep_people_months: int = Field(
        default=60, ge=1, description="Everything else about a person, after the same."
    )
    keep_rankings_months: int = Field(
        default=24, ge=6, description="Saved rankings, after they were made."
    )
    keep_audit_months: int = Field(default=24, ge=6, description="Events of the audit.")
    keep_keys_months: int = Field(
        default=1, ge=1, description="Expired tokens, idempotency keys, failed sign-ins."
    )
    requests_per_minute: int = Field(
        default=600, ge=1, description="How many requests an account may make in a minute."
    )
    connections: int = Field(
        default=10, ge=1, description="How many connections a worker keeps to the database."
    )
