"""The draft of an individual training project (PFI): what is known, what is missing."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from matching.eligibility import Eligibility
from matching.training_plan.aims import Brought, ToAcquire
from matching.training_plan.fields import Field, Section, Signatory


@dataclass(frozen=True)
class TrainingPlan:
    """The draft for a pair (rule LOM-11); nothing in it is invented.

    Attributes:
        participant_id: Whose project.
        offer_id: Under which offer.
        on: The day the draft was asked for.
        versions: What it was made with (contract 5.3).
        eligibility: The gates; what they say of the person's protected data is left out.
        sections: The fields, by section, in the order of the document.
        acquire: The competences to acquire, each with its objective.
        brings: What the offer asks for and the person told of.
        activities: What the objectives ask to do, besides the offer's own tasks.
        signatories: Who signs.
        to_settle: What to ask or decide before it starts.
    """

    participant_id: str
    offer_id: str
    on: date
    versions: dict[str, str]
    eligibility: Eligibility
    sections: dict[str, Section]
    acquire: tuple[ToAcquire, ...]
    brings: tuple[Brought, ...]
    activities: tuple[str, ...]
    signatories: tuple[Signatory, ...]
    to_settle: tuple[str, ...]

    @property
    def can_start(self) -> bool:
        """Whether no gate forbids it (it may still ask for something)."""
        return self.eligibility.status != "ineligible"

    @property
    def missing(self) -> tuple[Field, ...]:
        """The fields without a value, in the order of the document."""
        fields: list[Field] = []
        for name, section in self.sections.items():
            fields += section
            if name == "training" and not self.acquire:
                fields.append(Field("training", "objectives"))
        return tuple(field for field in fields if field.value is None)

    def field(self, path: str) -> Field:
        """A field by the name the JSON gives it, such as ``"host.name"``."""
        section = self.sections[path.partition(".")[0]]
        return next(field for field in section if field.path == path)

    def as_json(self) -> dict[str, Any]:
        """The document of ``cantiere training-plan --json``."""
        return {
            "participant_id": self.participant_id,
            "offer_id": self.offer_id,
            "on": self.on.isoformat(),
            "versions": self.versions,
            "can_start": self.can_start,
            "eligibility": asdict(self.eligibility),
            **{name: {f.name: f.value for f in fields} for name, fields in self.sections.items()},
            "activities": list(self.activities),
            "competences": [asdict(competence) for competence in self.acquire],
            "brings": [asdict(brought) for brought in self.brings],
            "signatures": list(self.signatories),
            "missing": [{"field": field.path, "label": field.label} for field in self.missing],
            "to_settle": list(self.to_settle),
        }
