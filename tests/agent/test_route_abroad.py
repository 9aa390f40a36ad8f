"""Plain sentences in other languages, said to a whole Parlor whose model server is gone, in houses of theirs."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.parlor.agent.replies import speak_error
from tests.agent.houses_abroad import LANGUAGES, async_house_abroad
from tests.agent.route_talk import Table, async_differences, talk_in

_FOLDER = Path(__file__).with_name("sentences_abroad")
_TABLES: dict[str, Table] = {name: load_yaml_dict(str(_FOLDER / f"{name}.yaml")) for name in LANGUAGES}


@pytest.mark.parametrize(("language", "group"), [(name, group) for name in LANGUAGES for group in _TABLES[name]])
async def test_sentences(hass: HomeAssistant, socket_enabled: None, language: str, group: str) -> None:
    """Each sentence changes exactly what it should and is answered in its language, or it is left to the model."""
    house = await async_house_abroad(hass, language)
    talk = await talk_in(hass, house)
    no_model = speak_error("server_unreachable", language)
    rows, quiet = _TABLES[language][group], group != "commands"
    wrong = await async_differences(talk, rows, talk.looks, language=language, no_model=no_model, quiet=quiet)
    assert wrong == []
    await house.home.async_stop()


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_large(language: str) -> None:
    """There are many sentences in each language: commands, questions, and traps that change nothing."""
    table = _TABLES[language]
    assert sum(map(len, table.values())) >= 70
    assert all("reply" not in case for case in table["traps"])
    assert len(table["traps"]) >= 15


@pytest.mark.parametrize("tag", ["de-DE", "de-AT", "de_CH", "DE"])
async def test_regions(hass: HomeAssistant, socket_enabled: None, tag: str) -> None:
    """A language is the same in every region."""
    house = await async_house_abroad(hass, "de")
    talk = await talk_in(hass, house)
    said = await talk.say("Dimme die Stehlampe auf dreißig Prozent", language=tag)
    assert said == ("local", "Die Stehlampe ist auf 30 Prozent.")
    await house.home.async_stop()


async def test_names_in_another_language(hass: HomeAssistant, socket_enabled: None) -> None:
    """A house with German names is spoken to in Dutch: its names are said as they are."""
    house = await async_house_abroad(hass, "de")
    talk = await talk_in(hass, house)
    said = await talk.say("Doe de Stehlampe uit en zet het licht in Flur op 20 procent", language="nl")
    assert said == ("local", "Stehlampe is uit en het flurlicht staat op 20 procent.")
    await house.home.async_stop()


_BY_MATCHER = {
    "it": ("Accendi Stehlampe", "Stehlampe è già acceso."),
    "pl": ("Włącz Stehlampe", "Stehlampe jest już włączone."),
    "pt": ("Liga Stehlampe", "Stehlampe já está ligado."),
    "sv": ("Tänd Stehlampe", "Stehlampe är redan på."),
    "da": ("Tænd Stehlampe", "Stehlampen er allerede tændt."),
    "nb": ("Slå på Stehlampe", "Stehlampen er allerede på."),
    "cs": ("Zapni Stehlampe", "Stehlampe už je zapnuté."),
}


@pytest.mark.parametrize("language", sorted(_BY_MATCHER))
async def test_matcher_alone(hass: HomeAssistant, socket_enabled: None, language: str) -> None:
    """Where Parlor has no patterns of its own, what Home Assistant's matcher recognises is done and told as well."""
    house = await async_house_abroad(hass, "de")
    talk = await talk_in(hass, house)
    text, reply = _BY_MATCHER[language]
    assert await talk.say(text, language=language) == ("local", reply)
    await house.home.async_stop()
