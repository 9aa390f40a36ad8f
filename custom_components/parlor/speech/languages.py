"""Languages known before a server has said which it hears or speaks."""

from collections.abc import Mapping
import json
from pathlib import Path
import re
from typing import Final

WHISPER_LANGUAGES: Final = tuple(
    """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is
    it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl
    sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh
    """.split()  # noqa: SIM905 - a list of a hundred lines
)
"""What a multilingual Whisper model hears, in Whisper's own codes."""

LANGUAGE_NAMES: Final[Mapping[str, str]] = {
    "af": "Afrikaans",
    "ar": "العربية",
    "bg": "Български",
    "bs": "Bosanski",
    "ca": "Català",
    "cs": "Čeština",
    "cy": "Cymraeg",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "eu": "Euskara",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "gl": "Galego",
    "he": "עברית",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "is": "Íslenska",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sr": "Српски",
    "sv": "Svenska",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
"""What those who speak them call the languages that most homes speak; the others are shown by their codes."""

_PIPER_NAME: Final = re.compile(r"([a-z]{2,3}_[A-Z]{2})-")


def voice_language(voice: str | None) -> str | None:
    """Return the language of a Piper voice: from its name, or from the file beside its model; blocks."""
    if not voice:
        return None
    if named := _PIPER_NAME.match(Path(voice).name):
        return named[1]
    path = Path(voice)
    for config in sorted(path.glob("*.onnx.json")) if path.is_dir() else [path.with_name(f"{path.name}.json")]:
        try:
            code = json.loads(config.read_bytes())["language"]["code"]
        except OSError, ValueError, KeyError, TypeError:  # no such file, or not one of Piper's
            continue
        if isinstance(code, str):
            return code
    return None


def base_language(tag: str) -> str:
    """Return the language of a tag such as en_GB or en-GB, without its country."""
    return tag.replace("_", "-").partition("-")[0].lower()
