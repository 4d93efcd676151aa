"""What signing in with an external issuer and with a second factor need."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from api.access.passwords import LONGEST
from api.schemas.common import Document, storable

CODE = r"^[0-9]{6}$"


class CurrentPassword(Document):
    """The password of who is signed in, asked for once more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"current_password": "quattro parole a caso"}]}
    )

    current_password: Annotated[str, Field(min_length=1, max_length=LONGEST)]


class NewFactorDocument(Document):
    """The secret of a second factor, shown this once: to be typed in, or scanned as a QR code."""

    secret: Annotated[str, Field(max_length=64)]
    address: Annotated[str, Field(max_length=500)]


class OneTimeCode(Document):
    """A code that an application for one-time codes shows."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "492039"}]})

    code: Annotated[str, Field(pattern=CODE, max_length=6)]


class FederatedSignIn(Document):
    """Where to send who signs in, and what proves afterwards that it was begun here."""

    authorization_url: Annotated[str, Field(max_length=4_000)]
    continuation: Annotated[str, Field(max_length=100)]
    expires_at: datetime


class Returned(Document):
    """What the issuer sends a person back with."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"state": "9c1185a5c5e9fc54", "code": "SplxlOBeZQQYbYS6"}]}
    )

    state: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)]
    code: Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(storable)]


class FederatedIdentity(Document):
    """Who somebody is for the external issuer, as the issuer names them (`sub`)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"subject": "24400320-8f2a-4b5e-9d3e-0c1a7f6b2e11"}]}
    )

    subject: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(storable)]
