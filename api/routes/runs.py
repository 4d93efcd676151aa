"""Saved rankings: as they were, and made again."""

from typing import Any

from starlette.responses import JSONResponse

from api.access.admission import Caller
from api.access.case_store import people_of_run
from api.access.checks import require_run
from api.routes.parameters import Limit, Offset, RunId, next_offset, router_of
from api.schemas.rankings import ReplayDocument, RunDocument
from api.versions import answer
from matching.replay import replay

router = router_of("runs")

_MOST = 1_000


@router.get("/runs/{run_id}", response_model=RunDocument)
def show_run(
    caller: Caller, run_id: RunId, limit: Limit = 20, cursor: Offset = None
) -> JSONResponse:
    """A ranking as it was saved."""
    with caller.work(reading=True) as work:
        require_run(work, run_id)
        question, versions, _, saved = work.store.run(run_id)
        work.audit("run.viewed", run_id, people_of_run(work.store, run_id) or [])
    start = int(cursor or 0)
    items = saved["items"][start : start + limit]
    document: dict[str, Any] = {
        "run_id": run_id,
        "direction": question["direction"],
        "subject_id": question["subject_id"],
        "on": question["on"],
        "versions": versions,
        "items": items,
        "excluded": saved["excluded"][start : start + limit],
        "erased": saved.get("erased", 0),
        "next_cursor": next_offset(start, limit, len(items)),
    }
    return answer(document)


@router.get("/runs/{run_id}/replay", response_model=ReplayDocument)
def replay_run(caller: Caller, run_id: RunId) -> JSONResponse:
    """A ranking made again from its saved inputs: the same, or what differs and why."""
    with caller.work(reading=True) as work:
        require_run(work, run_id)
        document = replay(work.store, work.engine, run_id).as_json()
        work.audit("run.replayed", run_id, people_of_run(work.store, run_id) or [])
    for name in ("differences", "data_changed"):
        document[name] = document[name][:_MOST]
    return answer(document)
