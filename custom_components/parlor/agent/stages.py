"""Where the time of a turn goes."""

from dataclasses import dataclass
from typing import Literal

type MeasuredStage = Literal["route", "prompt", "action"]


@dataclass(frozen=True, slots=True)
class Stages:
    """The seconds of each stage of a turn; None for one that it did not come to.

    `route`: trying to do without the model; `prompt`: making the request; `first_token`: until the first part of the
    model's first reply, which is part of `model`: all its passes; `action`: services, and looking whether they worked;
    `reply`: all the rest, which is finding and handing over the words.
    """

    route: float | None = None
    prompt: float | None = None
    first_token: float | None = None
    model: float | None = None
    action: float | None = None
    reply: float | None = None
