"""What the measurements come to: the figures that the template is held to, and a picture."""

import pygal

from benchmarks.copying import Copied, one_more


def section(copied: Copied) -> list[str]:
    """Write a table of the figures and their limits; those of sizes that were not measured are left out."""
    rows: list[tuple[str, str, float, str]] = []
    for size, limit in ((1, "1.20"), (10, "1.15")):
        others = {
            "as they are": ("Copier, with the same files at the root of a template", limit),
            "in a folder": ("Copier, with the same files in a folder of a template", ""),
            "scaffold": (f"azure-functions-scaffold, `new` and {size - 1} times `add`", "1.00"),
        }
        costs = copied.get(size, {})
        for name in filter(costs.__contains__, others):
            other, at_most = others[name]
            rows.append((f"Copy an app of {size}", other, costs["template"].seconds / costs[name].seconds, at_most))
        if size == 10 and "update" in costs:
            times = costs["update"].seconds / costs["template"].seconds
            rows.append(("Add a function to an app of 10", "Copy that app", times, "2.20"))
    steps = [seconds for size, seconds in one_more(copied).items() if size > 10]
    if len(steps) > 1:
        rows.append(
            ("One more function, from 10 on, where it takes longest", "Where it does not", max(steps) / min(steps), "")
        )
    return [
        "## In short",
        "",
        "How many times as long the first takes as the second, and what we hold it to. A template with its files at the root",
        "is the plainest, but not the fastest: Copier then also looks at each file in the `.git` of its clone. This template",
        "has its files in a folder.",
        "",
        "| What | Beside | Measured | At most |",
        "| --- | --- | ---: | ---: |",
        *[f"| {what} | {other} | {times:.2f} | {limit} |" for what, other, times, limit in rows],
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
