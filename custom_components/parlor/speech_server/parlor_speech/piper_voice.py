"""The voice's engine: a Piper voice."""

from dataclasses import dataclass
import json
import logging
from pathlib import Path
from typing import Any

from piper import PiperVoice, SynthesisConfig
from piper.config import PhonemeType

from .errors import Code, SpeechError, first_line

_INPUTS = {"input", "input_lengths", "scales"}

# Chinese voices make Piper fetch a model by itself, which this process must never do.
_PHONEMES = (PhonemeType.ESPEAK, PhonemeType.TEXT, PhonemeType.HEBREW, PhonemeType.JAPANESE, PhonemeType.THAI)

# Piper warns of every phoneme that a voice does not know: parts of what is spoken do not belong into a log.
logging.getLogger("piper").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How to speak: a length scale above 1 is slower than the voice's own pace, below is faster."""

    device: str = "auto"
    length_scale: float | None = None


class Voice:
    """A loaded voice. `say` belongs to one thread; the rest is fixed."""

    def __init__(self, model: Path, settings: VoiceSettings) -> None:
        """Load `model` with the `.onnx.json` beside it and speak once, unheard. Raises SpeechError."""
        config = _read_config(Path(f"{model}.json"))
        if not model.is_file():
            raise SpeechError(Code.VOICE_MISSING, f"{model} is not a file")
        try:
            self._voice = PiperVoice.load(model, use_cuda=settings.device == "cuda")
        except Exception as err:
            # onnxruntime has exceptions of its own without a common base; a config may lack any key.
            raise SpeechError(Code.VOICE_CORRUPT, f"{model} is no usable Piper voice: {first_line(err)}") from err
        if not {node.name for node in self._voice.session.get_inputs()} >= _INPUTS:
            raise SpeechError(Code.VOICE_CORRUPT, f"{model} is a model, but not a Piper voice")
        if self._voice.config.phoneme_type not in _PHONEMES:
            raise SpeechError(Code.VOICE_CORRUPT, f"{model} needs phonemes of a kind that is not supported")
        self._length_scale = settings.length_scale
        self.name = model.name.removesuffix(".onnx")
        self.language = _language(config, self.name)
        self.sample_rate: int = self._voice.config.sample_rate
        self._speakers = dict(self._voice.config.speaker_id_map) if self._voice.config.num_speakers > 1 else {}
        try:
            self.say("1", None)
        except Exception as err:
            # A graph that loads may still not run; better known now than when a reply is waiting.
            raise SpeechError(Code.VOICE_CORRUPT, f"{model} cannot speak: {first_line(err)}") from err

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names of the speakers, in the voice's order; none where it has one only."""
        return tuple(self._speakers)

    def say(self, text: str, speaker: str | None) -> bytes:
        """Return the text as 16 bit mono PCM at `sample_rate`; an unknown speaker is the voice's own."""
        style = SynthesisConfig(
            speaker_id=self._speakers.get(speaker) if speaker else None,
            length_scale=self._length_scale,
        )
        return b"".join(chunk.audio_int16_bytes for chunk in self._voice.synthesize(text, style))


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SpeechError(Code.VOICE_MISSING, f"{path} is not a file; it belongs to the voice") from None
    except (OSError, ValueError) as err:
        # Unreadable, not UTF-8, not JSON.
        raise SpeechError(Code.VOICE_CORRUPT, f"{path} cannot be read: {first_line(err)}") from err
    if not isinstance(config, dict):
        raise SpeechError(Code.VOICE_CORRUPT, f"{path} describes no voice")
    return config


def _language(config: dict[str, Any], name: str) -> str:
    """Return the language as en_US: from the description, else from the name, else from the phonemes' voice."""
    language = config.get("language")
    if isinstance(language, dict) and isinstance(language.get("code"), str):
        return str(language["code"])
    if "_" in name.split("-", maxsplit=1)[0]:
        return name.split("-", maxsplit=1)[0]
    family, _, region = str(config["espeak"]["voice"]).partition("-")
    return f"{family}_{region.upper()}" if region else family
