"""What the measurements come to: the figures that the template is held to, and a picture."""

import pygal

from benchmarks.copying import Copied, one_more
from benchmarks.updating import Updated


def section(copied: Copied, updated: Updated) -> list[str]:
    """Write a table of the figures and their limits; those of sizes that were not measured are left out."""
    figures: list[tuple[str, float, str]] = []
    for size, limit in ((1, "1.20"), (10, "1.15")):
        if size in copied:
            name = f"Copy an app of {size}, of Copier copying the same files as they are"
            figures.append((name, copied[size]["template"].seconds / copied[size]["as they are"].seconds, limit))
    if 10 in copied:
        name = "Copy an app of 10, of azure-functions-scaffold's `new` and nine `add`"
        figures.append((name, copied[10]["template"].seconds / copied[10]["scaffold"].seconds, "1.00"))
    if 10 in updated:
        name = "Add a function to an app of 10, of the copy of that app"
        figures.append((name, updated[10]["update"].seconds / updated[10]["copy"].seconds, "2.20"))
    steps = [seconds for size, seconds in one_more(copied).items() if size > 10]
    if len(steps) > 1:
        name = "One more function, from 10 on: the dearest step, of the cheapest"
        figures.append((name, max(steps) / min(steps), "1.50"))
    return [
        "## In short",
        "",
        "Times that the left takes, of what is named; and what we hold it to.",
        "",
        "| | Measured | At most |",
        "| --- | ---: | ---: |",
        *[f"| {name} | {value:.2f} | {limit} |" for name, value, limit in figures],
        "",
    ]


def chart(copied: Copied) -> str:
    """Draw the times of copies."""
    picture = pygal.XY(
        width=760,
        height=380,
        x_title="functions",
        y_title="seconds",
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        js=(),
        include_x_axis=True,
        style=pygal.style.CleanStyle(font_family="sans-serif"),
        no_prefix=True,
        disable_xml_declaration=True,
    )
    lines = {
        "this template": "template",
        "the same files by Copier": "as they are",
        "the same files by cookiecutter": "cookiecutter",
    }
    for title, name in lines.items():
        picture.add(title, [(size, round(costs[name].seconds, 3)) for size, costs in copied.items()])
    return picture.render()
