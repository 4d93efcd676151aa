"""What a benchmark found, for people and for programs."""

import json
import os
import platform
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from tests.bench.filling import Filling, Sizes
from tests.bench.timing import Timing


@dataclass(frozen=True)
class Report:
    """Sizes, timings, and the heavy libraries that a ranking imported without need."""

    sizes: Sizes
    seed: int
    fillings: list[Filling]
    timings: list[Timing]
    heavy_imports: list[str]

    def as_json(self) -> str:
        """One document; times in seconds."""
        timings = [{**asdict(t), "per_second": t.per_second} for t in self.timings]
        machine = {"python": platform.python_version(), "cpus": os.cpu_count()}
        return json.dumps({**asdict(self), "timings": timings, "machine": machine}, indent=2)

    def print(self) -> None:
        """A table on standard output."""
        console = Console(width=100)
        console.print(
            f"{self.sizes.participants:,} participants, {self.sizes.offers:,} offers, seed "
            f"{self.seed}; Python {platform.python_version()}, {os.cpu_count()} CPUs"
        )
        for filling in self.fillings:
            console.print(
                f"filled {filling.records:,} {filling.kind}: {filling.making:.0f} s to make, "
                f"{filling.saving:.0f} s to save"
            )
        console.print(self._table())
        console.print(f"heavy imports of a ranking: {', '.join(self.heavy_imports) or 'none'}")

    def _table(self) -> Table:
        table = Table("what", "calls", "fastest ms", "median ms", "p90 ms", "things/s")
        for column in table.columns[1:]:
            column.justify = "right"
        for t in self.timings:
            times = (f"{seconds * 1000:,.1f}" for seconds in (t.fastest, t.median, t.p90))
            table.add_row(
                t.name, str(t.calls), *times, f"{t.per_second:,.0f}" if t.work > 1 else ""
            )
        return table
