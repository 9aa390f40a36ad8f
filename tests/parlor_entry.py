"""A Parlor entry as set-up makes it, and the servers it needs."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from homeassistant.config_entries import ConfigSubentryData, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from wyoming.event import async_read_event, async_write_event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info, TtsProgram, TtsVoice

from custom_components.parlor import migration
from custom_components.parlor.const import DOMAIN

NOBODY_LISTENS = "http://127.0.0.1:9"


async def async_add_parlor(
    hass: HomeAssistant,
    *subentries: ConfigSubentryData | ConfigSubentryDataWithId,
    data: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    minor_version: int | None = None,
) -> MockConfigEntry:
    """Add an entry with the subentries, as it is made now or was by an earlier version, and set it up."""
    assert await async_setup_component(hass, "homeassistant", {})
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Parlor",
        version=migration.VERSION,
        minor_version=migration.MINOR_VERSION if minor_version is None else minor_version,
        data={"preferred": False} if data is None else data,
        options=options,
        subentries_data=subentries,
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def model_server(url: str = NOBODY_LISTENS, subentry_id: str = "server", **data: Any) -> ConfigSubentryDataWithId:
    """Return a model server as the flow makes one."""
    data = {
        "url": url,
        "verify_ssl": True,
        "model": "parlor-stand-in:latest",
        "num_ctx": 8192,
        "keep_alive": -1,
        "think": False,
    } | data
    return _subentry(subentry_id, "model_server", f"{data['model']} (127.0.0.1)", data)


def agent(subentry_id: str = "agent", **data: Any) -> ConfigSubentryDataWithId:
    """Return a conversation agent as the flow makes one."""
    return _subentry(subentry_id, "conversation", "Parlor", data)


def tasks(subentry_id: str = "task", **data: Any) -> ConfigSubentryDataWithId:
    """Return AI tasks as the flow makes them."""
    return _subentry(subentry_id, "ai_task_data", "Parlor AI Task", data)


def ears(uri: str, **data: Any) -> ConfigSubentryDataWithId:
    """Return ears on a speech server as the flow makes them."""
    return _subentry("ears", "stt", "Parlor ears", {"place": "server", "uri": uri, **data})


def voice(uri: str, **data: Any) -> ConfigSubentryDataWithId:
    """Return a voice on a speech server as the flow makes one."""
    return _subentry("voice", "tts", "Parlor voice", {"place": "server", "uri": uri, **data})


def local_speech(kind: str, **model: str) -> ConfigSubentryDataWithId:
    """Return ears (stt) or a voice (tts) on this machine as the flow makes them."""
    return _subentry(f"local {kind}", kind, f"Local {kind}", {"place": "local", **model})


def add_speakers(hass: HomeAssistant) -> dict[str, str]:
    """Add a device to speak through in each area; returns their ids by the area's name."""
    [entry] = hass.config_entries.async_entries(DOMAIN)
    devices, made = dr.async_get(hass), {}
    for area in ar.async_get(hass).async_list_areas():
        device = devices.async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={("speaker", area.id)}, name=f"Speaker {area.name}"
        )
        devices.async_update_device(device.id, area_id=area.id)
        made[area.name] = device.id
    return made


@asynccontextmanager
async def wyoming_server(
    hass: HomeAssistant,
    *,
    hears: tuple[str, ...] = (),
    speaks: tuple[str, ...] = (),
    banner: bytes = b"",
    host: str = "127.0.0.1",
) -> AsyncGenerator[str]:
    """Run a Wyoming server that says what it can do, in which languages; yield its address.

    It sends the banner, if any, to whoever connects, as a server of another protocol does. Parlor is unloaded before
    the server ends: asyncio takes a connection that comes in that moment for an error.
    """
    info = _info(hears, speaks).event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(banner)
        try:
            while (event := await async_read_event(reader)) is not None:
                if Describe.is_type(event.type):
                    await async_write_event(info, writer)
        except OSError:
            pass  # the client cut the connection
        finally:
            writer.close()

    server = await asyncio.start_server(answer, host, 0)
    try:
        yield f"tcp://{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        # A reload that a flow has begun comes to its end first.
        await hass.async_block_till_done(wait_background_tasks=False)
        for entry in hass.config_entries.async_loaded_entries(DOMAIN):
            await hass.config_entries.async_unload(entry.entry_id)
        server.close()
        server.abort_clients()
        await server.wait_closed()


def _subentry(subentry_id: str, kind: str, title: str, data: dict[str, Any]) -> ConfigSubentryDataWithId:
    return ConfigSubentryDataWithId(subentry_id=subentry_id, subentry_type=kind, title=title, data=data, unique_id=None)


def _info(hears: tuple[str, ...], speaks: tuple[str, ...]) -> Info:
    maker = Attribution(name="Test", url="http://127.0.0.1")
    same: dict[str, Any] = {"attribution": maker, "installed": True, "description": None, "version": None}
    return Info(
        asr=[AsrProgram(name="ears", models=[AsrModel(name="ear", languages=list(hears), **same)], **same)]
        if hears
        else [],
        tts=[TtsProgram(name="voice", voices=[TtsVoice(name="voice", languages=list(speaks), **same)], **same)]
        if speaks
        else [],
    )
