"""Both agents in one Home Assistant: Parlor as it is set up and with the model alone, and Home Assistant's own."""

from homeassistant.components.conversation import ConversationResult, async_converse
from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.components.conversation.entity import ConversationEntity
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.core import Context, HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.parlor_entry import agent, async_add_parlor, model_server

PARLOR = "conversation.parlor"
"""As it is set up: plain sentences need no model."""
BY_MODEL = "conversation.parlor_by_model"
"""With every sentence left to the model."""
CORE = "conversation.ollama"
"""Home Assistant's own agent, with the Assist API."""
MODEL = "parlor-stand-in:latest"
DEFAULT_CTX = 8192
"""What both are set up with by default, in tokens."""


async def async_add_agents(hass: HomeAssistant, url: str, *, core_url: str | None = None, core_ctx: int) -> None:
    """Set both up, with the defaults of their own set-up but for core's context length.

    They share a model server unless core gets one of its own, which it needs where another context length, for which
    the model is loaded again, would cost it the cache.
    """
    entry = await async_add_parlor(
        hass,
        model_server(url, model=MODEL),
        agent("agent"),
        {**agent("model only", local_route=False), "title": "Parlor by model"},
    )
    if entry.state is not ConfigEntryState.LOADED:
        raise RuntimeError("Parlor was not set up")
    await async_add_core(hass, core_url or url, num_ctx=core_ctx)


async def async_add_core(hass: HomeAssistant, url: str, model: str = MODEL, *, num_ctx: int = DEFAULT_CTX) -> None:
    """Set Home Assistant's own Ollama agent up as its flow does. Raises RuntimeError if it does not load."""
    data = {"model": model, "num_ctx": num_ctx, "max_history": 20, "keep_alive": -1, "think": False}
    entry = MockConfigEntry(
        domain="ollama",
        title="Ollama",
        version=3,
        minor_version=3,
        data={"url": url},
        subentries_data=[
            ConfigSubentryData(
                subentry_type="conversation", title="Ollama", unique_id=None, data={**data, "llm_hass_api": ["assist"]}
            )
        ],
    )
    entry.add_to_hass(hass)
    if not await hass.config_entries.async_setup(entry.entry_id):
        raise RuntimeError("Home Assistant's own Ollama integration was not set up")
    await hass.async_block_till_done()


async def async_unload(hass: HomeAssistant) -> None:
    """Unload both, so that nothing of them lingers when the house stops."""
    for domain in ("parlor", "ollama", "wyoming"):
        for entry in hass.config_entries.async_loaded_entries(domain):
            await hass.config_entries.async_unload(entry.entry_id)


async def async_say(
    hass: HomeAssistant, agent_id: str, words: str, *, conversation_id: str | None = None, device_id: str | None = None
) -> ConversationResult:
    """Say something to an agent."""
    return await async_converse(
        hass, words, conversation_id, Context(), language="en", agent_id=agent_id, device_id=device_id
    )


async def async_prepare(hass: HomeAssistant, agent_id: str) -> None:
    """Do what the pipeline does when somebody begins to speak."""
    entity = async_get_agent(hass, agent_id)
    if isinstance(entity, ConversationEntity):
        await entity.async_prepare("en")


def speech_of(result: ConversationResult) -> str:
    """Return the spoken words of a reply."""
    return str(result.response.speech.get("plain", {}).get("speech", ""))
