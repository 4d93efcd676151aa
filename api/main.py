"""The application: the API under `/api/v1`, what machines ask beside it, and what all shares."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from api.access.issuer import IssuerUnavailableError, issuer_of
from api.embedded import leave_embedded
from api.metrics import Measured, Metrics
from api.middleware import Envelope, Metered, on_error
from api.opening import make_engine, make_linker
from api.pool_store import RefusedError, make_pool, prepare_role
from api.probes import metrics_endpoint, show_liveness
from api.problems import Problem, on_http_exception, on_invalid, on_problem
from api.routes import ROUTERS, methods_at
from api.sealing import SealError
from api.service import Service
from api.settings import Settings
from api.vault.cipher import vault_of
from matching.errors import DatabaseError, UnknownRecordError

API = "/api/v1"


def create_app(settings: Settings | None = None) -> Starlette:
    """The application of a process, as a server asks for it."""
    chosen = settings or Settings()
    # What is wrong with the settings is said now, not to the first caller.
    vault_of(chosen)
    issuer_of(chosen)
    engine = make_engine(make_linker(chosen))
    service = Service(chosen, engine, make_pool(prepare_role(chosen), chosen.connections))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await to_thread.run_sync(service.pool.open)
        await to_thread.run_sync(service.warm_up)
        try:
            yield
        finally:
            await to_thread.run_sync(service.pool.close)
            # A worker is ended by a signal, and then nothing is done at exit.
            await to_thread.run_sync(leave_embedded)

    routes: list[BaseRoute] = [
        Mount(API, create_api(service)),
        Route("/health/live", show_liveness),
    ]
    middleware = [Middleware(Envelope)]
    if chosen.metrics_token is not None:
        metrics = Metrics(service.engine.versions)
        routes.append(Route("/metrics", metrics_endpoint(metrics, chosen.metrics_token)))
        middleware.insert(0, Middleware(Measured, metrics=metrics, pool=service.pool))
    return Starlette(
        routes=routes,
        middleware=middleware,
        exception_handlers={HTTPException: on_http_exception},
        lifespan=lifespan,
    )


def create_api(service: Service) -> FastAPI:
    """The API itself."""
    api = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[Middleware(Metered, service=service)],
        exception_handlers={
            Problem: on_problem,
            HTTPException: _on_http_exception,
            RequestValidationError: on_invalid,
            DatabaseError: on_error,
            IssuerUnavailableError: on_error,
            RefusedError: on_error,
            SealError: on_error,
            UnknownRecordError: on_error,
            Exception: on_error,
        },
    )
    api.state.service = service
    for router in ROUTERS:
        api.include_router(router)
    return api


async def _on_http_exception(request: Request, error: Exception) -> Response:
    """As the framework says it, with every method that a path has, not only one route's."""
    response = await on_http_exception(request, error)
    path = request.scope["path"].removeprefix(request.scope["root_path"])
    if response.status_code == 405:
        response.headers["Allow"] = ", ".join(methods_at(path))
    return response
