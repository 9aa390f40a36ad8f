"""A morning briefing in the demo house: the facts, what the model made of them, what was dropped, and the voice."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
import sys
from typing import Any, Final

from homeassistant.components import tts
from homeassistant.core import HomeAssistant

from custom_components.parlor.const import DOMAIN, SUBENTRY_TTS

from .ollama import OllamaStandIn, Reply

# What the stand-in, which is no language model, is made to write: true of the house, but for one sentence.
INVENTED: Final = "The doorbell rang at three o'clock."
WRITTEN: Final = (
    "Good morning. The dentist is tomorrow. You still need milk and coffee. The kitchen window is open, and the "
    f"kitchen ceiling light and the television are on. {INVENTED} Outside it is 8 degrees. Have a good day."
)
_MENDED: Final = "1. -"
_AUDIO: Final = "briefing.wav"


@dataclass(frozen=True, slots=True)
class Briefing:
    """What came of a briefing: the response of the action, and the speech."""

    response: dict[str, Any]
    audio: Path | None

    @property
    def wrong(self) -> list[str]:
        """Return what should not be so, whatever model wrote."""
        found = []
        if not self.response["text"]:
            found.append("nothing was told")
        if self.audio is None:
            found.append("nothing was spoken")
        if INVENTED in self.response["text"]:
            found.append("an invented sentence was told")
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the briefing for --json."""
        return {**self.response, "audio": str(self.audio) if self.audio else None, "wrong": self.wrong}


async def async_brief(hass: HomeAssistant, stand_in: OllamaStandIn | None, out: Path) -> Briefing:
    """Have the house summed up and spoken; a stand-in is told what to write, a real model writes by itself."""
    if stand_in is not None:
        stand_in.script(Reply(content=WRITTEN), Reply(content=_MENDED))
    response = await hass.services.async_call(DOMAIN, "summarize", {"hours": 12}, blocking=True, return_response=True)
    answer: dict[str, Any] = dict(response or {})
    return Briefing(answer, await _async_spoken(hass, str(answer["text"]), out / _AUDIO))


def print_briefing(briefing: Briefing) -> None:
    """Print the sheet, the text and what was dropped."""
    response = briefing.response
    for section in response["facts"]["sections"]:
        print(f"{section['key']}:")
        print("\n".join(f"  - {fact['text']}" for fact in section["facts"]))
    print(f"\ntext ({response['model'] or 'from templates'}, {response['duration']} s):\n  {response['text']}")
    for title, key in (("dropped", "unverified"), ("left out", "left_out")):
        print(f"{title}:")
        print("\n".join(f"  - {one}" for one in response[key]) or "  (nothing)")
    print(f"spoken: {briefing.audio}", file=sys.stdout)


async def _async_spoken(hass: HomeAssistant, text: str, file: Path) -> Path | None:
    """Write the text in Parlor's voice to a file."""
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    voices = [state.entity_id for state in hass.states.async_all("tts")]
    if not text or not voices or not list(entry.get_subentries_of_type(SUBENTRY_TTS)):
        return None
    source = tts.generate_media_source_id(hass, text, engine=voices[0], options={tts.ATTR_PREFERRED_FORMAT: "wav"})
    _, audio = await tts.async_get_media_source_audio(hass, source)
    await asyncio.to_thread(file.write_bytes, audio)
    return file
