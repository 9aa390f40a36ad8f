"""The models for ears and voice that the flows offer by name, and how models in folders are recognised."""

from collections.abc import Mapping, Sequence
import json
from pathlib import Path
from typing import Any, Final

from homeassistant.helpers.selector import SelectOptionDict
from homeassistant.util import language as language_util

WHISPER_AUTO: Final = "auto"
"""The model that suits the machine, chosen by the speech process."""
_FAMILY: Final = Path(__file__).parents[1] / "speech_server" / "parlor_speech" / "models.json"
_WHISPER_LANGUAGES: Final = 99

VOICES: Final[Sequence[str]] = (
    "ar_JO-kareem-medium",
    "ca_ES-upc_ona-medium",
    "cs_CZ-jirka-medium",
    "da_DK-talesyntese-medium",
    "de_DE-thorsten-medium",
    "el_GR-rapunzelina-low",
    "en_GB-alba-medium",
    "en_US-lessac-medium",
    "es_ES-davefx-medium",
    "es_MX-claude-high",
    "fa_IR-amir-medium",
    "fi_FI-harri-medium",
    "fr_FR-siwis-medium",
    "hu_HU-anna-medium",
    "is_IS-bui-medium",
    "it_IT-paola-medium",
    "nl_BE-nathalie-medium",
    "nl_NL-pim-medium",
    "no_NO-talesyntese-medium",
    "pl_PL-gosia-medium",
    "pt_BR-faber-medium",
    "pt_PT-tugão-medium",
    "ro_RO-mihai-medium",
    "ru_RU-irina-medium",
    "sv_SE-nst-medium",
    "tr_TR-dfki-medium",
    "uk_UA-ukrainian_tts-medium",
    "vi_VN-vais1000-medium",
    "zh_CN-huayan-medium",
)
"""One Piper voice of each language, and of each country where the language differs much."""
_DEFAULT_VOICE: Final = "en_US-lessac-medium"


def voice_for(language: str, country: str | None) -> str:
    """Return the voice to suggest for a home's language; an English one where there is none."""
    by_tag = {voice.partition("-")[0].replace("_", "-"): voice for voice in VOICES}
    tags = language_util.matches(language, by_tag, country=country)
    return by_tag[tags[0]] if tags else _DEFAULT_VOICE


def whisper_options() -> list[SelectOptionDict]:
    """Return the models to hear with: what each takes on the disk and in memory in MB, and what it hears. Blocks."""
    models = json.loads(_FAMILY.read_text("utf-8"))["models"]
    return [SelectOptionDict(value=WHISPER_AUTO, label=WHISPER_AUTO), *map(_whisper_option, models)]


def _whisper_option(model: Mapping[str, Any]) -> SelectOptionDict:
    heard = _WHISPER_LANGUAGES if model["languages"] == "all" else model["languages"]
    label = f"{model['name']} (\u2193 {model['disk_mb']} MB, RAM {model['memory_mb']['int8']} MB, {heard})"
    return SelectOptionDict(value=model["name"], label=label)


def is_path(value: str) -> bool:
    """Return whether a model is given by its path: a name may hold a slash, but does not start with one."""
    return value.startswith(("/", "~", ".")) or value.endswith(".onnx")


def has_whisper(folder: Path) -> bool:
    """Return whether a folder, given in full, holds a model that faster-whisper loads. Blocks."""
    return folder.is_absolute() and (folder / "model.bin").is_file()


def has_voice(path: Path) -> bool:
    """Return whether a path, given in full, is a Piper voice or a folder of one. Blocks."""
    voices = [path] if path.suffix == ".onnx" else list(path.glob("*.onnx"))
    return path.is_absolute() and any(voice.with_name(f"{voice.name}.json").is_file() for voice in voices)
