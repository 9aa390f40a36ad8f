"""The account that a turn keeps of itself while it runs."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from time import monotonic

from ..const import EARS_FAILED
from ..inference import ServerState
from .facts import CallResult
from .record import Exchange, PassRecord, TurnRecord
from .reply import Reply
from .stages import MeasuredStage, Stages
from .utterance import Utterance


class Account:
    """Measure the stages of one turn, and collect the passes of the model, which are measured by themselves."""

    def __init__(self) -> None:
        """Start the clock."""
        self.passes: list[PassRecord] = []
        self._started = monotonic()
        self._spent: dict[MeasuredStage, float] = {}

    @contextmanager
    def measure(self, stage: MeasuredStage) -> Generator[None]:
        """Add the time until the end of the context to a stage."""
        started = monotonic()
        try:
            yield
        finally:
            self._spent[stage] = self._spent.get(stage, 0.0) + monotonic() - started

    def record(
        self,
        *,
        local: bool,
        reply: Reply,
        results: Sequence[CallResult],
        action_at: float | None,
        prefilled: bool,
        servers: Sequence[ServerState],
    ) -> TurnRecord:
        """Return the figures of the turn, which ends now; `servers` are in the order in which they are tried."""
        seconds = monotonic() - self._started
        served = {one.served.server for one in self.passes if one.served}
        return TurnRecord(
            route="local" if local else "model",
            started=self._started,
            seconds=seconds,
            action_at=action_at,
            ending=reply.ending,
            error=reply.error,
            passes=tuple(self.passes),
            tools=tuple(result.tool_name for result in results),
            changed=len({one.entity_id for result in results for one in result.changes if one.before != one.after}),
            prefilled=prefilled,
            stages=self._stages(seconds),
            fallback=bool(served - {state.id for state in servers[:1]}),
        )

    def _stages(self, seconds: float) -> Stages:
        model = sum(one.seconds for one in self.passes) if self.passes else None
        return Stages(
            route=self._spent.get("route"),
            prompt=self._spent.get("prompt"),
            first_token=self.passes[0].first_part if self.passes else None,
            model=model,
            action=self._spent.get("action"),
            reply=max(seconds - sum(self._spent.values()) - (model or 0.0), 0.0),
        )


def exchange_of(utterance: Utterance, conversation_id: str, reply: Reply) -> Exchange:
    """Return what was said in a turn."""
    return Exchange(
        context=utterance.context,
        conversation_id=conversation_id,
        language=utterance.language,
        device_id=utterance.device_id,
        satellite_id=utterance.satellite_id,
        words="" if utterance.text == EARS_FAILED else utterance.text,
        reply=reply.spoken,
    )
