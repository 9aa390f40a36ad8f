"""The step that has a model server download a model."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, Final

from homeassistant.const import CONF_MODEL, CONF_URL
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult

from ..inference import InferenceError
from .client import async_client_of
from .models import download_bytes
from .progress import async_seen

# The frontend is told of every whole per cent, not of every part of one.
_STEP: Final = 0.01


class DownloadSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """Download the model of `_server` and show how far that is (step download).

    Goes on with the step downloaded, or with the step model where it failed; `_failure` says why ("key" and
    placeholders).
    When the flow is closed the server stops, keeps what it has got and goes on from there the next time.
    """

    def __init__(self) -> None:
        """Start without a download."""
        super().__init__()
        self._server: dict[str, Any] = {}
        self._failure: Mapping[str, str] = {}
        self._download: asyncio.Task[None] | None = None

    async def async_step_download(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Download the model."""
        if self._download is None:
            # The flow's end cancels it.
            downloading = async_seen(self._async_download())
            self._download = self.hass.async_create_background_task(downloading, "parlor model download")
        if not self._download.done():
            return self.async_show_progress(
                step_id="download",
                progress_action="download",
                description_placeholders={"model": self._server[CONF_MODEL], "url": self._server[CONF_URL]},
                progress_task=self._download,
            )
        download, self._download = self._download, None
        try:
            await download
        except InferenceError as error:  # no such model, no room, no way to where models come from, no server any more
            self._failure = {"key": error.key, **error.placeholders}
            return self.async_show_progress_done(next_step_id="model")
        return self.async_show_progress_done(next_step_id="downloaded")

    async def _async_download(self) -> None:
        model = self._server[CONF_MODEL]
        told = 0.0
        async with (
            async_client_of(self.hass, self._server) as client,
            aclosing(client.pull(model, expected_bytes=download_bytes(model))) as shares,
        ):
            async for share in shares:
                if share >= told + _STEP or share == 1:
                    told = share
                    self.async_update_progress(share)
