"""The voices that speak the training set, and those that are kept for tests.

Besides the variants that espeak-ng ships, training uses drawn ones: files in espeak's own variant
format with random formants, pitch, voicing and breath. A recogniser that heard hundreds of
different throats copes with one that it never heard.
"""

from pathlib import Path
import random
import shutil

import espeakng_loader

from tiny_models.espeak import Prosody
from tiny_models.paths import ESPEAK

DRAWN = 200
"""How many variants are drawn."""

TRAIN_ACCENTS = (
    *("en-us",) * 8,
    *("en",) * 4,
    *("en-gb-x-rp",) * 4,
    *("en-us-nyc",) * 2,
    "en-029",
    "en-gb-x-gbclan",
    "en-gb-x-gbcwmd",
)
TRAIN_VARIANTS = (
    "|m1|m2|m3|m5|m6|m7|m8|f1|f3|f4|f5|Andy|Annie|Denis|Gene|Jacky|Mario|steph|linda|adam|belinda"
    "|edward|Alex|Diogo|paul|victor|klatt|klatt2|klatt3|klatt4|max|Marco|Hugo|shelby|travis|quincy"
    "|anika|grandma|grandpa|john|ed|david|benjamin|caleb|robert"
).split("|")
HELD_OUT_ACCENT = "en-gb-scotland"
HELD_OUT_VARIANTS = ("m4", "f2", "Michael", "Alicia", "Lee", "steph2")


def prepare() -> Path:
    """Copy espeak's data folder and add the drawn variants to it; returns the copy."""
    data = ESPEAK / "espeak-ng-data"
    if not data.exists():
        half_done = data.with_suffix(".new")
        shutil.rmtree(half_done, ignore_errors=True)
        shutil.copytree(espeakng_loader.get_data_path(), half_done)
        # espeak counts at most 349 voices: the languages make room for the drawn ones.
        for family in (half_done / "lang").iterdir():
            if family.name != "gmw":
                shutil.rmtree(family) if family.is_dir() else family.unlink()
        rng = random.Random(1)
        for number in range(DRAWN):
            variant = half_done / "voices" / "!v" / f"drawn{number}"
            variant.write_text(_draw_variant(number, rng), "utf-8")
        half_done.rename(data)
    return data


def training_voice(rng: random.Random) -> str:
    """Draw a voice of the training set, such as "en-us+f3"."""
    drawn = rng.random() < 0.55
    variant = f"drawn{rng.randrange(DRAWN)}" if drawn else rng.choice(TRAIN_VARIANTS)
    accent = rng.choice(TRAIN_ACCENTS)
    return f"{accent}+{variant}" if variant else accent


def held_out_voice(rng: random.Random) -> str:
    """Draw a variant that training never heard, with an accent that it did."""
    return f"{rng.choice(TRAIN_ACCENTS)}+{rng.choice(HELD_OUT_VARIANTS)}"


def held_out_accent(rng: random.Random) -> str:
    """Draw a trained variant with the accent that training never heard."""
    return f"{HELD_OUT_ACCENT}+{rng.choice(('m1', 'm3', 'f1', 'f4', 'm7'))}"


def prosody(rng: random.Random) -> Prosody:
    """Draw a rate, a pitch and a pitch range."""
    return Prosody(rng.randint(130, 225), rng.randint(20, 80), rng.randint(20, 80))


def _draw_variant(number: int, rng: random.Random) -> str:
    female = rng.random() < 0.5
    low = rng.randint(120, 200) if female else rng.randint(65, 115)
    tract = rng.uniform(1.02, 1.25) if female else rng.uniform(0.82, 1.08)
    lines = [
        "language variant",
        f"name drawn{number}",
        f"gender {'female' if female else 'male'}",
        f"pitch {low} {round(low * rng.uniform(1.15, 1.75))}",
        f"flutter {rng.randint(0, 4)}",
        f"roughness {rng.randint(0, 4)}",
        f"voicing {rng.randint(40, 160)}",
        f"consonants {rng.randint(50, 160)} {rng.randint(30, 160)}",
    ]
    for formant in range(9):
        frequency = 100 * (tract if formant else 1.0) * rng.uniform(0.92, 1.08)
        height = rng.randint(55, 130) if formant < 4 else rng.randint(0, 130)
        lines.append(f"formant {formant} {frequency:.0f} {height} {rng.randint(60, 165)}")
    if rng.random() < 0.3:
        lines.append(f"echo {rng.randint(30, 230)} {rng.randint(5, 40)}")
    if rng.random() < 0.4:
        lines.append("breath " + " ".join(str(rng.randint(0, 8)) for _ in range(8)))
        lines.append("breathw 150 150 200 200 400 400")
    if rng.random() < 0.3:
        lines.append("tone 100 255 600 " + f"{rng.randint(60, 200)} 1200 {rng.randint(20, 120)}")
    if rng.random() < 0.5:
        lines.append("stressAdd " + " ".join(str(rng.randint(-20, 100)) for _ in range(8)))
    return "\n".join(lines) + "\n"
