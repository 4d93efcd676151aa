"""The routes: each reads the request, calls a use case, writes its answer and its audit."""

from fastapi.routing import APIRoute

from api.routes import (
    accounts,
    companies,
    consents,
    decisions,
    federated,
    identities,
    monitoring,
    offers,
    organisations,
    participants,
    questions,
    rankings,
    rights,
    runs,
    second_factor,
    sign_in,
    status,
    taxonomy,
    training_plans,
)

ROUTERS = (
    status.router,
    sign_in.router,
    second_factor.router,
    federated.router,
    organisations.router,
    accounts.router,
    participants.router,
    questions.router,
    rankings.router,
    consents.router,
    decisions.router,
    training_plans.router,
    identities.router,
    rights.router,
    companies.router,
    offers.router,
    runs.router,
    monitoring.router,
    taxonomy.router,
)


def routes() -> list[APIRoute]:
    """Every route of the API."""
    return [r for router in ROUTERS for r in router.routes if isinstance(r, APIRoute)]


def methods_at(path: str) -> list[str]:
    """The methods that a path answers to."""
    return sorted({m for r in routes() if r.path_regex.match(path) for m in r.methods or ()})
