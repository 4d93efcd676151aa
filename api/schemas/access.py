"""Accounts, tokens, organisations, the pages of records, the status of the service."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from api.access.actors import AccountRole
from api.access.passwords import LONGEST, SHORTEST
from api.schemas.common import Cursor, Document, Id
from matching.model import Company, Offer

Login = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9@._+-]{2,99}$", max_length=100)]
Password = Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST)]
SubArea = Literal["Abbiatense", "Castanese", "Legnanese", "Magentino"]
SubAreas = Annotated[tuple[SubArea, ...], Field(max_length=4)]


class TokenDocument(Document):
    """A token for the `Authorization` header of what follows."""

    access_token: Annotated[str, Field(max_length=100)]
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(ge=1, le=86_400)]


class Activation(Document):
    """The first password of an account, chosen by whom it belongs to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"password": "quattro parole a caso"}]}
    )

    password: Password


class PasswordChange(Document):
    """A new password, and the one it replaces."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "current_password": "quattro parole a caso",
                    "new_password": "altre quattro parole a caso",
                }
            ]
        }
    )

    current_password: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    new_password: Password


class AdministratorDraft(Document):
    """A new account that administers the programme."""

    login: Login
    role: Literal["administrator"]


class AnalystDraft(Document):
    """A new account that reads figures."""

    login: Login
    role: Literal["analyst"]


class OperatorDraft(Document):
    """A new account of an operator: of which organisation, and in which parts of the territory."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "login": "anna@ente.example",
                    "role": "operator",
                    "organisation_id": "ORG-1",
                    "sub_areas": ["Magentino"],
                }
            ]
        }
    )

    login: Login
    role: Literal["operator"]
    organisation_id: Id
    sub_areas: Annotated[tuple[SubArea, ...], Field(min_length=1, max_length=4)]


class CompanyDraft(Document):
    """A new account of a company."""

    login: Login
    role: Literal["company"]
    company_id: Id


class ParticipantDraft(Document):
    """A new account of a person, together with their tutor."""

    login: Login
    role: Literal["participant"]
    participant_id: Id


AccountDraft = Annotated[
    AdministratorDraft | AnalystDraft | OperatorDraft | CompanyDraft | ParticipantDraft,
    Field(discriminator="role"),
]


class AccountDocument(Document):
    """An account."""

    account_id: Id
    login: Login
    role: AccountRole
    organisation_id: Id | None
    sub_areas: SubAreas
    company_id: Id | None
    participant_id: Id | None
    activated: bool
    active: bool
    second_factor: bool
    linked: bool


class AccountPage(Document):
    """A page of accounts."""

    items: Annotated[list[AccountDocument], Field(max_length=100)]
    next_cursor: Cursor | None


class ActivationCode(Document):
    """A code that sets the first password of an account, once; the ones before it are void."""

    account_id: Id
    code: Annotated[str, Field(max_length=100)]
    expires_at: datetime


class OrganisationDocument(Document):
    """A partner organisation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"organisation_id": "ORG-1", "name": "Cooperativa Il Ponte"}]
        }
    )

    organisation_id: Id
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class OrganisationPage(Document):
    """A page of organisations."""

    items: Annotated[list[OrganisationDocument], Field(max_length=100)]
    next_cursor: Cursor | None


class CompanyPage(Document):
    """A page of companies."""

    items: Annotated[list[Company], Field(max_length=100)]
    next_cursor: Cursor | None


class OfferPage(Document):
    """A page of offers."""

    items: Annotated[list[Offer], Field(max_length=100)]
    next_cursor: Cursor | None
