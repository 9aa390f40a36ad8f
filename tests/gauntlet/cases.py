"""The cases of the gauntlet, one file a kind: models that misbehave, in cases/, and plain people, in sentences/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict

from demo.ollama import Call, Reply

HERE = Path(__file__).parent
_OF_A_REPLY = frozenset(Reply.__dataclass_fields__)

type Expected = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is said, how the model answers each time it is asked, and what must come of it.

    The last of the `model`'s replies is repeated as often as it is asked; without any it must not be asked at all, but
    with `rules` the stand-in's own answer.
    `changes` are all entities that are to end otherwise than before, with their state and attributes. `hear` and
    `never` are regular expressions for the whole reply; None leaves it to the judge. `room` is where the speaker is.
    """

    say: str
    model: Sequence[Reply] | None = None
    changes: Expected
    hear: re.Pattern[str] | None = None
    never: re.Pattern[str] | None = None
    asks: bool = False
    room: str | None = None
    local: bool = False
    rules: bool = False
    language: str = "en"
    wait: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation."""

    kind: str
    turns: tuple[Turn, ...]

    @property
    def name(self) -> str:
        """What the case is called."""
        return " / ".join(turn.say[:60] for turn in self.turns)


def read_cases() -> list[Case]:
    """Return every case, kind by kind."""
    files = [path for folder in ("cases", "sentences") for path in sorted((HERE / folder).glob("*.yaml"))]
    return [case for path in files for case in read_cases_in(path)]


def read_cases_in(path: Path) -> list[Case]:
    """Return the cases of one file."""
    file = load_yaml_dict(str(path))
    shared = file.get("all", {})
    return [
        Case(kind=file["kind"], turns=tuple(_turn({**shared, **turn}) for turn in case.get("turns", [case])))
        for case in file["cases"]
    ]


def _turn(data: Mapping[str, Any]) -> Turn:
    model = data.get("model")
    if isinstance(model, str | dict):
        model = [model]
    if unknown := data.keys() - set(Turn.__dataclass_fields__):
        raise ValueError(f"{data['say']}: there is no {', '.join(unknown)}")
    return Turn(
        say=str(data["say"]),
        model=None if model is None else tuple(_reply(one) for one in model),
        changes={entity_id: _looks(looks) for entity_id, looks in (data.get("changes") or {}).items()},
        hear=_pattern(data.get("hear")),
        never=_pattern(data.get("never")),
        asks=data.get("asks", False),
        room=data.get("room"),
        local=data.get("local", False),
        rules=data.get("rules", False),
        language=data.get("language", "en"),
        wait=data.get("wait", 0.0),
    )


def _looks(looks: object) -> Mapping[str, Any]:
    if isinstance(looks, Mapping):
        return looks
    # YAML reads on and off as yes and no.
    return {"state": {True: "on", False: "off"}.get(looks, looks) if isinstance(looks, bool) else looks}


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return None if text is None else re.compile(text, re.IGNORECASE)


def _reply(data: str | Mapping[str, Any]) -> Reply:
    """Return a reply: words; one call, its name under `call`; several `calls`; or anything that a Reply can be."""
    if isinstance(data, str):
        return Reply(content=data)
    if "call" in data:
        return _with_extras(data, (_call(data),))
    return _with_extras(data, tuple(_call(call) for call in data.get("calls", ())))


def _with_extras(data: Mapping[str, Any], calls: tuple[Call, ...]) -> Reply:
    extras = {name: value for name, value in data.get("reply", {}).items() if name in _OF_A_REPLY}
    if len(extras) != len(data.get("reply", {})):
        raise ValueError(f"a reply has no {data['reply']}")
    return replace(Reply(content=data.get("text", ""), tool_calls=calls), **extras)


def _call(data: Mapping[str, Any]) -> Call:
    arguments = data.get("arguments")
    if arguments is None:
        arguments = {name: value for name, value in data.items() if name not in ("call", "reply", "text")}
    return Call(str(data["call"]), arguments)
