"""Records for tests: valid, and compatible with one another, but for what a test changes.

By default the person may take the offer and every rule that concerns them answers "met".
"""

from datetime import date
from typing import Any

from matching.model import Company, Offer, Participant

TODAY = date(2026, 11, 24)

MORNINGS = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:30", "to": "12:30"}
WORKING_DAYS = {"days": ["mon", "tue", "wed", "thu", "fri", "sat"], "from": "07:00", "to": "19:00"}


def a_participant(**changes: Any) -> Participant:
    """An adult of Magenta whose record is complete."""
    fields: dict[str, Any] = {
        "id": "P-001",
        "target": "other_vulnerable",
        "birth_year": 1985,
        "gender": None,
        "municipality": "Magenta",
        "eqf_level": 3,
        "languages": [{"code": "it", "level": "C2"}],
        "licences": [],
        "transport": ["walk", "bike", "public_transport"],
        "max_travel_minutes": 45,
        "availability": [WORKING_DAYS],
        "max_hours_week": 40,
        "limitations": [],
        "receives_rdc": False,
    }
    return Participant.model_validate(fields | changes)


def a_company(**changes: Any) -> Company:
    """A small company of Corbetta without interns."""
    fields: dict[str, Any] = {
        "id": "C-001",
        "name": "Falegnameria Esempio",
        "municipality": "Corbetta",
        "permanent_employees": 8,
        "active_interns": 0,
    }
    return Company.model_validate(fields | changes)


def an_offer(**changes: Any) -> Offer:
    """An internship in Corbetta that keeps every rule."""
    fields: dict[str, Any] = {
        "id": "O-001",
        "company_id": "C-001",
        "kind": "internship",
        "title": "Tirocinio in falegnameria",
        "municipality": "Corbetta",
        "public_transport": True,
        "seats": 1,
        "start_date": "2027-02-01",
        "duration_months": 6,
        "hours_week": 20,
        "schedule": [MORNINGS],
        "allowance_eur_month": 500,
        "demands": ["prolonged_standing"],
    }
    return Offer.model_validate(fields | changes)
