"""The steps that try a model on this home and say how it does."""

from abc import abstractmethod
import asyncio
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import CONF_MODEL, CONF_URL
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult
from homeassistant.helpers.selector import BooleanSelector
import probatio

from ..inference import InferenceError
from .progress import async_seen
from .trial import Trial, async_try_model

CONF_ANYWAY: Final = "anyway"
_ANYWAY_SCHEMA: Final = probatio.Schema({probatio.Required(CONF_ANYWAY, default=False): BooleanSelector()})
_UNKNOWN: Final = "?"
_CHOICES: Final = ["use_model", "model"]


class CheckSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """Try the model of `_server` (step check) and ask whether it shall be used; if not, go back to the step model."""

    def __init__(self) -> None:
        """Start without a result."""
        super().__init__()
        self._server: dict[str, Any] = {}
        self._checking: asyncio.Task[Trial] | None = None
        self._figures: Mapping[str, str] = {}
        self._check_failure: Mapping[str, str] = {}

    @abstractmethod
    async def async_step_use_model(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Go on with the model of `_server`."""

    @abstractmethod
    async def async_step_model(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask for another model."""

    async def async_step_check(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Try the model and show how far that is."""
        if self._checking is None:
            trying = async_seen(async_try_model(self.hass, self._server, self.async_update_progress))
            # The flow's end cancels it.
            self._checking = self.hass.async_create_background_task(trying, "parlor model check")
        if not self._checking.done():
            return self.async_show_progress(
                step_id="check",
                progress_action="check",
                description_placeholders={"model": self._server[CONF_MODEL], "url": self._server[CONF_URL]},
                progress_task=self._checking,
            )
        checking, self._checking = self._checking, None
        try:
            trial = await checking
        except InferenceError as error:  # each way in which a server or a model can fail has an error of its own
            self._check_failure = {"key": error.key, **error.placeholders}
            return self.async_show_progress_done(next_step_id="check_failed")
        self._figures = _figures(self._server[CONF_MODEL], trial)
        return self.async_show_progress_done(next_step_id=f"check_{trial.verdict}")

    async def async_step_check_good(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Say that the model does all that is needed."""
        return self.async_show_menu(step_id="check_good", menu_options=_CHOICES, description_placeholders=self._figures)

    async def async_step_check_no_tools(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Say that the model called no tool."""
        return self.async_show_menu(
            step_id="check_no_tools", menu_options=_CHOICES, description_placeholders=self._figures
        )

    async def async_step_check_small(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Say that the home does not fit into the model's context."""
        return self.async_show_menu(
            step_id="check_small", menu_options=_CHOICES, description_placeholders=self._figures
        )

    async def async_step_check_slow(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Say that people will have to wait."""
        return self.async_show_menu(step_id="check_slow", menu_options=_CHOICES, description_placeholders=self._figures)

    async def async_step_check_failed(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Say why the model could not be tried, and use it anyway if that is wanted."""
        if user_input is not None:
            return await (self.async_step_use_model() if user_input[CONF_ANYWAY] else self.async_step_model())
        return self.async_show_form(
            step_id="check_failed",
            data_schema=_ANYWAY_SCHEMA,
            errors={"base": self._check_failure["key"]},
            description_placeholders={**self._check_failure},
        )


def _figures(model: str, trial: Trial) -> dict[str, str]:
    """Return the figures of a trial, for any language."""
    return {
        "model": model,
        "first": f"{trial.first_seconds:.2f}",
        "read": _whole(trial.read_rate),
        "write": _whole(trial.write_rate),
        "tokens": str(trial.tokens),
        "needed": str(trial.needed),
        "context": str(trial.context),
    }


def _whole(rate: float | None) -> str:
    return _UNKNOWN if rate is None else f"{rate:.0f}"
