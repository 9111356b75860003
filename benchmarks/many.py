"""Thousands of functions: they are rendered, in a time that grows with their number."""

from benchmarks.measure import Cost
from benchmarks.workplace import Workplace

SIZES = (1000, 2000, 5000)


def measure(place: Workplace) -> dict[int, Cost]:
    """Copy apps of each size, once: they take minutes."""
    return {size: place.copy(place.template, "--data-file", place.answers(size)) for size in SIZES}


def section(costs: dict[int, Cost]) -> list[str]:
    """Write a table of the times."""
    return [
        "## Thousands of functions",
        "",
        "`copier copy`, once for each size. Nothing looks at all functions for each of them, so one takes as long among thousands as among a few.",
        "",
        "| Functions | Time | Memory | Each |",
        "| ---: | ---: | ---: | ---: |",
        *[
            f"| {size:,} | {cost.seconds:.0f} s | {cost.mebibytes:.0f} MiB | {cost.seconds / size * 1000:.1f} ms |"
            for size, cost in costs.items()
        ],
        "",
    ]
