"""What is known of a Piper voice without loading it: the `.onnx.json` beside its model."""

from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

from .errors import Code, SpeechError, first_line

_NAME_PARTS = 3
"""en_US-lessac-medium: language, voice, quality."""


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """A voice: its model, name, language as en_US, quality ("" if unknown), speakers by number, samples a second."""

    model: Path
    name: str
    language: str
    quality: str
    speakers: tuple[str, ...]
    rate: int

    @property
    def description(self) -> str:
        """What to call the voice where the language is known: lessac (medium)."""
        parts = self.name.split("-")
        name = parts[1] if len(parts) == _NAME_PARTS else self.name
        return f"{name} ({self.quality})" if self.quality else name


def read_card(model: Path) -> VoiceCard:
    """Read the description of a voice; its model need not be there. Blocks. Raises SpeechError."""
    path = Path(f"{model}.json")
    name = model.name.removesuffix(".onnx")
    config = _read(path)
    try:
        audio = config["audio"]
        speakers = config.get("speaker_id_map") or {}
        several = int(config["num_speakers"]) > 1
        return VoiceCard(
            model=model,
            name=name,
            language=_language(config, name),
            quality=str(audio.get("quality") or ""),
            speakers=tuple(sorted(map(str, speakers), key=lambda speaker: int(speakers[speaker]))) if several else (),
            rate=int(audio["sample_rate"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as err:
        # Any JSON may stand there.
        raise SpeechError(Code.VOICE_CORRUPT, f"{path} describes no voice: {first_line(err)}") from err


def _read(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise SpeechError(Code.VOICE_MISSING, f"{path} is not a file; it belongs to the voice") from None
    except (OSError, ValueError, RecursionError) as err:
        # Unreadable, not UTF-8, not JSON, or nested without end.
        raise SpeechError(Code.VOICE_CORRUPT, f"{path} cannot be read: {first_line(err)}") from err
    if not isinstance(config, dict):
        raise SpeechError(Code.VOICE_CORRUPT, f"{path} describes no voice")
    return config


def _language(config: dict[str, Any], name: str) -> str:
    """Return the language: from the description, else from the name, else from the phonemes' voice."""
    language = config.get("language")
    if isinstance(language, dict) and isinstance(language.get("code"), str):
        return str(language["code"])
    if "_" in name.split("-", maxsplit=1)[0]:
        return name.split("-", maxsplit=1)[0]
    family, _, region = str(config["espeak"]["voice"]).partition("-")
    return f"{family}_{region.upper()}" if region else family
