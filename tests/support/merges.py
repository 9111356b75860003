"""What an update of Copier does with files that both sides have, for many at once: an update takes seconds, this a moment."""

import subprocess
from pathlib import Path

from tests.support.owned_project import git

Texts = dict[str, str]


def merged(folder: Path, before: Texts, mine: Texts, after: Texts) -> Texts:
    """Apply the owner's changes to what the template makes now; where Git rejects one, merge the three texts, with markers."""
    folder.mkdir()
    git(folder, "init", "--quiet")
    write(folder, before)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=before")
    write(folder, mine)
    diff = git(folder, "diff", "--unified=3", "--inter-hunk-context=-1")
    write(folder, after)
    subprocess.run(["git", "apply", "--reject"], cwd=folder, input=diff, capture_output=True, text=True, check=False)
    for rejected in folder.rglob("*.rej"):
        name = rejected.relative_to(folder).as_posix().removesuffix(".rej")
        three = [rejected.with_name(f"{rejected.name}.{side}") for side in ("mine", "before", "after")]
        for path, texts in zip(three, (mine, before, after), strict=True):
            path.write_text(texts[name])
        labels = ["-L", "before updating", "-L", "last update", "-L", "after updating"]
        merge = subprocess.run(
            ["git", "merge-file", "--stdout", *labels, *three], capture_output=True, text=True, check=False
        )
        assert merge.returncode >= 0, merge.stderr
        (folder / name).write_text(merge.stdout)
    return {name: (folder / name).read_text() for name in mine}


def write(folder: Path, texts: Texts) -> None:
    """Write texts to their paths."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
