"""Every text that the code asks for is there, and every text that is there can be seen."""

import ast
from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.config_entries import HANDLERS
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.parlor
from custom_components.parlor.config_flow import ParlorConfigFlow
from custom_components.parlor.const import DOMAIN
from custom_components.parlor.inference import InferenceError, ModelWithoutVision
from custom_components.parlor.speech import SpeechError
from custom_components.parlor.tasks import TaskError
from tests.flow_texts import ENGLISH, placeholders_of

FOLDER = Path(custom_components.parlor.__file__).parent
SOURCES = [path for path in FOLDER.rglob("*.py") if "speech_server" not in path.parts]

# Which parts of the translation a module of the flows belongs to.
SECTIONS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "config_flow.py": (ENGLISH["config"],),
    "flow/server.py": (ENGLISH["config"], ENGLISH["config_subentries"]["model_server"]),
    "flow/speech.py": (ENGLISH["config"], ENGLISH["config_subentries"]["stt"], ENGLISH["config_subentries"]["tts"]),
    "flow/model_server.py": (ENGLISH["config_subentries"]["model_server"],),
    "flow/own_model.py": (ENGLISH["config_subentries"]["conversation"], ENGLISH["config_subentries"]["ai_task_data"]),
    "flow/options.py": (ENGLISH["options"],),
}


def _subclasses(base: type[Any]) -> Iterator[type[Any]]:
    for found in base.__subclasses__():
        yield found
        yield from _subclasses(found)


ERRORS = [
    *_subclasses(InferenceError),
    *_subclasses(SpeechError),
    *(error for error in _subclasses(TaskError) if hasattr(error, "key")),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_errors_have_messages(error: type[InferenceError | SpeechError | TaskError]) -> None:
    """Each error of the servers has a message, with no placeholders but those that the error always brings."""
    message = ENGLISH["exceptions"][error.key]["message"]
    if issubclass(error, InferenceError):
        given = {"url", "model", "error"}
    else:
        doc = re.search(r"\(placeholders?: ([\w, ]+)\)", error.__doc__ or "")
        given = set(doc[1].split(", ")) if doc else set()
    assert placeholders_of(message) <= given


@pytest.mark.parametrize("error", [*_subclasses(InferenceError)], ids=lambda error: error.__name__)
def test_flows_know_the_errors_of_a_model_server(error: type[InferenceError]) -> None:
    """Whatever a model server does, the flows that try it have a text for it."""
    if error is ModelWithoutVision:
        return  # no flow shows a picture to a model
    for section in SECTIONS["flow/server.py"]:
        assert error.key in section["error"]


def test_flows_know_the_errors_of_a_speech_server() -> None:
    """Whatever a speech server does while it is asked what it can do, the flows have a text for it."""
    elsewhere = {
        "speech_address_refused",  # this one is a question
        "speech_not_running",
        "speech_bad_audio",
        "speech_no_audio",
        "speech_bad_speed",
        "speech_not_supported",
        "speech_install_failed",
        "speech_start_failed",
    }
    for section in SECTIONS["flow/speech.py"]:
        assert {error.key for error in _subclasses(SpeechError)} - elsewhere <= set(section["error"])


@pytest.mark.parametrize("path", SECTIONS)
def test_flow_steps(path: str) -> None:
    """Each step and each reason to abort that a flow names has its text."""
    tree = ast.parse((FOLDER / path).read_text(encoding="utf-8"))
    named: dict[str, set[str]] = {"step": set(), "abort": set(), "progress": set()}
    parts = {"step_id": "step", "reason": "abort", "progress_action": "progress"}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in parts and isinstance(node.value, ast.Constant):
            named[parts[node.arg]].add(str(node.value.value))
    named["step"].discard("speech_install")  # shows progress only
    assert any(named.values())
    for section in SECTIONS[path]:
        for part, names in named.items():
            assert names <= set(section.get(part, {})), (path, part)


def test_keys_in_the_code() -> None:
    """Each translation key that the code names is there, wherever it may belong."""
    named = {
        str(node.value.value)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "translation_key" and isinstance(node.value, ast.Constant)
    }
    known = {key for part in ("exceptions", "issues", "selector", "services") for key in ENGLISH.get(part, {})}
    known |= {key for keys in ENGLISH["entity"].values() for key in keys}
    assert named <= known


def test_no_exception_text_is_left_over() -> None:
    """Each message belongs to an error, so that none is translated in vain."""
    raised = {error.key for error in ERRORS}
    named = {
        key for path in SOURCES for key in re.findall(r'translation_key="(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert set(ENGLISH["exceptions"]) <= raised | named


def test_subentry_kinds() -> None:
    """Each kind of subentry has a name and texts for adding and changing one."""
    entry = MockConfigEntry(domain=DOMAIN)
    kinds = ParlorConfigFlow.async_get_supported_subentry_types(entry)
    assert HANDLERS[DOMAIN] is ParlorConfigFlow
    assert set(ENGLISH["config_subentries"]) == set(kinds)
    for kind, flow in kinds.items():
        texts = ENGLISH["config_subentries"][kind]
        assert texts["entry_type"]
        assert set(texts["initiate_flow"]) == {"user", "reconfigure"}
        assert hasattr(flow, "async_step_reconfigure")


def test_shape() -> None:
    """Texts are whole: none is empty, none refers to another, and every field of a form is explained."""
    for where, text in _texts(ENGLISH):
        assert text.strip() == text != "", where
        assert "[%key:" not in text, where
    flows = [ENGLISH["config"], ENGLISH["options"], *ENGLISH["config_subentries"].values()]
    for step in (step for flow in flows for step in flow["step"].values()):
        assert set(step.get("data", {})) == set(step.get("data_description", {}))


async def test_home_assistant_reads_them(hass: HomeAssistant) -> None:
    """Home Assistant finds the texts where it looks for them."""
    hass.config.components.add(DOMAIN)
    texts = await async_get_translations(hass, "en", "exceptions", {DOMAIN})
    key = f"component.{DOMAIN}.exceptions.server_unreachable.message"
    assert texts[key] == ENGLISH["exceptions"]["server_unreachable"]["message"]


def _texts(tree: Mapping[str, Any], where: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, str):
            yield f"{where}/{key}", value
        else:
            yield from _texts(value, f"{where}/{key}")


def _leaves(texts: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    for key, value in texts.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{place}/{key}")
        else:
            yield f"{place}/{key}", value


@pytest.mark.parametrize("file", sorted((FOLDER / "translations").glob("*.json")), ids=lambda file: file.stem)
def test_every_language_says_all(file: Path) -> None:
    """A translation has every text of the English one, and each with the same placeholders."""
    texts = dict(_leaves(json.loads(file.read_text(encoding="utf-8"))))
    english = dict(_leaves(ENGLISH))
    assert texts.keys() == english.keys()
    assert {place: placeholders_of(text) for place, text in texts.items()} == {
        place: placeholders_of(text) for place, text in english.items()
    }
