"""Parlor: a private voice agent for Home Assistant."""

import asyncio
from contextlib import AsyncExitStack
import shutil

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .agent.record import TurnLog
from .announcements import Announcer
from .const import CONF_SUBENTRY_ID, DOMAIN, SUBENTRY_AI_TASK, SUBENTRY_CONVERSATION
from .data import ParlorConfigEntry, ParlorData, ordered_servers
from .home import Home
from .inference import ModelServers, ServerConfig, Unauthorized, tunings_of
from .issues.blueprints import async_offer, remove_offer
from .issues.local_intents import LocalIntentsWatch, remove_issues
from .issues.watch import IssueWatch, clear_issues
from .migration import async_migrate
from .pins import Pins
from .pipeline import async_ensure_pipeline, async_remove_pipeline
from .shipped import ShippedBlueprints
from .speech import all_servers, create_speech_servers
from .tasks import TaskLog

PLATFORMS = (
    Platform.AI_TASK,
    Platform.BINARY_SENSOR,
    Platform.CONVERSATION,
    Platform.SENSOR,
    Platform.STT,
    Platform.TTS,
)
CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Register the actions, so that they say what is wrong where no entry is loaded."""
    async_setup_actions(hass)
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: ParlorConfigEntry) -> bool:
    """Bring an entry of an earlier version up to date."""
    return await async_migrate(hass, entry)


async def async_setup_entry(hass: HomeAssistant, entry: ParlorConfigEntry) -> bool:
    """Set up Parlor: start its parts, then the entities that use them.

    A model or speech server that does not answer is no reason to fail: the house still answers, and says what is wrong.
    """
    async with AsyncExitStack() as stack:
        entry.runtime_data = await _async_start(hass, entry, stack)
        issues = IssueWatch(hass, entry)
        stack.callback(issues.stop)
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        issues.start()
        running = stack.pop_all()

    async def stop(_event: Event) -> None:
        await running.aclose()

    entry.async_on_unload(running.aclose)
    # Home Assistant ends without unloading its entries.
    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop))
    entry.async_on_unload(entry.add_update_listener(_ReloadOnChange(entry)))
    await async_ensure_pipeline(hass, entry)
    local_intents = LocalIntentsWatch(hass, entry)
    local_intents.start()
    entry.async_on_unload(local_intents.stop)
    await async_offer(hass)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ParlorConfigEntry) -> bool:
    """Unload the entities; what they use stops right after them, as set-up has registered."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: ParlorConfigEntry) -> None:
    """Take away what Parlor made: the Assist pipeline, what it remembers of models, and the speech libraries."""
    await async_remove_pipeline(hass, entry)
    await Pins(hass).async_remove()
    await ShippedBlueprints(hass).async_forget()
    remove_offer(hass)
    clear_issues(hass)
    remove_issues(hass)
    await hass.async_add_executor_job(shutil.rmtree, hass.config.cache_path(DOMAIN), True)  # noqa: FBT003


async def _async_start(hass: HomeAssistant, entry: ParlorConfigEntry, stack: AsyncExitStack) -> ParlorData:
    """Start the running parts; closing the stack stops those that were started, the last one first."""
    home = Home(hass)
    stack.push_async_callback(home.async_stop)
    await home.async_start()
    tunings = tunings_of(
        entry.get_subentries_of_type(SUBENTRY_CONVERSATION), entry.get_subentries_of_type(SUBENTRY_AI_TASK)
    )
    servers = ModelServers(hass, [ServerConfig.from_subentry(server, tunings) for server in ordered_servers(entry)])
    stack.push_async_callback(servers.stop)
    stack.callback(servers.add_listener(_AskForKeys(hass, entry, servers)))
    await servers.start()
    speech = create_speech_servers(hass, entry)
    async with asyncio.TaskGroup() as starting:
        for server in all_servers(speech):
            stack.push_async_callback(server.async_stop)
            starting.create_task(server.async_start())
    turns = {agent.subentry_id: TurnLog() for agent in entry.get_subentries_of_type(SUBENTRY_CONVERSATION)}
    tasks = {task.subentry_id: TaskLog() for task in entry.get_subentries_of_type(SUBENTRY_AI_TASK)}
    pins = Pins(hass)
    await pins.async_load([server.subentry_id for server in ordered_servers(entry)])
    announcer = Announcer(hass)
    stack.push_async_callback(announcer.async_stop)
    return ParlorData(home, servers, speech, turns, tasks, pins, announcer)


class _AskForKeys:
    """Ask the user for another key when a model server refuses the one it has."""

    def __init__(self, hass: HomeAssistant, entry: ParlorConfigEntry, servers: ModelServers) -> None:
        """Watch the servers of an entry."""
        self._hass = hass
        self._entry = entry
        self._servers = servers

    @callback
    def __call__(self) -> None:
        """Start a flow for the first server that refused its key, unless one is under way."""
        for server in self._servers.states:
            if isinstance(server.last_error, Unauthorized):
                self._entry.async_start_reauth(self._hass, data={CONF_SUBENTRY_ID: server.id})
                return


class _ReloadOnChange:
    """Reload the entry when its subentries or options change; its own data only record what set-up did."""

    def __init__(self, entry: ParlorConfigEntry) -> None:
        """Remember what the entry was set up with."""
        self._before = _settings(entry)

    async def __call__(self, hass: HomeAssistant, entry: ParlorConfigEntry) -> None:
        """Reload the entry if anything that matters to it has changed."""
        if self._before != _settings(entry):
            hass.config_entries.async_schedule_reload(entry.entry_id)


def _settings(entry: ParlorConfigEntry) -> list[object]:
    """Return a copy of what the entry is set up with; Home Assistant changes subentries in place."""
    return [dict(entry.options), [subentry.as_dict() for subentry in entry.subentries.values()]]
