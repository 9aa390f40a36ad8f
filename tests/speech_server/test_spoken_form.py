"""Text made fit for the ear, and that espeak would have read it otherwise."""

from functools import cache
import json
from pathlib import Path

from piper.phonemize_espeak import EspeakPhonemizer
import pytest

import parlor_speech.spoken_form
from parlor_speech.spoken_form import goes_on, spoken_form

_ESPEAK = {"en": "en-us", "de": "de", "fr": "fr", "es": "es", "nl": "nl"}
_FILES = sorted((Path(parlor_speech.spoken_form.__file__).parent / "spoken").glob("*.json"))


@cache
def _espeak() -> EspeakPhonemizer:
    """Return the one of this process: espeak keeps its data in one place, and may crash if it is begun anew."""
    return EspeakPhonemizer()


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        # English
        ("en_US", "It is 21 °C.", "It is 21 degrees Celsius."),
        ("en_US", "1 °F", "1 degree Fahrenheit"),
        ("en_US", "It used 1 kWh and now 0.5 kWh.", "It used 1 kilowatt hour and now 0.5 kilowatt hours."),
        ("en_US", "1,200 W", "1,200 watts"),
        ("en_US", "a wind of 12 m/s", "a wind of 12 meters per second"),
        ("en_US", "20 µg/m³", "20 micrograms per cubic meter"),
        ("en_US", "5 m² and 3 m", "5 square meters and 3 meters"),
        ("en_US", "20-22 °C", "20 to 22 degrees Celsius"),
        ("en_US", "20\u201322 degrees", "20 to 22 degrees"),
        ("en_US", "At 7:00 AM it is 7:05.", "At 7 AM it is 7 oh 5."),
        ("en_US", "at 0:00", "at midnight"),
        ("en_US", "at 17:00", "at 17 o'clock"),
        ("en_US", "on 2026-11-22", "on November 22, 2026"),
        ("en_US", "on 11/2/2026", "on November 2, 2026"),
        ("en_GB", "on 11/2/2026", "on February 11, 2026"),
        ("en_GB", "on 11/22/2026", "on November 22, 2026"),
        ("en_US", "Nov 22", "November 22"),
        ("en_US", "Mr. Jones, approx. 5 min. before", "Mister Jones, approximately 5 minutes before"),
        ("en_US", "lights, fans, etc. The rest", "lights, fans, et cetera. The rest"),
        ("en_US", "Ready in 5 min.", "Ready in 5 minutes."),
        ("en_US", "€5, $5.50 or £1", "5 euros, 5 dollars 50 or 1 pound"),
        ("en_US", "No. 5 is ~20 and <30", "number 5 is about 20 and less than 30"),
        # German
        ("de_DE", "Es sind -5,5 °C.", "Es sind minus 5,5 Grad Celsius."),
        ("de_DE", "1 °C, 1 kWh, 1 %", "ein Grad Celsius, eine Kilowattstunde, ein Prozent"),
        ("de_DE", "um 18:30 Uhr und 1:00 Uhr", "um 18 Uhr 30 und ein Uhr"),
        ("de_DE", "um 7.05 Uhr", "um 7 Uhr 5"),
        ("de_DE", "am 22.11.2026", "am zweiundzwanzigsten November 2026"),
        ("de_DE", "Heute ist der 3. Mai.", "Heute ist der dritte Mai."),
        ("de_DE", "im 2. Stock", "im zweiten Stock"),
        ("de_DE", "z. B. ca. 5 Min. bei Dr. Müller", "zum Beispiel zirka 5 Minuten bei Doktor Müller"),
        ("de_DE", "5,50 € für Nr. 5", "5 Euro 50 für Nummer 5"),
        # French
        ("fr_FR", "Il fait -5 °C.", "Il fait moins 5 degrés Celsius."),
        ("fr_FR", "à 18h30, 7 h 00 et 0:00", "à 18 heures 30, 7 heures et minuit"),
        ("fr_FR", "le 01/05/2026", "le premier mai 2026"),
        ("fr_FR", "M. Dupont, n° 5, env. 10 min", "Monsieur Dupont, numéro 5, environ 10 minutes"),
        # Spanish
        ("es_ES", "Hay -5 °C y 1 kWh.", "Hay menos 5 grados Celsius y un kilovatio hora."),
        ("es_ES", "a las 7:00 y a las 1:05", "a las 7 en punto y a las una y 5"),
        ("es_ES", "el 22/11/2026", "el 22 de noviembre de 2026"),
        ("es_ES", "el Sr. García, aprox. 12 m/s", "el señor García, aproximadamente 12 metros por segundo"),
        # Dutch
        ("nl_NL", "18:30 uur en 7:00", "18 uur 30 en 7 uur"),
        ("nl_NL", "5 km/u op 22-11-2026", "5 kilometer per uur op 22 november 2026"),
        ("nl_NL", "dhr. Jansen, nr. 5, € 5,50", "de heer Jansen, nummer 5, 5 euro 50"),
    ],
)
def test_what_espeak_reads_wrongly_is_said_in_words(language: str, written: str, said: str) -> None:
    """What espeak reads wrongly is said in words, and that can be heard."""
    assert spoken_form(written, language) == said
    voice = _ESPEAK[language[:2]]
    assert _espeak().phonemize(voice, written) != _espeak().phonemize(voice, said)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en_US", "Turn on the kitchen lights."),
        ("en_US", "In the 80s a TV had no 4K and no 24/7x."),
        ("en_US", "45% of 21.5 at 18:30"),
        ("en_US", "The ratio is 16:9 at 12:30:15."),
        ("en_US", "May is 31 days long."),
        ("en_US", "Room A-12, x-2, 555-1234"),
        ("en_US", "on 99/99/2026, 2026-13-45"),
        ("en_US", "No. That is all"),
        ("de_DE", "Es sind 21."),
        ("de_DE", "Version 1.2.3, 45 Lampen"),
        ("fr_FR", "45 % et 21 degrés"),
        ("xx", "21 °C um 7:00"),
        ("", "21 °C"),
        ("../en", "21 °C"),
    ],
)
def test_what_is_said_right_stays(language: str, text: str) -> None:
    """What is said right stays as it is, and so does all in a language without rules."""
    assert spoken_form(text, language) == text


@pytest.mark.parametrize(
    ("language", "text", "more"),
    [
        ("en_US", "Ask Mr.", True),
        ("en_US", "That is No.", True),
        ("en_US", "and so on, etc.", False),
        ("en_US", "It is 5.", False),
        ("de_DE", "Heute ist der 3.", True),
        ("de_DE", "Es sind 21,5.", False),
        ("de_DE", "Lampen usw.", False),
        ("xx_XX", "Mr.", False),
    ],
)
def test_a_dot_is_not_always_an_end(language: str, text: str, more: bool) -> None:
    """The dot of an abbreviation or a German ordinal is not the end of a sentence."""
    assert goes_on(text, language) is more


def test_every_language_has_every_rule() -> None:
    """No language lacks a rule, and each unit has its two forms."""
    data = {path.stem: json.loads(path.read_text("utf-8")) for path in _FILES}
    assert set(data) == set(_ESPEAK)
    for rules in data.values():
        assert set(data["en"]) <= set(rules)
        assert len(rules["date"]["months"]) == 12
        forms = [*rules["units"].values(), *rules["currencies"].values()]
        assert all(len(form) == 2 and all(form) for form in forms)
        assert {"°C", "°F", "W", "kWh", "hPa", "lx", "km/h", "m/s", "min", "s", "h"} <= set(rules["units"])
