"""What the server says about itself when it is asked to `describe`."""

from typing import TYPE_CHECKING

from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice, TtsVoiceSpeaker

from . import __version__
from .part import Part
from .status import State

if TYPE_CHECKING:
    from .piper_voice import Voice
    from .whisper import Whisper

_WHISPER = Attribution(name="faster-whisper", url="https://github.com/SYSTRAN/faster-whisper")
_PIPER = Attribution(name="Piper", url="https://github.com/OHF-Voice/piper1-gpl")


def describe(ears: "Part[Whisper]", voice: "Part[Voice]") -> Info:
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
        description=f"Whisper {ears.status.name}",
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


def _voice(part: "Part[Voice]") -> TtsProgram:
    voice = part.engine
    described = TtsVoice(
        name=voice.name if voice else part.status.name,
        attribution=_PIPER,
        installed=voice is not None,
        description=voice.name if voice else part.status.name,
        version=None,
        languages=[voice.language] if voice else [],
        speakers=[TtsVoiceSpeaker(name=name) for name in voice.speakers] if voice and voice.speakers else None,
    )
    return TtsProgram(
        name="Parlor voice",
        attribution=_PIPER,
        installed=voice is not None,
        description="Text to speech with Piper",
        version=__version__,
        voices=[described],
        supports_synthesize_streaming=True,
    )
