"""Ports of this machine, and how Home Assistant is made to listen on one."""

import json
from pathlib import Path
import socket


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listen_on(config: Path, port: int) -> None:
    """Have the Home Assistant with this configuration folder listen on a port of this machine, and nowhere else.

    What stands in configuration.yaml is on trial: Home Assistant stops after five minutes if nobody confirms it.
    """
    storage = config / ".storage"
    storage.mkdir(exist_ok=True)
    data = {"server_host": ["127.0.0.1"], "server_port": port}
    stored = {"version": 1, "minor_version": 1, "key": "http", "data": data}
    (storage / "http").write_text(json.dumps(stored), "utf-8")
