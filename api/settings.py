"""The settings of the program, from the environment (``CANTIERE_…``) or files of secrets."""

import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

# Where containers and systemd put secrets: a file each, named like its setting in small letters.
_CONTAINER_SECRETS = Path("/run/secrets")
_SYSTEMD_SECRETS = "CREDENTIALS_DIRECTORY"
# Where the workers of a service put what they measure; the library of metrics reads it here.
_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def environment(**more: str) -> dict[str, str]:
    """The environment for a program that is run, with more in it."""
    return {**os.environ, **more}  # noqa: TID251 - this is the module that reads it


def share_metrics_in(folder: str) -> None:
    """Say to the workers, before they start, where they put what they measure."""
    os.environ[_METRICS_FOLDER] = folder  # noqa: TID251


def metrics_folder() -> str | None:
    """Where the workers of this service put what they measure; None: there is one process."""
    return os.environ.get(_METRICS_FOLDER)  # noqa: TID251


def secret_folders() -> list[Path]:
    """The folders that hold files of secrets."""
    given = os.environ.get(_SYSTEMD_SECRETS)  # noqa: TID251
    folders = [_CONTAINER_SECRETS, *([Path(given)] if given else [])]
    return [folder for folder in folders if folder.is_dir()]


class Settings(BaseSettings):
    """Each is documented in the README."""

    model_config = SettingsConfigDict(
        env_prefix="CANTIERE_", frozen=True, secrets_dir=secret_folders()
    )

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
    metrics_token: SecretStr | None = Field(
        default=None,
        min_length=20,
        description="What a Prometheus shows to read the metrics; without it there are none.",
    )
    connections: int = Field(
        default=10, ge=1, description="How many connections a worker keeps to the database."
    )
    oidc_issuer: str | None = Field(
        default=None, description="An external issuer of identities (OpenID Connect), by its URL."
    )
    oidc_client_id: str = Field(default="cantiere", description="Our name at the issuer.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="What we prove it with; needed with an issuer."
    )
    oidc_redirect_url: str = Field(
        default="https://localhost:8443/accesso",
        description="The page that the issuer sends people back to.",
    )


def wrong_setting(error: Exception) -> str | None:
    """The setting whose value an error is about; None: it is about something else."""
    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        return f"CANTIERE_{error.errors()[0]['loc'][0]}".upper()
    return None
