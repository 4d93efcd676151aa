"""The rule of every route: which roles may call it, on everything or on what is theirs.

A route without a rule is closed to everybody (and a test fails).
"""

from collections.abc import Mapping
from typing import Literal

from api.access.actors import Role

Scope = Literal["all", "own"]
Rule = Mapping[Role, Scope]

_ADMINISTRATOR: Rule = {"administrator": "all"}
_CASES: Rule = {"administrator": "all", "operator": "own"}
_CASES_AND_ONESELF: Rule = {**_CASES, "participant": "own"}
_DECISIONS: Rule = {**_CASES_AND_ONESELF, "company": "own"}
_CATALOGUE: Rule = {
    "administrator": "all", "operator": "all", "participant": "all", "company": "own",
}  # fmt: skip
_POSTINGS: Rule = {"administrator": "all", "operator": "all", "company": "own"}
_SIGNED_IN: Rule = {
    "administrator": "all", "operator": "all", "participant": "all", "analyst": "all",
    "company": "all",
}  # fmt: skip
_ANYBODY: Rule = {**_SIGNED_IN, "nobody": "all"}

RULES: Mapping[str, Rule] = {
    "show_status": _ANYBODY,
    # Signing in: what opens the account is in the request itself.
    "issue_token": _ANYBODY,
    "activate_account": _ANYBODY,
    "begin_federated_sign_in": _ANYBODY,
    "issue_federated_token": _ANYBODY,
    "revoke_token": _SIGNED_IN,
    "show_own_account": _SIGNED_IN,
    "change_own_password": _SIGNED_IN,
    "enrol_second_factor": _SIGNED_IN,
    "confirm_second_factor": _SIGNED_IN,
    "remove_own_second_factor": _SIGNED_IN,
    # Accounts.
    "list_organisations": _ADMINISTRATOR,
    "add_organisation": _ADMINISTRATOR,
    "list_accounts": _ADMINISTRATOR,
    "add_account": _ADMINISTRATOR,
    "show_account": _ADMINISTRATOR,
    "deactivate_account": _ADMINISTRATOR,
    "issue_activation_code": _ADMINISTRATOR,
    "remove_second_factor": _ADMINISTRATOR,
    "link_identity": _ADMINISTRATOR,
    "unlink_identity": _ADMINISTRATOR,
    # People.
    "list_participants": _CASES,
    "add_participant": _CASES,
    "show_participant": _CASES_AND_ONESELF,
    "replace_participant": _CASES,
    "assign_participant": _ADMINISTRATOR,
    "show_profile": _CASES_AND_ONESELF,
    "settle_competence": _CASES_AND_ONESELF,
    "list_questions": _CASES_AND_ONESELF,
    "answer_question": _CASES_AND_ONESELF,
    "suggest_offers": _CASES_AND_ONESELF,
    "explain_suggestion": _CASES_AND_ONESELF,
    "list_consents": _CASES_AND_ONESELF,
    "give_consent": _CASES_AND_ONESELF,
    "withdraw_consent": _CASES_AND_ONESELF,
    # Names and contacts.
    "show_identity": _CASES_AND_ONESELF,
    "keep_identity": _CASES_AND_ONESELF,
    "forget_identity": _CASES_AND_ONESELF,
    "show_contact": {"company": "own"},
    # Their rights. Whether the law wants something kept is weighed by who follows them.
    "show_dossier": _CASES_AND_ONESELF,
    "read_dossier": _CASES_AND_ONESELF,
    "erase_participant": _CASES,
    # Companies and offers.
    "list_companies": _CATALOGUE,
    "add_company": {"administrator": "all", "operator": "all"},
    "show_company": _CATALOGUE,
    "replace_company": _POSTINGS,
    "list_offers": _CATALOGUE,
    "add_offer": _POSTINGS,
    "show_offer": _CATALOGUE,
    "replace_offer": _POSTINGS,
    "shortlist_people": _CASES,
    "list_candidates": {"company": "own"},
    # Decisions: of whom they see, and what step they may take, says api/access/checks.py.
    "list_decisions": _DECISIONS,
    "propose_person": _CASES_AND_ONESELF,
    "show_decision": _DECISIONS,
    "take_next_step": _DECISIONS,
    "draft_plan": _CASES_AND_ONESELF,
    "draft_plan_document": _CASES_AND_ONESELF,
    "count_decisions": {"administrator": "all", "analyst": "all"},
    # The rest.
    "show_monitoring": {"administrator": "all", "analyst": "all"},
    "search_taxonomy": _SIGNED_IN,
    "show_run": _CASES_AND_ONESELF,
    "replay_run": _CASES_AND_ONESELF,
}


def scope_of(role: Role, operation: str) -> Scope | None:
    """How much of an operation's matter a role may reach; None: nothing."""
    return RULES.get(operation, {}).get(role)
