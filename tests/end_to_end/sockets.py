"""The sockets of a process and of all that it started, as the kernel lists them."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
import re

_PROC = Path("/proc")
_TABLES = ("tcp", "tcp6", "udp", "udp6")
_LISTENING = "0A"
_WORD = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """An open socket: its table ("tcp", "udp6"), both ends, and whether it listens."""

    table: str
    local: str
    remote: str
    remote_port: int
    listens: bool


def sockets_of(pid: int) -> set[Seen]:
    """Return the internet sockets of a process and its descendants that are open at this moment."""
    found: set[Seen] = set()
    for one in _family(pid):
        inodes = set(_inodes(one))
        for table in _TABLES:
            found |= {seen for inode, seen in _read(one, table) if inode in inodes}
    return found


def is_loopback(address: str) -> bool:
    """Return whether an address is this machine's alone."""
    parsed = ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in _PROC.glob(f"{pid}/task/*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue  # the thread has ended
        for child in children:
            yield from _family(int(child))


def _inodes(pid: int) -> Iterator[str]:
    try:
        for file in _PROC.joinpath(str(pid), "fd").iterdir():
            try:
                if match := re.fullmatch(r"socket:\[(\d+)\]", str(file.readlink())):
                    yield match[1]
            except OSError:
                continue  # closed meanwhile
    except OSError:
        return  # the process has ended


def _read(pid: int, table: str) -> Iterator[tuple[str, Seen]]:
    try:
        lines = _PROC.joinpath(str(pid), "net", table).read_text().splitlines()[1:]
    except OSError:
        return  # the process has ended
    for fields in map(str.split, lines):
        local, _port = _address(fields[1])
        remote, port = _address(fields[2])
        yield fields[9], Seen(table, local, remote, port, table.startswith("tcp") and fields[3] == _LISTENING)


def _address(text: str) -> tuple[str, int]:
    """Read an address as the kernel prints it: words of the machine's own byte order, in hexadecimal."""
    digits, _, port = text.partition(":")
    words = [bytes.fromhex(digits[at : at + _WORD])[::-1] for at in range(0, len(digits), _WORD)]
    packed = b"".join(words)
    kind = IPv4Address if len(packed) == len(words[0]) else IPv6Address
    return str(kind(packed)), int(port, 16)
