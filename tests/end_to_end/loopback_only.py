"""Switch on the loopback interface of a new network namespace, say what else is there, and run a command in it."""

import fcntl
import os
from pathlib import Path
import socket
import struct
import sys

_SIOCSIFFLAGS = 0x8914
_UP_AND_RUNNING = 0x1 | 0x40


def main() -> None:
    """Take a file for the names of the interfaces, then the command."""
    interfaces, *command = sys.argv[1:]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", _UP_AND_RUNNING))
    routes = Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]
    names = [name for _index, name in socket.if_nameindex()]
    Path(interfaces).write_text("\n".join([*names, *routes]), encoding="ascii")
    os.execvp(command[0], command)  # noqa: S606 - the command is this project's own


if __name__ == "__main__":
    main()
