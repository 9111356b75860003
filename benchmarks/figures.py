"""What the measurements come to: the figures that the template is held to, and a picture."""

import pygal

from benchmarks.copying import Copied, one_more


def pairs(size: int, limit: str) -> list[tuple[str, str, str, str, str]]:
    """List what is compared for an app of so many functions: what it is, what it is measured as, and the same of the other."""
    copy, make, add = f"Copy an app of {size}", f"Make an app of {size}, `new`", f"Add a function to an app of {size}"
    same, that = "Copier, with the same files at the root of a template", "Copy that app"
    scaffold = f"azure-functions-scaffold, `new` and {size - 1} times `add`"
    return [
        (copy, "template", same, "as they are", limit),
        (copy, "template", "Copier, with the same files in a folder of a template", "in a folder", ""),
        (copy, "template", scaffold, "scaffold", "1.00"),
        (make, "new", same, "as they are", limit),
        (add, "update", that, "template", "2.20"),
        (f"{add}, `add`", "add", that, "template", "2.20"),
    ]


def section(copied: Copied) -> list[str]:
    """Write a table of the figures and their limits; those of sizes that were not measured are left out."""
    rows: list[tuple[str, str, float, str]] = []
    for size, limit in ((1, "1.20"), (10, "1.15")):
        costs = copied.get(size, {})
        rows += [
            (what, beside, costs[ours].seconds / costs[other].seconds, at_most)
            for what, ours, beside, other, at_most in pairs(size, limit)
            if {ours, other} <= costs.keys()
        ]
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
        "has its files in a folder. `new` and `add` are those of `copier-azure-functions`, which keeps what Jinja compiles.",
        "Seconds depend on the machine, and on what else it does: compare those of one table.",
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
