"""Who listens when ears fail."""

from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.http import current_request

from ..const import DOMAIN


@callback
def all_listeners_are_parlor(hass: HomeAssistant, entity_id: str) -> bool:
    """Say whether what a speech-to-text entity returns now can only reach a Parlor agent.

    That is so if every pipeline that uses it has one, and the request did not come through /api/stt.
    """
    request = current_request.get()
    if request is not None and request.path.startswith("/api/stt/"):
        return False
    registry = er.async_get(hass)
    agents = [
        registry.async_get(pipeline.conversation_engine)
        for pipeline in async_get_pipelines(hass)
        if pipeline.stt_engine == entity_id
    ]
    return bool(agents) and all(agent is not None and agent.platform == DOMAIN for agent in agents)
