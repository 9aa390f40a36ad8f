"""The models on the stand-in's disk: listed, described, pulled and deleted."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

from aiohttp import web

from .models import Model, canonical, is_cloud
from .reply import Reply
from .script import Stream, pause
from .settings import Settings, settings_of
from .wire import ApiError, JsonObject, json_response, parse_body

type Cloud = Literal["on", "signed_out", "disabled"]

_LAYER_SHARES = (0.9, 0.09, 0.01)
_STEPS = 5


class Library:
    """The installed models, and those that can be pulled."""

    def __init__(
        self, models: Sequence[Model], registry: Sequence[Model], *, cloud: Cloud, default_num_ctx: int
    ) -> None:
        """Start with the models installed; pull_rate is in bytes a second, 0 takes no time."""
        self.models = list(models)
        self.registry = list(registry)
        self.cloud = cloud
        self.default_num_ctx = default_num_ctx
        self.pull_rate = 0.0
        self._pulled: dict[str, int] = {}

    def find(self, name: str) -> Model:
        """Return an installed model; raises ApiError 401 or 403 for cloud models and 404 for missing ones."""
        installed = next((model for model in self.models if canonical(model.name) == canonical(name)), None)
        if is_cloud(name) or (installed is not None and installed.remote_host):
            if self.cloud == "disabled":
                raise ApiError(403, "ollama cloud is disabled: remote model is unavailable")
            if self.cloud == "signed_out":
                raise ApiError(401, "unauthorized", signin_url="https://ollama.com/connect?name=stand-in&key=none")
        if installed is None:
            raise ApiError(404, f"model '{name}' not found")
        return installed

    def settings(self, body: JsonObject, model: Model) -> Settings:
        """Return a request's settings for a model; raises ApiError for bad options."""
        return settings_of(
            body,
            default_num_ctx=self.default_num_ctx,
            context_length=model.context_length,
            can_shift=model.shift,
        )

    async def tags(self, request: web.Request) -> web.Response:
        """Answer GET /api/tags."""
        del request
        return json_response({"models": [model.tag() for model in self.models]})

    async def show(self, request: web.Request) -> web.Response:
        """Answer POST /api/show."""
        name = _model_name(parse_body(await request.read()))
        installed = next((model for model in self.models if canonical(model.name) == canonical(name)), None)
        if installed is None:
            raise ApiError(404, f"model '{name}' not found")
        return json_response(installed.show())

    async def delete(self, request: web.Request) -> web.Response:
        """Answer DELETE /api/delete."""
        name = _model_name(parse_body(await request.read()))
        left = [model for model in self.models if canonical(model.name) != canonical(name)]
        if len(left) == len(self.models):
            raise ApiError(404, f"model '{name}' not found")
        self.models = left
        return web.Response(status=200)

    async def pull(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /api/pull: progress by layers; a pull that was broken off goes on where it stopped.

        A fault in force gives its course: cut or silent after so many lines, or an error as the last of them.
        """
        body = parse_body(await request.read())
        name = _model_name(body)
        model = next((model for model in self.registry if canonical(model.name) == canonical(name)), None)
        streamed = body.get("stream") is not False
        fault: Reply = request.get("fault") or Reply()
        stream = Stream(request, fault)
        if streamed:
            await stream.send({"status": "pulling manifest"})
        if model is None:
            if not streamed:
                raise ApiError(500, "pull model manifest: file does not exist")
            await stream.send({"error": "pull model manifest: file does not exist"})
            return await stream.end()
        await self._pull_layers(model, stream if streamed else None)
        if fault.error_line is not None:
            await stream.send({"error": fault.error_line})
            return await stream.end()
        self.models = [other for other in self.models if canonical(other.name) != canonical(name)] + [model]
        if not streamed:
            return json_response({"status": "success"})
        for status in ("verifying sha256 digest", "writing manifest", "success"):
            await stream.send({"status": status})
        return await stream.end()

    async def _pull_layers(self, model: Model, stream: Stream | None) -> None:
        """Take the model's layers in steps, each reported; what is there already is not taken again."""
        for index, share in enumerate(_LAYER_SHARES):
            total = max(1, int(model.size * share))
            digest = sha256(f"{model.full_name} {index}".encode()).hexdigest()
            line = {"status": f"pulling {digest[:12]}", "digest": f"sha256:{digest}", "total": total}
            done = self._pulled.get(digest, 0)
            step = max(1, total // _STEPS)
            while True:
                if stream is not None:
                    await stream.send(line | ({"completed": done} if done else {}))
                if done >= total:
                    break
                if self.pull_rate:
                    await pause(min(step, total - done) / self.pull_rate)
                done = self._pulled[digest] = min(total, done + step)


def _model_name(body: JsonObject) -> str:
    """Return the model that a request names, under its new or its old key; raises ApiError 400 if there is none."""
    name = body.get("model") or body.get("name")
    if not isinstance(name, str) or not name:
        raise ApiError(400, "model is required")
    return name
