"""The description of the API (OpenAPI 3.1), completed to the Italian interoperability guidelines.

The framework knows paths, parameters and schemas. Here come the words, the bounds that JSON Schema
leaves open, and what every operation shares: problems, headers, security.
"""

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE, STATUS
from api.routes import ROUTERS, routes
from api.settings import Settings
from matching.messages import catalogue, say
from matching.territory import municipalities

Json = dict[str, Any]

_API = "/api/v1"
_REF = "#/components/schemas/"
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
# Records whose fields are explained in the catalogue, as columns of a sheet.
_RECORDS = {"Participant": "participants", "Company": "companies", "Offer": "offers"}
# The longest text that a pattern allows, where the schema does not say it.
_LONGEST = {
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$": 64,
    r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$": 5,
    r"^[a-z]{2}$": 2,
    r"^\d{2}(\.\d{1,2}){0,2}$": 8,
}
# What no database text can hold is no text.
_ANY_TEXT = r"^[^\u0000]*$"
# A day from 2000 to 2100 that the calendar has.
_DAY = (
    r"^(20[0-9]{2}|2100)-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$"
    r"|^20([02468][048]|[13579][26])-02-29$"
)
_BIGGEST_INT32 = 2**31 - 1
_DONE = {"200": "ok", "201": "created", "204": "done"}
# What any request may meet: doubled headers, another site, too many, a fault, no database.
_ALWAYS = ("400", "403", "429", "500", "503")
# What a creation makes: by which parameter others name it, and which field of the answer it is.
_MADE = {
    "add_participant": ("participant_id", "id"),
    "add_company": ("company_id", "id"),
    "add_offer": ("offer_id", "id"),
    "add_account": ("account_id", "account_id"),
    "propose_person": ("decision_id", "decision_id"),
}
# What is shown with its version.
_VERSIONED = ("participant", "company", "offer", "decision", "identity")
_SECURITY = {
    "show_status": [{}],
    "issue_token": [{"basic": []}],
    "activate_account": [{"activation": []}],
    "begin_federated_sign_in": [{}],
    "issue_federated_token": [{"continuation": []}],
}
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "activation": {"type": "http", "scheme": "bearer"},
    "continuation": {"type": "http", "scheme": "bearer"},
}
# What may be missing without an id in the path, and taken without a record in the body.
_MAY_MISS = {
    "show_own_account", "begin_federated_sign_in", "issue_federated_token", "enrol_second_factor",
    "confirm_second_factor", "remove_own_second_factor",
}  # fmt: skip
_MAY_CONFLICT = {"enrol_second_factor"}
# The problem of each status that an operation may answer with.
_SHOWN = {
    "400": "bad_request", "401": "unauthenticated", "403": "forbidden", "404": "not_found",
    "409": "taken", "412": "changed_meanwhile", "413": "too_large", "422": "invalid",
    "428": "which_version", "429": "too_many_requests", "500": "unexpected", "503": "unavailable",
}  # fmt: skip


def describe(settings: Settings) -> Json:
    """The OpenAPI document of the service."""
    document = get_openapi(
        title=say("api.title"),
        version=version("cantiere"),
        description=say("api.description").strip(),
        routes=[*routes()],
        contact={"name": say("api.contact"), "email": settings.contact_email},
        terms_of_service=settings.terms_url,
        license_info={
            "name": "Apache 2.0",
            "url": "https://www.apache.org/licenses/LICENSE-2.0.html",
        },
        servers=[{"url": settings.public_url + _API, "description": say("api.server")}],
    )
    document["info"] |= {"x-summary": say("api.summary"), "x-api-id": "cantiere"}
    tags = dict.fromkeys(str(tag) for router in ROUTERS for tag in router.tags)
    document["tags"] = [{"name": tag, "description": say(f"api.tag.{tag}")} for tag in tags]
    for operation in _operations(document):
        _complete(operation)
    _complete_components(document["components"])
    _bound(document["paths"])
    document["security"] = [{"bearer": []}]
    return document


def _operations(document: Json) -> Iterator[Json]:
    for path in document["paths"].values():
        yield from path.values()


def _complete(operation: Json) -> None:
    name = operation["operationId"]
    operation["summary"] = say(f"api.operation.{name}.summary")
    operation["description"] = say(f"api.operation.{name}.description")
    operation["security"] = _SECURITY.get(name, [{"bearer": []}])
    for parameter in operation.get("parameters", []):
        _complete_parameter(parameter, name)
    successes = {s: r for s, r in operation["responses"].items() if s.startswith("2")}
    for status, response in successes.items():
        response["description"] = say(f"api.response.{_DONE[status]}")
        response["headers"] = _headers(_of_success(operation, status))
        if name in _MADE and status == "201":
            response["links"] = _links(*_MADE[name])
    problems = {s: {"$ref": f"#/components/responses/{_name(s)}"} for s in _problems(operation)}
    operation["responses"] = successes | problems


def _complete_parameter(parameter: Json, operation: str) -> None:
    parameter["description"] = say(f"api.parameter.{parameter['name']}")
    schema = parameter["schema"]
    # A parameter is there or it is not: it is never null. Which version one saw must be said.
    given = [one for one in schema.get("anyOf", [schema]) if one != {"type": "null"}]
    parameter["schema"] = schema = given[0] | {k: schema[k] for k in ("examples",) if k in schema}
    if parameter["name"] == "If-Match":
        # What may not be there yet has no version to name.
        parameter["required"] = operation != "keep_identity"
    if "examples" in schema:
        parameter["example"] = schema.pop("examples")[0]


