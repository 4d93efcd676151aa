"""The speed of ranking, on synthetic load: ``make bench``, or ``python -m tests.bench.bench``.

Three parts: pairs scored in process, the use cases on a full database, a command from cold.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from matching.eligibility import assess
from matching.engine import Engine, builtin_engine
from matching.features import OfferSide, OfferTable, PersonSide, PersonTable, pair_terms
from matching.model import Company
from matching.ranking import score_pairs
from matching.runs import Run
from matching.shortlist import shortlist, suggest
from matching.store import Store
from tests.bench.filling import Sizes, filled, folder_name
from tests.bench.report import Report
from tests.bench.synthetic import COMPANIES, DAY, SyntheticLoad
from tests.bench.timing import Timing, timing

UseCase = Callable[..., Run]

LIMIT = 10
WARM_UP = 5
SUBJECTS = 50
CROWD = 200
COLD_STARTS = 5
# Libraries that a ranking does without, each of which takes longer to import than to rank.
HEAVY = frozenset({"torch", "pandas", "sklearn"})


def main() -> None:
    """Measure, and print a table or one JSON document."""
    options = _options()
    sizes = Sizes(options.participants, options.offers)
    engine = builtin_engine()
    load = SyntheticLoad(engine, options.seed)
    timings = _scoring(engine, load, sizes)
    folder = options.data_dir / folder_name(sizes, options.seed)
    with filled(folder, engine, load, sizes) as (store, fillings):
        timings += _use_cases(store, engine, load, sizes)
    cold, heavy = _cold_start()
    report = Report(sizes, options.seed, fillings, [*timings, cold], heavy)
    if options.json:
        sys.stdout.write(report.as_json() + "\n")
    else:
        report.print()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=100_000)
    parser.add_argument("--offers", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path(tempfile.gettempdir()) / "cantiere-bench",
        help="where the filled database is kept for the next run",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args()


def _scoring(engine: Engine, load: SyntheticLoad, sizes: Sizes) -> list[Timing]:
    """Pairs of people and offers held in memory: tables, scores, orders, gates."""
    offers = sizes.offers
    sides = [load.offer(i) for i in range(offers)]
    crowd = [load.person(i) for i in range(CROWD)]
    companies = {company.id: company for company in map(load.company, range(COMPANIES))}
    table = OfferTable(sides)
    score = partial(_score, engine, table)
    return [
        timing("table of offers", [partial(OfferTable, sides)] * 5, work=offers),
        timing("table of people", [partial(PersonTable, crowd, table)] * 5, work=CROWD),
        timing(
            "score 1 person", [partial(score, [p]) for p in crowd], warm_up=WARM_UP, work=offers
        ),
        timing("score 200 people", [partial(score, crowd)] * 5, work=offers * CROWD),
        timing(
            "table, score, order 1 person",
            [partial(_rank, engine, [p], sides) for p in crowd[:20]],
            warm_up=WARM_UP,
            work=offers,
        ),
        timing(
            "table, score, order 200 people",
            [partial(_rank, engine, crowd, sides)] * 3,
            work=offers * CROWD,
        ),
        timing(
            "gates 1 person",
            [partial(_gates, engine, companies, p, sides) for p in crowd[:20]],
            warm_up=WARM_UP,
            work=offers,
        ),
    ]


def _score(engine: Engine, table: OfferTable, people: list[PersonSide]) -> None:
    pair_terms(PersonTable(people, table), table, engine.weights).total()


def _rank(engine: Engine, people: list[PersonSide], offers: list[OfferSide]) -> None:
    for _ in score_pairs(people, offers, weights=engine.weights).best_first():
        pass


def _gates(
    engine: Engine, companies: dict[str, Company], person: PersonSide, offers: list[OfferSide]
) -> None:
    for side in offers:
        company = companies[side.offer.company_id]
        assess(person.participant, side.offer, company, on=DAY, rules=engine.rules)


def _use_cases(store: Store, engine: Engine, load: SyntheticLoad, sizes: Sizes) -> list[Timing]:
    """Suggestions and shortlists, each saved, each in a transaction of its own."""
    people = [load.person(i).participant.id for i in _spread(sizes.participants)]
    open_offers = (
        side.offer
        for side in map(load.offer, range(sizes.offers))
        if side.offer.start_date >= DAY and side.offer.seats
    )
    wanted = [offer.id for offer in islice(open_offers, WARM_UP + SUBJECTS)]

    def ask(use_case: UseCase, subject_id: str) -> None:
        use_case(store, engine, subject_id, on=DAY, at=datetime.now(UTC), limit=LIMIT)
        store.connection.commit()

    return [
        timing("suggest", [partial(ask, suggest, p) for p in people], warm_up=WARM_UP),
        timing("shortlist", [partial(ask, shortlist, o) for o in wanted], warm_up=WARM_UP),
    ]


def _spread(count: int) -> list[int]:
    """Different numbers from the whole range, for the subjects."""
    wanted = min(count, WARM_UP + SUBJECTS)
    return [i * count // wanted for i in range(wanted)]


def _cold_start() -> tuple[Timing, list[str]]:
    """``cantiere suggest P-001`` on the demonstration, each time in a process of its own.

    Nothing else uses the database: its server starts and stops with the command.
    """
    with tempfile.TemporaryDirectory(prefix="cantiere-") as folder:
        cantiere = partial(_run, folder)
        cantiere(_COMMAND, "demo")
        command = partial(cantiere, _COMMAND, "suggest", "P-001", "--on", DAY.isoformat())
        cold = timing("cantiere suggest P-001, cold", [command] * COLD_STARTS)
        imported = cantiere(_THEN_IMPORTS, "suggest", "P-001", "--json")
    return cold, sorted(HEAVY.intersection(imported.splitlines()[-1].split()))


_COMMAND = "from api.cli import main; main()"
_THEN_IMPORTS = """
import sys
from api.cli import main
try:
    main()
finally:
    print(*{name.partition(".")[0] for name in sys.modules})
"""


def _run(data_dir: str, code: str, *arguments: str) -> str:
    environment = {**os.environ, "CANTIERE_DATA_DIR": data_dir}
    environment.pop("CANTIERE_DATABASE_URL", None)
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    main()
