"""From the end of speech to the transcript, in the Assist pipeline: Parlor's ears and wyoming-faster-whisper."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import Spread
from demo.house.start import PROJECT
from demo.spoken import Recording

from .found import EndOfSpeech
from .house import House

RECORDINGS = PROJECT / "demo" / "recordings"
_ONE = RECORDINGS / "turn_off_kitchen_set_thermostat.wav"


async def async_measure_ends(house: House, model: str, *, rounds: int, quick: bool) -> Sequence[EndOfSpeech]:
    """Speak the demo's recordings to both ears in turns; they are named after the model, theirs with "wyoming".

    A model with random weights hears the same sentence whatever is said, and so gets the one that it stands in.
    """
    files = [_ONE] if model != "demo" else sorted(RECORDINGS.glob("*.wav"))
    found: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    await _async_both(house, model, files[0])  # for what has to be loaded
    for _ in range(rounds):
        for path in files[:2] if quick else files:
            text, own, other = await _async_both(house, model, path)
            found[house.is_whole(text)].append((own, other))
    return [_ends(model, pairs, finished=finished) for finished, pairs in found.items() if pairs]


def _ends(model: str, pairs: Sequence[tuple[float, float]], *, finished: bool) -> EndOfSpeech:
    own, other = zip(*pairs, strict=True)
    return EndOfSpeech(model, finished, len(pairs), Spread.of(own), Spread.of(other))


async def _async_both(house: House, model: str, path: Path) -> tuple[str, float, float]:
    """Return what Parlor's ears heard, and both times. Raises RuntimeError where one did not wait for the end."""
    heard = [await house.async_hear(ears, await Recording.async_load(path)) for ears in (model, f"wyoming {model}")]
    times = [one.after for one in heard if one.after is not None]
    if len(times) != len(heard):
        raise RuntimeError(f"{path.name} was cut off")
    return heard[0].text, times[0], times[1]
