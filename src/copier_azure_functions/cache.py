"""Keeps what takes long to make and can be made again, in the user's cache folder: nothing of it is ever needed."""

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

FOLDER = "COPIER_AZURE_FUNCTIONS_CACHE"  # another folder for it; when it is set to nothing, nothing is kept
DAY = 24 * 3600  # seconds
KEPT = 90 * DAY  # is what is kept that nobody asks for


def folder(kind: str) -> Path | None:
    """Return where a kind of things is kept: the place of the platform, or that of the environment; None for nowhere."""
    said = os.environ.get(FOLDER)
    if said is not None:
        return Path(said) / kind if said else None
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "copier-azure-functions" / kind


def read(kind: str, name: str) -> bytes | None:
    """Read what was kept; nothing of it when it is torn, or when somebody else may have written it."""
    place = folder(kind)
    if not place:
        return None
    try:
        with (place / name).open("rb") as file:
            about = os.fstat(file.fileno())
            if os.name != "nt" and (about.st_uid != os.geteuid() or about.st_mode & 0o022):
                return None
            content = file.read()
        if about.st_mtime < time.time() - DAY:
            os.utime(place / name)  # asked for today
    except OSError:
        return None
    digest, rest = content[:32], content[32:]
    return rest if hashlib.sha256(rest).digest() == digest else None


def write(kind: str, name: str, content: bytes) -> None:
    """Keep all of it or nothing of it; where that cannot be done, it is made again the next time."""
    place = folder(kind)
    if not place:
        return
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, unfinished = tempfile.mkstemp(dir=place)  # only its owner may read and write it
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(content).digest() + content)
            Path(unfinished).replace(place / name)
        finally:
            Path(unfinished).unlink(missing_ok=True)


def forget(kind: str) -> None:
    """Delete what nobody has asked for in a long time."""
    place = folder(kind)
    with contextlib.suppress(OSError):
        for file in place.iterdir() if place else ():
            if file.stat().st_mtime < time.time() - KEPT:
                file.unlink(missing_ok=True)
