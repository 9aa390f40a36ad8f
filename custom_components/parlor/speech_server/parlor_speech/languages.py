"""Languages as Whisper calls them, whatever clients call them."""

from collections.abc import Container, Iterable

# What clients call a language, where Whisper calls it otherwise.
_NAMES = {"nb": "no", "iw": "he", "fil": "tl", "jv": "jw", "cmn": "zh"}


def language_code(tag: str) -> str:
    """Return the code of a language such as en-US, en_GB or EN: en."""
    code = tag.replace("_", "-").partition("-")[0].strip().lower()
    return _NAMES.get(code, code)


def known(tags: Iterable[str], model: Container[str]) -> tuple[str, ...]:
    """Return the codes of those languages that a model knows, each once."""
    return tuple(dict.fromkeys(code for code in map(language_code, tags) if code in model))
