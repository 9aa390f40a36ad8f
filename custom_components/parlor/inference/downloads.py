"""How far the download of a model is."""

from .chunks import JsonObject


class DownloadProgress:
    """Adds up what a server says of the parts of a model.

    Parts are announced one by one, the largest first; so the share may stand still, but never goes back.
    """

    def __init__(self, expected_bytes: int = 0) -> None:
        """Start with nothing; `expected_bytes` is about the size of the whole, if that is known."""
        self._expected = expected_bytes
        self._totals: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._share = 0.0

    def take(self, status: JsonObject) -> float:
        """Take in a line of the reply of /api/pull; returns the share of the whole that is there, 0 to 1."""
        if status.get("status") == "success":
            self._share = 1.0
        digest, total, done = status.get("digest"), status.get("total"), status.get("completed", 0)
        if isinstance(digest, str) and isinstance(total, int) and isinstance(done, int) and total > 0:
            self._totals[digest] = total
            self._done[digest] = min(done, total)
            whole = max(self._expected, sum(self._totals.values()))
            self._share = max(self._share, sum(self._done.values()) / whole)
        return self._share
