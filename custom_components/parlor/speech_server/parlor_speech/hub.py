"""Files of a model hub (Hugging Face's protocol, or a mirror of it) over plain HTTP: listed, resumed, checked."""

from collections.abc import Callable
from dataclasses import dataclass, field
import errno
import hashlib
from http.client import HTTPException
import json
import logging
from pathlib import Path
import shutil
import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request

from . import __version__
from .contacts import Contacts
from .errors import Code, SpeechError

_LOGGER = logging.getLogger(__name__)

_REVISION = "main"
_TIMEOUT = 30.0
_BLOCK = 256 * 1024
_MAX_LISTING = 4 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What writing fails with where there is no room: for any file, for this user, for a file of this size."""

_ABSENT = (401, 403, 404)
"""What hubs answer for what is not there: those that tell nobody what exists, 401."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository: its path there, its bytes, and a checksum of its content (git's own for small files)."""

    path: str
    size: int
    sha256: str | None
    git_sha1: str | None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", maxsplit=1)[-1]


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub at an http or https address. Blocks: belongs to a thread.

    `contacts` counts what goes to it, and to whatever it redirects to. `pauses` are the seconds before each new try of
    a file that stopped arriving; a try that brought something begins them anew.
    """

    url: str
    contacts: Contacts = field(default_factory=Contacts)
    pauses: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0)

    def files(self, repository: str, folder: str = "") -> list[RemoteFile]:
        """List the files right in a folder. Raises SpeechError(MODEL_MISSING) where there is no such folder."""
        path = f"api/models/{repository}/tree/{_REVISION}/{folder}".rstrip("/")
        for pause in (*self.pauses, None):
            try:
                with self._open(path) as response:
                    listing = response.read(_MAX_LISTING)
                    self._count(response, listing)
                return _listed(json.loads(listing))
            except (OSError, HTTPException) as err:
                # No connection, a connection that broke, an error of the server.
                self._retry_or_raise(err, f"{repository}/{folder}".rstrip("/"), pause)
            except (ValueError, KeyError, TypeError) as err:
                # Something else answers at this address: a login page, a proxy.
                raise SpeechError(Code.DOWNLOAD_FAILED, f"{self.url} is no model hub") from err
        raise AssertionError("The last try returns or raises")

    def fetch(self, repository: str, file: RemoteFile, target: Path, progress: Callable[[int], None]) -> None:
        """Bring a file to `target`, which appears only when whole and checked; what an earlier try left is used.

        `progress` gets the bytes that are there. Raises SpeechError.
        """
        part = target.with_name(f"{target.name}.part")
        pauses = iter((*self.pauses, None))
        while True:
            before = _size(part)
            try:
                self._continue(repository, file, part, progress)
                break
            except (OSError, HTTPException) as err:
                # No connection, a connection that broke, a disk that is full or fails.
                if isinstance(err, OSError) and err.errno in _FULL:
                    raise SpeechError(Code.DOWNLOAD_FAILED, f"Not enough room on the disk for {file.path}") from err
                if _size(part) > before:
                    pauses = iter((*self.pauses, None))
                self._retry_or_raise(err, file.path, next(pauses))
        if not _is_intact(part, file):
            part.unlink()
            raise SpeechError(Code.DOWNLOAD_FAILED, f"{file.path} arrived damaged")
        part.replace(target)

    def _continue(self, repository: str, file: RemoteFile, part: Path, progress: Callable[[int], None]) -> None:
        have = _size(part)
        if have > file.size:
            part.unlink()
            have = 0
        if have == file.size:
            part.touch()
            return
        if shutil.disk_usage(part.parent).free < file.size - have:
            raise SpeechError(Code.DOWNLOAD_FAILED, f"Not enough room on the disk for {file.path}")
        path = f"{repository}/resolve/{_REVISION}/{file.path}"
        with self._open(path, have) as response, part.open("ab") as out:
            if have and response.status != 206:
                # The server does not continue files.
                out.truncate(0)
                have = 0
            while block := response.read(min(_BLOCK, file.size - have)):
                self._count(response, block)
                out.write(block)
                have += len(block)
                progress(have)
        if have < file.size:
            raise ConnectionError("The connection ended early")

    def _open(self, path: str, start: int = 0) -> Any:  # noqa: ANN401 - urllib names no type for it
        url = f"{self.url.rstrip('/')}/{quote(path)}"
        if urlsplit(url).scheme not in ("http", "https"):
            raise SpeechError(Code.DOWNLOAD_FAILED, f"{self.url} is neither http nor https")
        headers = {"User-Agent": f"parlor-speech/{__version__}"}
        if start:
            headers["Range"] = f"bytes={start}-"
        return self.contacts.opener().open(Request(url, headers=headers), timeout=_TIMEOUT)  # noqa: S310 - see above

    def _count(self, response: Any, data: bytes) -> None:  # noqa: ANN401 - as above
        self.contacts.add(urlsplit(response.url).hostname or "", received=len(data))

    def _retry_or_raise(self, err: Exception, what: str, pause: float | None) -> None:
        if isinstance(err, HTTPError):
            err.close()
            if err.code in _ABSENT:
                raise SpeechError(Code.MODEL_MISSING, f"{self.url} has no {what}") from err
        reason = err.reason if isinstance(err, URLError) else err
        if pause is None:
            raise SpeechError(Code.DOWNLOAD_FAILED, f"{what} cannot be downloaded from {self.url}: {reason}") from err
        _LOGGER.warning("Downloading %s stopped (%s); trying again in %g s", what, reason, pause)
        time.sleep(pause)


def _listed(entries: list[dict[str, Any]]) -> list[RemoteFile]:
    files = []
    for entry in entries:
        if entry["type"] == "file":
            large = entry.get("lfs")
            files.append(
                RemoteFile(
                    path=str(entry["path"]),
                    size=int(entry["size"]),
                    sha256=str(large["oid"]) if large else None,
                    git_sha1=None if large else str(entry["oid"]),
                )
            )
    return files


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _is_intact(path: Path, file: RemoteFile) -> bool:
    if _size(path) != file.size:
        return False
    git_header = f"blob {file.size}\0".encode()
    digest = hashlib.sha256() if file.sha256 else hashlib.sha1(git_header, usedforsecurity=False)
    with path.open("rb") as content:
        while block := content.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest() == (file.sha256 or file.git_sha1)
