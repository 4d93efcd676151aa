"""The door of every route: its rule lets a caller in, or a problem says why not."""

from typing import Annotated

from fastapi import Depends, Request

from api.access.actors import NOBODY, Actor
from api.access.rules import scope_of
from api.problems import Problem, unauthenticated
from api.service import Admitted


def admit(request: Request) -> Admitted:
    """Let a caller in as far as the rule of the operation says.

    Raises:
        Problem: 401 if nobody is signed in, 403 if the role may not do this.
    """
    actor: Actor = request.state.actor
    scope = scope_of(actor.role, request.scope["endpoint"].__name__)
    if scope is None:
        raise unauthenticated() if actor == NOBODY else Problem("forbidden")
    return Admitted(request.app.state.service, actor, scope, request.state.at)


Caller = Annotated[Admitted, Depends(admit)]
