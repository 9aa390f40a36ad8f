"""A Wyoming client that has a whole recording at once."""

from time import perf_counter

from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient

from demo.spoken import CHUNK_SAMPLES, SAMPLE_RATE

_CHUNK_BYTES = CHUNK_SAMPLES * 2


async def async_ask(uri: str, pcm: bytes) -> tuple[str, float]:
    """Send 16 kHz, 16-bit, mono PCM; return the words and the seconds from its end to them. Raises RuntimeError."""
    async with AsyncClient.from_uri(uri) as client:
        await client.write_event(Transcribe(language="en").event())
        await client.write_event(AudioStart(SAMPLE_RATE, 2, 1).event())
        for at in range(0, len(pcm), _CHUNK_BYTES):
            await client.write_event(AudioChunk(SAMPLE_RATE, 2, 1, pcm[at : at + _CHUNK_BYTES]).event())
        began = perf_counter()
        await client.write_event(AudioStop().event())
        while (event := await client.read_event()) is not None:
            if event.type == "transcript":
                return str(event.data["text"]), perf_counter() - began
    raise RuntimeError(f"{uri} hung up")
