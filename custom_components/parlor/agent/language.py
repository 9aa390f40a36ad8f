"""Language tags as they arrive, and the name that a language's files go by."""

from collections.abc import Collection

# Tags under which a language that has files is spoken of as well.
_SAME = {"no": "nb", "nn": "nb"}


def file_for(language: str, files: Collection[str]) -> str | None:
    """Return which of the files (names without ending) holds a BCP 47 language, e.g. "de" for "de-AT"; None if none.

    A file for a region ("pt-br") is found before that of the language.
    """
    tag = language.replace("_", "-").casefold()
    primary = tag.partition("-")[0]
    return next((name for name in (tag, primary, _SAME.get(primary, "")) if name in files), None)
