"""A model hub on this machine, which can also fail as hubs do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
from threading import Thread
from typing import Self


@dataclass(slots=True)
class HubServer:
    """Serve the files of repositories: {"owner/name": {"path": content}}.

    `cut_after` ends every answer with a file after so many bytes; `resumes` is whether ranges are understood;
    `moved_to` is the address to which whoever asks for a file is sent on; `damage` changes what is sent; `status`
    answers all with this; `page` answers all with this text.
    """

    repositories: Mapping[str, Mapping[str, bytes]]
    cut_after: int | None = None
    resumes: bool = True
    damage: bool = False
    moved_to: str | None = None
    status: int | None = None
    page: bytes | None = None
    requests: list[str] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Begin to serve."""
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.requests.append(f"{self.path} {self.headers.get('Range', '')}".strip())
                hub.answer(self)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    _thread: Thread = field(default_factory=Thread)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        if self.status is not None:
            handler.send_error(self.status)
            return
        if self.page is not None:
            _send(handler, 200, self.page)
            return
        path = handler.path.lstrip("/")
        for repository, files in self.repositories.items():
            listing = f"api/models/{repository}/tree/main"
            if path == listing or path.startswith(f"{listing}/"):
                self._list(handler, files, path[len(listing) + 1 :])
                return
            place = f"{repository}/resolve/main/"
            if path.startswith(place) and self.moved_to:
                _send_on(handler, f"{self.moved_to}/{path}")
                return
            if path.startswith(place) and path[len(place) :] in files:
                self._file(handler, files[path[len(place) :]])
                return
        handler.send_error(404)

    def _list(self, handler: BaseHTTPRequestHandler, files: Mapping[str, bytes], folder: str) -> None:
        entries: list[dict[str, object]] = []
        for path, content in files.items():
            if path.rpartition("/")[0] != folder:
                continue
            entry: dict[str, object] = {"type": "file", "path": path, "size": len(content), "oid": _git_sha1(content)}
            if path.endswith((".bin", ".onnx")):
                entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
            entries.append(entry)
        if not entries:
            handler.send_error(404)
            return
        _send(handler, 200, json.dumps([{"type": "directory", "path": "x", "size": 0, "oid": ""}, *entries]).encode())

    def _file(self, handler: BaseHTTPRequestHandler, content: bytes) -> None:
        start = 0
        asked = handler.headers.get("Range")
        if asked and self.resumes:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if self.damage:
            content = bytes(len(content))
        _send(handler, 206 if start else 200, content[start:], self.cut_after)


def _send_on(handler: BaseHTTPRequestHandler, url: str) -> None:
    handler.send_response(302)
    handler.send_header("Location", url)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _send(handler: BaseHTTPRequestHandler, status: int, content: bytes, cut_after: int | None = None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:cut_after])
    handler.close_connection = True


def _git_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
