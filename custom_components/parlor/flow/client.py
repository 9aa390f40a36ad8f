"""The client of a model server for as long as a form needs it."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from homeassistant.const import CONF_MODEL
from homeassistant.core import HomeAssistant

from ..inference import InstalledModel, Limits, OllamaClient, ServerConfig

# Whoever waits for a form is more patient than whoever waits for the light.
LIMITS = Limits(connect=5.0, lookup=10.0, first_chunk=180.0, first_chunk_last=180.0, total=300.0)


@asynccontextmanager
async def async_client_of(hass: HomeAssistant, server: Mapping[str, Any]) -> AsyncGenerator[OllamaClient]:
    """Return a client of the server that a subentry's data describe, which may have no model yet, and close it after.

    Raises ServerUnreachable if its address can not be read.
    """
    client = OllamaClient.of(hass, ServerConfig.from_data("", {CONF_MODEL: "", **server}), LIMITS)
    try:
        yield client
    finally:
        await client.aclose()


async def async_check_server(hass: HomeAssistant, server: Mapping[str, Any]) -> list[InstalledModel]:
    """Return the models of the server that a subentry's data describe, the most useful first.

    Raises InferenceError for each way in which it can fail.
    """
    async with async_client_of(hass, server) as client:
        return await client.models()
