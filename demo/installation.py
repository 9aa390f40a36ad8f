"""Set Parlor up in a running house as a user does: through its config flow."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigFlowContext, ConfigFlowResult
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.parlor.const import CONF_LOCAL_ROUTE, DOMAIN, SUBENTRY_CONVERSATION

MODELS = Path(__file__).with_name("models")
WHISPER = MODELS / "whisper"
VOICE = MODELS / "voice" / "en_US-parlor-x_low.onnx"
_READY_SECONDS = 120


class InstallationError(Exception):
    """Parlor could not be set up; the text says where it ended."""


async def async_install_parlor(
    hass: HomeAssistant, url: str, model: str | None, *, local_route: bool, speech: str | None = None
) -> None:
    """Walk through the config flow with the tiny models as ears and voice, and wait until both are ready.

    `model` None takes the one that the flow suggests; without `local_route` every sentence goes to the model; `speech`
    is the address of a speech server, None the process that Parlor starts itself. Raises InstallationError.
    """
    answers: dict[str, dict[str, Any]] = {
        "model": {} if model is None else {"model": model},
        "speech": {"place": "server" if speech else "local"},
        "speech_local": {"whisper": str(WHISPER), "voice": str(VOICE)},
        "speech_server": {"uri": speech},
        "assistant": {"preferred": True},
    }
    # The address is known, so that no server has to be looked for.
    context = ConfigFlowContext(source=SOURCE_USER)
    result = await hass.config_entries.flow.async_init(DOMAIN, context=context, data={"url": url})
    while result["type"] is not FlowResultType.CREATE_ENTRY:
        result = await _async_answer(hass, result, answers)
    await hass.async_block_till_done()
    if not local_route:
        _leave_all_to_the_model(hass, result["result"])
        await hass.async_block_till_done()
    await _async_ready(hass)


async def _async_answer(
    hass: HomeAssistant, result: ConfigFlowResult, answers: Mapping[str, dict[str, Any]]
) -> ConfigFlowResult:
    step = result.get("step_id", "")
    if result["type"] is FlowResultType.SHOW_PROGRESS:
        await asyncio.sleep(0.1)
        return await hass.config_entries.flow.async_configure(result["flow_id"])
    if result["type"] is FlowResultType.MENU and step == "check_good":
        return await hass.config_entries.flow.async_configure(result["flow_id"], {"next_step_id": "use_model"})
    if result["type"] is not FlowResultType.FORM or step not in answers:
        raise InstallationError(f"the config flow ended at {step or 'an unknown step'}: {result.get('reason')}")
    if result.get("errors"):
        raise InstallationError(f"the config flow refused the step {step}: {result['errors']}")
    return await hass.config_entries.flow.async_configure(result["flow_id"], _with_defaults(result, answers[step]))


def _with_defaults(result: ConfigFlowResult, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer with what the form suggests for the fields that it leaves open."""
    schema = result.get("data_schema")
    return answer if schema is None else schema(answer)


def _leave_all_to_the_model(hass: HomeAssistant, entry: ConfigEntry) -> None:
    for agent in entry.get_subentries_of_type(SUBENTRY_CONVERSATION):
        hass.config_entries.async_update_subentry(entry, agent, data={**agent.data, CONF_LOCAL_ROUTE: False})


async def _async_ready(hass: HomeAssistant) -> None:
    def waiting() -> list[str]:
        speech = [*hass.states.async_all("stt"), *hass.states.async_all("tts")]
        return [state.entity_id for state in speech if state.state == STATE_UNAVAILABLE]

    try:
        async with asyncio.timeout(_READY_SECONDS):
            while waiting():
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise InstallationError(f"not ready after {_READY_SECONDS} seconds: {', '.join(waiting())}") from error
