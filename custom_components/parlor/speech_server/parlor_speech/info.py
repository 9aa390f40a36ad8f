"""What the server says about itself when it is asked to `describe`."""

from typing import TYPE_CHECKING

from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice, TtsVoiceSpeaker

from . import __version__
from .part import Part
from .status import State

if TYPE_CHECKING:
    from .voice_card import VoiceCard
    from .voices import Voices
    from .whisper import Whisper

_WHISPER = Attribution(name="faster-whisper", url="https://github.com/SYSTRAN/faster-whisper")
_PIPER = Attribution(name="Piper", url="https://github.com/OHF-Voice/piper1-gpl")


def describe(ears: "Part[Whisper]", voice: "Part[Voices]") -> Info:
    """Return the programs that are configured; what cannot serve yet, or any more, is not installed."""
    return Info(
        asr=[] if ears.status.state is State.OFF else [_ears(ears)],
        tts=[] if voice.status.state is State.OFF else [_voice(voice)],
    )


def _ears(ears: "Part[Whisper]") -> AsrProgram:
    whisper = ears.engine
    model = AsrModel(
        name=ears.status.name,
        attribution=_WHISPER,
        installed=whisper is not None,
        description=f"Whisper {ears.status.name}" + (f", chosen for {ears.status.why}" if ears.status.why else ""),
        version=None,
        languages=list(whisper.languages) if whisper else [],
    )
    return AsrProgram(
        name="Parlor ears",
        attribution=_WHISPER,
        installed=whisper is not None,
        description="Speech to text with faster-whisper",
        version=__version__,
        models=[model],
        supports_transcript_streaming=False,
        # It hears by itself when a speaker is done, and sooner than others, because it knows the words.
        requires_external_vad=False,
    )


def _voice(part: "Part[Voices]") -> TtsProgram:
    voices = part.engine
    missing = voices.missing if voices else (part.status.name,)
    return TtsProgram(
        name="Parlor voice",
        attribution=_PIPER,
        installed=voices is not None,
        description="Text to speech with Piper",
        version=__version__,
        voices=[*map(_known, voices.cards if voices else ()), *map(_missing, missing)],
        supports_synthesize_streaming=True,
    )


def _known(card: "VoiceCard") -> TtsVoice:
    return TtsVoice(
        name=card.name,
        attribution=_PIPER,
        installed=True,
        description=card.description,
        version=None,
        languages=[card.language],
        speakers=[TtsVoiceSpeaker(name=name) for name in card.speakers] or None,
    )


def _missing(name: str) -> TtsVoice:
    return TtsVoice(
        name=name, attribution=_PIPER, installed=False, description=name, version=None, languages=[], speakers=None
    )
