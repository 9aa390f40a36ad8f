"""The models that a server has: what they can do, and whether they run there."""

from dataclasses import dataclass

from .chunks import JsonObject

CAPABILITY_TOOLS = "tools"
CAPABILITY_CHAT = "completion"
CAPABILITY_THINKING = "thinking"
CAPABILITY_VISION = "vision"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model as a server lists it.

    `size_bytes` is its size on disk, `context_length` the most tokens it was made for (None: not known), `remote` is
    true for one that the server would pass on to another computer.
    """

    name: str
    size_bytes: int
    parameter_size: str
    quantization: str
    context_length: int | None
    capabilities: frozenset[str]
    remote: bool

    @property
    def calls_tools(self) -> bool:
        """Return whether the server says that the model can call tools."""
        return CAPABILITY_TOOLS in self.capabilities

    @property
    def thinks(self) -> bool:
        """Return whether the model can be told to think; others refuse a request that says so."""
        return CAPABILITY_THINKING in self.capabilities


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """One model as a server describes it; fields as in `InstalledModel`."""

    name: str
    parameter_size: str
    quantization: str
    context_length: int | None
    capabilities: frozenset[str]
    remote: bool

    @property
    def sees(self) -> bool:
        """Return whether the model can look at pictures, as far as a server says what its models can do."""
        return not self.capabilities or CAPABILITY_VISION in self.capabilities


def is_cloud_name(model: str) -> bool:
    """Return whether Ollama passes a model of this name on to its makers' computers, installed or not."""
    return model.strip().casefold().endswith((":cloud", "-cloud"))


def full_name(model: str) -> str:
    """Return a model's name as Ollama compares names: with its tag, in one case."""
    name = model.strip().casefold()
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def by_usefulness(model: InstalledModel) -> tuple[bool, bool, bool, str]:
    """Return a key that sorts models at home before others, then those that call tools, then those that chat."""
    return (model.remote, not model.calls_tools, CAPABILITY_CHAT not in model.capabilities, model.name.casefold())


def read_installed(data: JsonObject) -> InstalledModel:
    """Return a model from its entry in the reply of /api/tags."""
    details = _object(data.get("details"))
    name = _text(data.get("name")) or _text(data.get("model"))
    return InstalledModel(
        name=name,
        size_bytes=_whole(data.get("size")) or 0,
        parameter_size=_text(details.get("parameter_size")),
        quantization=_text(details.get("quantization_level")),
        context_length=_whole(details.get("context_length")),
        capabilities=_names(data.get("capabilities")),
        remote=is_remote(data) or is_cloud_name(name),
    )


def read_details(name: str, data: JsonObject) -> ModelDetails:
    """Return a model from the reply of /api/show."""
    details = _object(data.get("details"))
    return ModelDetails(
        name=name,
        parameter_size=_text(details.get("parameter_size")),
        quantization=_text(details.get("quantization_level")),
        context_length=_context_length(_object(data.get("model_info"))),
        capabilities=_names(data.get("capabilities")),
        remote=is_remote(data) or is_cloud_name(name),
    )


def is_remote(data: JsonObject) -> bool:
    """Return whether a reply of any kind says that another computer is behind it."""
    return bool(data.get("remote_host") or data.get("remote_model"))


def _context_length(info: JsonObject) -> int | None:
    # The key starts with the architecture's name: "qwen3.context_length".
    architecture = _text(info.get("general.architecture"))
    if (length := _whole(info.get(f"{architecture}.context_length"))) is not None:
        return length
    lengths = [_whole(value) for key, value in info.items() if key.endswith(".context_length")]
    return next((length for length in lengths if length is not None), None)


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _names(value: object) -> frozenset[str]:
    return frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()
