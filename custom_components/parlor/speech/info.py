"""What a speech server can do, as its info event says it."""

from dataclasses import dataclass

from wyoming.event import Event
from wyoming.info import AsrProgram, Info, TtsVoice


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """One voice: its name on the server, what to show, its languages and the names of its speakers."""

    name: str
    description: str
    languages: tuple[str, ...]
    speakers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What is installed on a server; only the first program that hears and the first that speaks are used.

    `languages` are those it hears. `ends_utterances` says that it notices by itself when a speaker is done,
    `streams_text` that the text of a reply may be sent in pieces.
    """

    hears: bool
    speaks: bool
    languages: tuple[str, ...]
    voices: tuple[VoiceInfo, ...]
    ends_utterances: bool
    streams_text: bool

    @property
    def voice_languages(self) -> tuple[str, ...]:
        """Return the languages of all voices; the first voice's first, because it is the one spoken with by default."""
        return tuple(dict.fromkeys(language for voice in self.voices for language in voice.languages))


def parse_info(event: Event) -> ServerInfo:
    """Read an info event. Raises ValueError where it is none that the protocol knows."""
    try:
        info = Info.from_event(event)
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError) as err:  # any JSON may have been sent
        raise ValueError("not an info event") from err
    asr = next((program for program in info.asr if program.installed), None)
    tts = next((program for program in info.tts if program.installed), None)
    return ServerInfo(
        hears=asr is not None,
        speaks=tts is not None,
        languages=_heard_languages(asr) if asr else (),
        voices=tuple(_voice(voice) for voice in tts.voices if _is_usable(voice)) if tts else (),
        ends_utterances=asr is not None and asr.requires_external_vad is False,
        streams_text=tts is not None and tts.supports_synthesize_streaming is True,
    )


def _heard_languages(program: AsrProgram) -> tuple[str, ...]:
    models = [model for model in program.models if model.installed]
    return tuple(sorted({language for model in models for language in _texts(model.languages)}))


def _is_usable(voice: TtsVoice) -> bool:
    return voice.installed is True and isinstance(voice.name, str)


def _voice(voice: TtsVoice) -> VoiceInfo:
    speakers = [speaker.name for speaker in voice.speakers or []]
    description = voice.description if isinstance(voice.description, str) else ""
    return VoiceInfo(voice.name, description or voice.name, _texts(voice.languages), _texts(speakers))


def _texts(values: object) -> tuple[str, ...]:
    """Return the strings in a list that should hold nothing else."""
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()
