"""Language tags as they arrive, and the files that hold what belongs to a language."""

from collections.abc import Collection, Mapping
import json
from pathlib import Path
from typing import Any

# Tags under which a language that has files is spoken of as well.
_SAME = {"no": "nb", "nn": "nb"}


def file_for(language: str, files: Collection[str]) -> str | None:
    """Return which of the files (names without ending) holds a BCP 47 language, e.g. "de" for "de-AT"; None if none.

    A file for a region ("pt-br") is found before that of the language.
    """
    tag = language.replace("_", "-").casefold()
    primary = tag.partition("-")[0]
    return next((name for name in (tag, primary, _SAME.get(primary, "")) if name in files), None)


def read_languages(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the contents of all files of a folder by their names; one that is "like" another says what differs."""
    files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    return {name: _merged(files[file["like"]], file) if "like" in file else file for name, file in files.items()}


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both else value
    return merged
