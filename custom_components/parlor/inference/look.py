"""What a server says of itself beside the models it offers: version, cloud switch, digests and its memory."""

from collections.abc import Mapping
from dataclasses import dataclass

from .chunks import JsonObject
from .client import OllamaClient
from .errors import InferenceError, ServerUnreachable, StreamBroken
from .models import full_name


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in a server's memory.

    `digest` is empty and `context_length` (tokens) None where the server does not say; `gpu_share` is the part of it
    that lies in the memory of a graphics card, 0 to 1.
    """

    name: str
    digest: str
    context_length: int | None
    gpu_share: float


@dataclass(frozen=True, slots=True)
class ServerLook:
    """What was seen at one look; None where the server did not tell, as old ones do not.

    `cloud`: whether it would pass requests for cloud models on to its makers. `digests` (64 hexadecimal digits) are
    those of the installed models, `loaded` the models in its memory; both go by `full_name`.
    """

    version: str | None = None
    cloud: bool | None = None
    digests: Mapping[str, str] | None = None
    loaded: Mapping[str, LoadedModel] | None = None


async def look_at(client: OllamaClient) -> ServerLook:
    """Ask a server for all of it; what it refuses to tell is not known. Raises InferenceError if it is gone."""
    version = (await _ask(client, "/api/version")).get("version")
    installed = (await _ask(client, "/api/tags")).get("models")
    return ServerLook(
        version=version if isinstance(version, str) else None,
        cloud=await client.passes_to_cloud(),
        digests=_digests(installed) if isinstance(installed, list) else None,
        loaded=await look_at_memory(client),
    )


async def look_at_memory(client: OllamaClient) -> Mapping[str, LoadedModel] | None:
    """Return the models in a server's memory; None where it does not tell. Raises InferenceError if it is gone."""
    models = (await _ask(client, "/api/ps")).get("models")
    if not isinstance(models, list):
        return None
    loaded = [_loaded(_object(entry)) for entry in models]
    return {full_name(model.name): model for model in loaded}


def _digests(installed: list[object]) -> Mapping[str, str]:
    entries = [_object(entry) for entry in installed]
    return {full_name(_text(entry, "name", "model")): _text(entry, "digest") for entry in entries}


def _loaded(entry: JsonObject) -> LoadedModel:
    size, on_gpu = _number(entry.get("size")), _number(entry.get("size_vram"))
    return LoadedModel(
        name=_text(entry, "name", "model"),
        digest=_text(entry, "digest"),
        context_length=_number(entry.get("context_length")) or None,
        gpu_share=min(on_gpu / size, 1.0) if size else 0.0,
    )


async def _ask(client: OllamaClient, path: str) -> JsonObject:
    try:
        return await client.look(path)
    except InferenceError as err:
        # A server that is too old for this path or slow to read its disk, or a proxy that keeps it to itself.
        if isinstance(err, ServerUnreachable | StreamBroken):
            raise
        return {}


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _text(entry: JsonObject, *keys: str) -> str:
    return next((value for key in keys if isinstance(value := entry.get(key), str) and value), "")


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
