"""Commands of a page that PowerShell does not take, and that have no form for it below."""

import re

# A block of commands, and the sentence or the block that is below.
BLOCK = re.compile(r"^( *)```(?:sh|console)\n(.*?)^\1```\n\n?(?=(.*))", re.MULTILINE | re.DOTALL)
NOT_POWERSHELL = re.compile(
    r"&&|\|\||\\\n|(?<![\w/])\.?\w*/bin/|\$\(|^ *(?:\$ )?(?:(?:source|export|sed|rm -\w*|chmod) |[A-Z_]+=)|(?<=[\s=])'[^'\n]*\"",
    re.MULTILINE,
)


def shell_only(page: str) -> list[str]:
    """List the blocks of commands of a Markdown page that only a POSIX shell runs."""
    return [
        text
        for _, text, below in BLOCK.findall(page)
        if NOT_POWERSHELL.search(text) and not below.startswith(("In PowerShell", "```powershell"))
    ]
