"""Who a person is, and how they are reached: what the vault keeps, and what a company is shown."""

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from api.schemas.common import Document

_Line = r"^[^\x00-\x1f\x7f]+$"
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=_Line)]
Phone = Annotated[str, Field(max_length=30, pattern=r"^\+?[0-9][0-9 ./-]{4,28}$")]
Email = Annotated[
    str, Field(max_length=254, pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$")
]
# Letters may stand for digits where two people would have the same code.
TaxCode = Annotated[
    str,
    Field(
        max_length=16,
        pattern=r"^[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]$",
    ),
]
Address = Annotated[str, Field(min_length=1, max_length=300, pattern=_Line)]

_EXAMPLE: dict[str, JsonValue] = {
    "given_name": "Nome",
    "family_name": "Cognome",
    "phone": "+39 02 0000000",
}


class Identity(Document):
    """Name and contacts of a person; what the programme does not need is left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    given_name: Name
    family_name: Name
    phone: Phone | None = None
    email: Email | None = None
    tax_code: TaxCode | None = None
    address: Address | None = None


class Contact(Document):
    """What a company needs in order to call a person, once both said yes."""

    given_name: Name
    family_name: Name
    phone: Phone | None
    email: Email | None


def contact_of(identity: Identity) -> Contact:
    """The part of an identity that a company is shown."""
    return Contact(**{name: getattr(identity, name) for name in Contact.model_fields})
