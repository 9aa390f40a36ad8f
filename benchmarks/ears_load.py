"""Speak to the speech server as many satellites do at once, and count what is answered and what memory it takes.

Run alone with `python -m benchmarks.ears_load`: 20 clients and 1,000 utterances, as fast as they are answered, with the
tiny models of the demo. `--live` sends them as microphones do, which takes as long as they last. Prints a table.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.tts import Synthesize

from benchmarks.report import table_lines
from benchmarks.results import Options, Results, Table
from tests.speech_server.process import VOICE, WHISPER, SpeechProcess

SENTENCES = (
    "Turn on the kitchen lights.",
    "Turn off the lamp in the office.",
    "What is the temperature in the bedroom?",
    "Set the thermostat to 21 degrees.",
    "Is the front door open?",
    "Close the blinds in the living room.",
)
_STEP = 0.01
_PAUSE = 1.0
"""Seconds of silence after each live utterance: the server notices by itself that it is over."""

_ANSWER_SECONDS = 120.0
_ABOUT = (
    "Parlor's ears, spoken to over many connections at once, on each the next utterance as soon as the last one is"
    " answered: whether any is lost or misheard, and what memory that takes. The demo's tiny weights."
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An utterance: 16 bit mono PCM, samples a second, and what the server hears when it is asked nothing else."""

    pcm: bytes
    rate: int
    heard: str


@dataclass(slots=True)
class Outcome:
    """What became of the utterances: seconds until each answer, other words than alone, errors; seconds in all."""

    answers: list[float] = field(default_factory=list)
    otherwise: int = 0
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0


async def main() -> None:
    """Run the load and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--utterances", type=int, default=1000)
    parser.add_argument("--live", action="store_true", help="send audio as it is spoken")
    options = parser.parse_args()
    table, errors = await async_table(options.clients, options.utterances, live=options.live)
    print("\n".join((*table_lines(table), *errors)))


def run(options: Options) -> Results:
    """Send as many as the time allows."""
    clients, utterances = (4, 24) if options.quick else (20, 200)
    table, errors = asyncio.run(async_table(clients, utterances, live=False))
    if errors:
        raise RuntimeError("; ".join(errors))
    return Results("Ears under load", _ABOUT, tables=(table,))


async def async_table(clients: int, utterances: int, *, live: bool) -> tuple[Table, set[str]]:
    """Run the load; returns what became of it, and the errors that came."""
    with SpeechProcess("--whisper", WHISPER, "--voice", VOICE, "--language", "en") as speech:
        speech.settled()
        uri = f"unix://{speech.socket}"
        spoken = await prepare(uri)
        # What a server needs for so many at once is there after the first of them.
        await load(uri, spoken, clients, clients, live=live)
        before = memory(speech.process.pid)
        outcome = await load(uri, spoken, clients, utterances, live=live)
        after = memory(speech.process.pid)
    rows = (
        ("Clients at once", str(clients)),
        ("Utterances", f"{utterances:,}"),
        ("Answered", f"{len(outcome.answers):,}"),
        ("Lost or refused", str(len(outcome.errors))),
        ("Other words than alone", str(outcome.otherwise)),
        ("In all", f"{outcome.seconds:.1f} s"),
        ("Median answer after the last sample", f"{median(outcome.answers) * 1000:.0f} ms"),
        ("Slowest", f"{max(outcome.answers) * 1000:.0f} ms"),
        ("Memory before", f"{before / 2**20:.1f} MiB"),
        ("Memory after", f"{after / 2**20:.1f} MiB"),
    )
    return Table("Many satellites at once", ("What", "Measured"), rows), set(outcome.errors)


async def prepare(uri: str) -> list[Spoken]:
    """Let the server say the sentences, and hear each alone."""
    spoken = []
    async with AsyncClient.from_uri(uri) as client:
        for sentence in SENTENCES:
            await client.write_event(Synthesize(text=sentence).event())
            pcm, rate = bytearray(), 0
            while (event := await client.read_event()) is not None and event.type != "audio-stop":
                rate = event.data.get("rate", rate)
                pcm += event.payload or b""
            alone = await _hear(client, Spoken(bytes(pcm), rate, ""), live=False)
            spoken.append(Spoken(bytes(pcm), rate, alone))
    return spoken


async def load(uri: str, spoken: Sequence[Spoken], clients: int, utterances: int, *, live: bool) -> Outcome:
    """Send the utterances over so many connections at once, on each one after the other."""
    outcome = Outcome()
    numbers = iter(range(utterances))
    began = perf_counter()
    await asyncio.gather(*(_client(uri, spoken, numbers, outcome, live=live) for _ in range(clients)))
    outcome.seconds = perf_counter() - began
    return outcome


def memory(pid: int) -> int:
    """Return the bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * 4096


async def _client(uri: str, spoken: Sequence[Spoken], numbers: Iterator[int], outcome: Outcome, *, live: bool) -> None:
    async with AsyncClient.from_uri(uri) as client:
        for number in numbers:
            utterance = spoken[number % len(spoken)]
            began = perf_counter()
            try:
                heard = await _hear(client, utterance, live=live)
            except (OSError, RuntimeError) as err:
                # Hung up on, left without an answer, or told an error.
                outcome.errors.append(str(err))
                continue
            length = len(utterance.pcm) / 2 / utterance.rate if live else 0.0
            outcome.answers.append(perf_counter() - began - length)
            outcome.otherwise += heard != utterance.heard


async def _hear(client: AsyncClient, spoken: Spoken, *, live: bool) -> str:
    """Return what the server hears. Raises RuntimeError with its error, and TimeoutError."""
    await client.write_event(Transcribe(language="en").event())
    await client.write_event(AudioStart(spoken.rate, 2, 1).event())
    sending = asyncio.create_task(_send(client, spoken, live=live))
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            while (event := await client.read_event()) is not None and event.type not in ("transcript", "error"):
                pass
        await sending
    finally:
        sending.cancel()
    if event is None or event.type == "error":
        raise RuntimeError(event.data["text"] if event else "The server hung up")
    return str(event.data["text"])


async def _send(client: AsyncClient, spoken: Spoken, *, live: bool) -> None:
    pcm = spoken.pcm + bytes(int(_PAUSE * spoken.rate) * 2) if live else spoken.pcm
    step = int(_STEP * spoken.rate) * 2 if live else 8192
    loop = asyncio.get_running_loop()
    began = loop.time()
    for at in range(0, len(pcm), step):
        await client.write_event(AudioChunk(spoken.rate, 2, 1, pcm[at : at + step]).event())
        if live:
            await asyncio.sleep(max(0.0, began + at / 2 / spoken.rate - loop.time()))
    await client.write_event(AudioStop().event())


if __name__ == "__main__":
    asyncio.run(main())
