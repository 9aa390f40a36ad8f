"""The protocol's own clients use the server as it is, at every kind of address."""

from collections.abc import Callable, Iterator
import wave

import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop, wav_to_chunks
from wyoming.client import AsyncClient
from wyoming.event import Event, Eventable
from wyoming.info import Describe, Info, SelectProgram
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice

from .client import words
from .conftest import allow_sockets
from .process import ROOT, VOICE, WHISPER, SpeechProcess

TEXT = "Turn on the kitchen lights."
RECORDING = ROOT / "demo" / "recordings" / "front_door_open.wav"


@pytest.fixture(scope="module", params=["tcp", "unix"])
def uri(
    request: pytest.FixtureRequest, unused_tcp_port_factory: Callable[[], int], speech: SpeechProcess
) -> Iterator[str]:
    """Return where a server listens, on the network or at a socket of this machine."""
    if request.param == "unix":
        yield f"unix://{speech.socket}"
        return
    allow_sockets()
    address = f"tcp://127.0.0.1:{unused_tcp_port_factory()}"
    with SpeechProcess("--whisper", WHISPER, "--voice", VOICE, uri=address) as process:
        process.logged("Ears ready", "Voice ready")
        yield address


async def _ask(client: AsyncClient, last: str, *events: Eventable) -> list[Event]:
    """Send events and return the answers up to the last."""
    for event in events:
        await client.write_event(event.event())
    answers: list[Event] = []
    while not answers or answers[-1].type != last:
        answer = await client.read_event()
        assert answer is not None
        assert answer.type != "error", answer.data
        answers.append(answer)
    return answers


async def test_it_describes_itself_and_is_alive(uri: str) -> None:
    """A description with one program for each, which can be selected by its name, and an answer to a ping."""
    async with AsyncClient.from_uri(uri) as client:
        info = Info.from_event((await _ask(client, "info", Describe()))[-1])
        (ears,), (voice,) = info.asr, info.tts
        pong = await _ask(client, "pong", SelectProgram(ears.name), SelectProgram(voice.name), Ping(text="here"))
        assert [Pong.from_event(event).text for event in pong] == ["here"]
    assert not any((info.wake, info.handle, info.intent, info.snd, info.mic))


@pytest.mark.parametrize("streaming", [False, True], ids=["whole", "in pieces"])
@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(None, id="plainly"),
        pytest.param(Transcribe(), id="with a request"),
        pytest.param(Transcribe(name="other", language="en", vad_sensitivity="aggressive"), id="with all fields"),
    ],
)
async def test_what_it_says_it_hears(uri: str, request_: Transcribe | None, *, streaming: bool) -> None:
    """A text goes in as speech and comes out as text."""
    voice = SynthesizeVoice(language="en_US")
    whole = [Synthesize(text=TEXT, voice=voice)]
    pieces = [SynthesizeStart(voice=voice), SynthesizeChunk(TEXT[:9]), SynthesizeChunk(TEXT[9:]), SynthesizeStop()]
    async with AsyncClient.from_uri(uri) as client:
        audio = await _ask(
            client, "synthesize-stopped" if streaming else "audio-stop", *(pieces if streaming else whole)
        )
        start = AudioStart.from_event(audio[0])
        chunks = [AudioChunk.from_event(event) for event in audio if AudioChunk.is_type(event.type)]
        request = [request_] if request_ else []
        heard = await _ask(client, "transcript", *request, start, *chunks, AudioStop())
    assert words(heard[-1]) == words(Transcript(text=TEXT).event())


async def test_a_wav_file_is_heard(uri: str) -> None:
    """What the protocol's own helper makes of a recording, with its time stamps, is understood."""
    with wave.open(str(RECORDING)) as file:
        events = list(wav_to_chunks(file, 1024, start_event=True, stop_event=True))
    async with AsyncClient.from_uri(uri) as client:
        heard = await _ask(client, "transcript", Transcribe(language="en"), *events)
    assert words(heard[-1]) == "is the front door open"
