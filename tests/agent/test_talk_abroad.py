"""Conversations of several turns in other languages, and exceptions, said to a whole Parlor without a model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.parlor.agent.replies import speak_error
from tests.agent.houses_abroad import LANGUAGES, async_house_abroad
from tests.agent.route_talk import talk_in

_FOLDER = Path(__file__).with_name("dialogues_abroad")
_TABLES: Mapping[str, Mapping[str, list[list[dict[str, Any]]]]] = {
    name: load_yaml_dict(str(_FOLDER / f"{name}.yaml")) for name in LANGUAGES
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_dialogues(hass: HomeAssistant, socket_enabled: None, language: str) -> None:
    """Each utterance changes exactly what it should in the whole house, and says so, or it is left to the model."""
    house = await async_house_abroad(hass, language)
    talk = await talk_in(hass, house)
    restore = talk.remember()
    no_model = speak_error("server_unreachable", language)
    wrong = []
    for number, dialogue in enumerate(dialogue for group in _TABLES[language].values() for dialogue in group):
        for turn in dialogue:
            before = talk.looks()
            told = await talk.say(turn["say"], language=language, conversation_id=f"talk {number}")
            after = talk.looks()
            changed = {entity_id: look for entity_id, look in after.items() if look != before[entity_id]}
            expected = ("model", no_model) if turn.get("model") else ("local", turn["reply"])
            if told != expected or changed != turn.get("changes", {}):
                wrong.append(([one["say"] for one in dialogue], turn["say"], told, changed))
        restore()
        await hass.async_block_till_done()
    assert wrong == [], "\n".join(map(str, wrong))
    await house.home.async_stop()


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_large(language: str) -> None:
    """There are many conversations in each language, a good part of which must not do a thing."""
    dialogues = [dialogue for group in _TABLES[language].values() for dialogue in group]
    assert len(dialogues) >= 35
    assert sum(any(turn.get("model") for turn in dialogue) for dialogue in dialogues) >= 6
