"""The taxonomy: concepts by what people call them."""

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator
from starlette.responses import JSONResponse

from api.access.admission import Caller
from api.routes.parameters import Limit, Offset, next_offset, router_of
from api.schemas.common import storable
from api.schemas.people import MatchPage
from api.versions import answer
from skills_taxonomy.concepts import ConceptKind

router = router_of("taxonomy")

Phrase = Annotated[
    str, Query(min_length=1, max_length=300, examples=["cucire"]), AfterValidator(storable)
]


@router.get("/taxonomy/search", response_model=MatchPage)
def search_taxonomy(
    caller: Caller,
    text: Phrase,
    kind: ConceptKind = "competence",
    limit: Limit = 10,
    cursor: Offset = None,
) -> JSONResponse:
    """The concepts nearest to everyday words, best first."""
    start = int(cursor or 0)
    linker = caller.service.linker
    matches = linker.search(text, kind=kind, limit=start + limit)[start:]
    items = [{"uri": m.uri, "label": m.label, "score": m.score} for m in matches]
    cursor = next_offset(start, limit, len(items))
    return answer({"query": text, "kind": kind, "items": items, "next_cursor": cursor})