def _links(parameter: str, field: str) -> Json:
    """Where what was made can be used, by the operations that name it first in their path."""
    return {
        route.name: {
            "operationId": route.name,
            "parameters": {parameter: f"$response.body#/{field}"},
        }
        for route in routes()
        if re.findall(r"\{(\w+)\}", route.path) == [parameter]
    }


def _problems(operation: Json) -> Iterator[str]:
    """The statuses of what may go wrong with an operation, in order."""
    name = operation["operationId"]
    parameters = {parameter["name"] for parameter in operation.get("parameters", [])}
    body = "requestBody" in operation
    by_id = any(p["in"] == "path" for p in operation.get("parameters", []))
    may = {
        "401": operation["security"] != [{}],
        "404": by_id or name in _MAY_MISS,
        "409": name in _MAY_CONFLICT
        or _needs_both(operation)
        or (body and (by_id or operation["tags"] != ["sign-in"])),
        "412": "If-Match" in parameters,
        "413": body,
        "422": body or bool(parameters),
        "428": "If-Match" in parameters,
    }
    yield from sorted({*_ALWAYS, *(status for status, happens in may.items() if happens)})


def _needs_both(operation: Json) -> bool:
    """Whether it reads what is there only once both sides said yes."""
    return str(operation["operationId"]).startswith("draft_plan")


def _of_success(operation: Json, status: str) -> list[str]:
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    shows = operation["operationId"].removeprefix("show_")
    versioned = "If-Match" in names or shows in _VERSIONED
    created = status == "201" and "Idempotency-Key" in names
    return ["Cache-Control", *(["ETag"] * versioned), *(["Location"] * created)]


def _headers(more: list[str]) -> Json:
    limits = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*limits, *more)}


def _name(status: str) -> str:
    return "".join(word.capitalize() for word in _SHOWN[status].split("_"))


def _complete_components(components: Json) -> None:
    schemas = components["schemas"]
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    for name, schema in schemas.items():
        schema.pop("description", None)
        for field, of_field in schema.get("properties", {}).items():
            explained = f"columns.{_RECORDS.get(name)}.{field}.text"
            if explained in catalogue():
                of_field["description"] = say(explained)
    _bound_records(schemas)
    components["responses"] = {_name(status): _problem(status) for status in _SHOWN}
    components["headers"] = {name: _header(name) for name in _HEADERS}
    components["securitySchemes"] = {
        name: scheme | {"description": say(f"api.security.{name}")}
        for name, scheme in _SCHEMES.items()
    }
    _bound(components)


def _bound_records(schemas: Json) -> None:
    """What records check in code: the municipalities of the territory, the days of an offer."""
    for name in _RECORDS:
        schemas[name]["properties"]["municipality"]["enum"] = list(municipalities())
    schemas["Offer"]["properties"]["start_date"] |= {"pattern": _DAY, "maxLength": 10}
    # Together with the pattern it would say nothing more.
    del schemas["Offer"]["properties"]["start_date"]["format"]


def _problem(status: str) -> Json:
    key = _SHOWN[status]
    more = {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}
    example = {
        "type": f"urn:cantiere:problem:{key.replace('_', '-')}",
        "title": say(f"api.problem.{key}.title"),
        "status": STATUS[key],
        "detail": say(f"api.problem.{key}.detail"),
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF + "ProblemDocument"}, "example": example}}
    return {
        "description": say(f"api.problem.{key}.title"),
        "headers": _headers(["Cache-Control", *more.get(status, [])]),
        "content": content,
    }


_COUNT = {"type": "integer", "minimum": 0, "maximum": 1_000_000}
_SECONDS = {"type": "integer", "minimum": 0, "maximum": 86_400}
_TEXT = {"type": "string", "maxLength": 300}
_HEADERS: dict[str, Json] = {
    "RateLimit-Limit": _COUNT,
    "RateLimit-Remaining": _COUNT,
    "RateLimit-Reset": _SECONDS,
    "Retry-After": _SECONDS,
    "Cache-Control": _TEXT,
    "ETag": _TEXT,
    "Location": _TEXT,
    "WWW-Authenticate": _TEXT,
}


def _header(name: str) -> Json:
    return {"description": say(f"api.header.{name}"), "schema": dict(_HEADERS[name])}


def _bound(node: object) -> None:
    """Say the bounds that hold anyway, in every schema within a node; titles say nothing."""
    if isinstance(node, list):
        for item in node:
            _bound(item)
    elif isinstance(node, dict):
        _bound_schema(node)
        for key, value in node.items():
            # The names of properties are not words of the schema language.
            for child in value.values() if key == "properties" else [value]:
                if key not in ("example", "examples"):
                    _bound(child)


def _bound_schema(schema: Json) -> None:
    schema.pop("title", None)
    kind = schema.get("type")
    if isinstance(kind, str) and kind in _BOUNDS:
        _BOUNDS[kind](schema)


def _bound_integer(schema: Json) -> None:
    big = max(abs(schema["minimum"]), abs(schema["maximum"])) > _BIGGEST_INT32
    schema["format"] = "int64" if big else "int32"


def _bound_number(schema: Json) -> None:
    schema["format"] = "double"
    if "exclusiveMinimum" in schema:
        schema.setdefault("minimum", schema["exclusiveMinimum"])


def _bound_string(schema: Json) -> None:
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if not schema.keys() & {"enum", "format", "maxLength"}:
        schema["maxLength"] = _LONGEST[schema["pattern"]]
    if not schema.keys() & {"enum", "format", "pattern"}:
        schema["pattern"] = _ANY_TEXT


def _bound_array(schema: Json) -> None:
    schema.setdefault("minItems", 0)


_BOUNDS = {
    "integer": _bound_integer,
    "number": _bound_number,
    "string": _bound_string,
    "array": _bound_array,
}
