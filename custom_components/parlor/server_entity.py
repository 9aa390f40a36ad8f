"""What the entities of a model server share."""

from typing import override

from .entity import ParlorFigureEntity
from .inference import ServerState


class ParlorServerEntity(ParlorFigureEntity):
    """Tell what is known of the model server of one subentry."""

    @property
    def state_of_server(self) -> ServerState:
        """Return what is known of the server now."""
        states = self.entry.runtime_data.servers.states
        return next(state for state in states if state.id == self.subentry.subentry_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the servers."""
        await super().async_added_to_hass()
        self.async_on_remove(self.entry.runtime_data.servers.add_listener(self.async_write_ha_state))
