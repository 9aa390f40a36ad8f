"""Models that nobody uses leave the memory, and are back when somebody begins to speak."""

import asyncio
from pathlib import Path
import shutil

from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeStart, SynthesizeVoice

from .client import Client, assert_serves, words
from .process import VOICE, WHISPER, SpeechProcess
from .voice_copies import make_voice

SOON = ("--unload-minutes", "0.005")
STATES = ("ears", "voice")


async def _until(client: Client, **states: str) -> None:
    """Follow the status until parts are at these states."""
    await client.send(Event("parlor-status", {"follow": True}))
    while True:
        status = (await client.receive()).data
        if all(status[part]["state"] == state for part, state in states.items()):
            return


async def test_both_rest_and_serve_again() -> None:
    """Ears and voice rest, say so, are still offered, serve as before, and rest again."""
    with SpeechProcess("--whisper", WHISPER, "--voice", VOICE, *SOON) as speech:
        speech.settled()
        for _ in range(2):
            async with Client(speech.socket) as client:
                await _until(client, ears="idle", voice="idle")
            async with Client(speech.socket) as client:
                await client.send(Describe())
                info = Info.from_event(await client.receive())
                assert (info.asr[0].installed, info.asr[0].models[0].languages) == (True, ["en"])
                assert (info.tts[0].installed, info.tts[0].voices[0].installed) == (True, True)
            await assert_serves(speech.socket)
        assert speech.log.count("Ears loaded again") == 2


async def test_ears_are_loaded_while_somebody_speaks() -> None:
    """They are loaded when the audio begins, not only when it ends."""
    with SpeechProcess("--whisper", WHISPER, *SOON) as speech:
        speech.settled()
        async with Client(speech.socket) as client:
            await _until(client, ears="idle")
        async with Client(speech.socket) as client:
            await client.send(Transcribe(), AudioStart(16_000, 2, 1), AudioChunk(16_000, 2, 1, bytes(320)))
            speech.logged("Ears loaded again")
            await client.send(AudioStop())
            assert words(await client.receive()) == ""


async def test_a_voice_is_loaded_before_its_first_sentence_is_whole(tmp_path: Path) -> None:
    """The voice asked for is loaded when a text begins; each voice rests by itself."""
    german = make_voice(tmp_path, "de_DE-mine-x_low")
    with SpeechProcess("--voice", VOICE, "--voice", german, *SOON) as speech:
        speech.settled()
        async with Client(speech.socket) as client:
            await _until(client, voice="idle")
        async with Client(speech.socket) as client:
            await client.send(SynthesizeStart(voice=SynthesizeVoice(language="de")))
            speech.logged("Voice de_DE-mine-x_low loaded", "Voice de_DE-mine-x_low rests")
        assert speech.log.count(f"Voice {VOICE.stem} loaded") == 1


async def test_a_model_that_is_gone_meanwhile_is_told_and_taken_when_it_is_back(tmp_path: Path) -> None:
    """Files that vanish while the models rest cost an error, and nothing once they are back."""
    whisper, voice = tmp_path / "whisper", make_voice(tmp_path, "en_US-mine-x_low")
    shutil.copytree(WHISPER, whisper)
    with SpeechProcess("--whisper", whisper, "--voice", voice, "--cache-mb", "0", *SOON) as speech:
        speech.settled()
        async with Client(speech.socket) as client:
            spoken = await client.speak("Turn on the kitchen lights.")
            await _until(client, ears="idle", voice="idle")
        for path in (whisper, voice):
            path.rename(path.with_suffix(".away"))
        async with Client(speech.socket) as client:
            assert (await client.hear(spoken[1], spoken[0])).data["code"] == "model_missing"
            await client.send(Synthesize(text="Good evening."))
            assert (await client.receive()).data["code"] == "voice_missing"
            assert {speech.status()[part]["state"] for part in STATES} == {"idle"}
        for path in (whisper, voice):
            path.with_suffix(".away").rename(path)
        await assert_serves(speech.socket)


async def test_what_is_in_use_does_not_rest(tmp_path: Path) -> None:
    """Of two voices, the one that speaks again and again stays."""
    german = make_voice(tmp_path, "de_DE-mine-x_low")
    arguments = ("--voice", VOICE, "--voice", german, "--cache-mb", "0", "--unload-minutes", "0.05")
    with SpeechProcess(*arguments) as speech:
        speech.settled()
        async with Client(speech.socket) as client:
            await client.send(Synthesize(text="Guten Abend.", voice=SynthesizeVoice(language="de")))
            await client.receive_until("audio-stop")
            while "Voice de_DE-mine-x_low rests" not in speech.log:
                await client.speak("Good evening.")
                await asyncio.sleep(0.2)
        assert f"Voice {VOICE.stem} rests" not in speech.log
