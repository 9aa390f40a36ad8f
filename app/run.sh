#!/bin/sh
# Start the speech server with the options of the Home Assistant app, which the Supervisor writes to a file, or with the
# environment of a container: WHISPER, VOICE, WHISPER_LANGUAGE, DEVICE, LOG_LEVEL, SERVER_NAME. Arguments come last, so
# they win.
set -eu

option() { # name, default
    python3 - "$1" "$2" <<'PYTHON'
import json
import os
import pathlib
import sys

name, default = sys.argv[1:]
file = pathlib.Path(os.environ.get("OPTIONS_FILE", "/data/options.json"))
options = json.loads(file.read_text()) if file.exists() else {}
variable = {"language": "WHISPER_LANGUAGE"}.get(name, name.upper())
print(options.get(name) or os.environ.get(variable) or default)
PYTHON
}

# Each option becomes one argument, whatever it holds.
set -- --whisper "$(option whisper small)" --voice "$(option voice en_US-lessac-medium)" \
    --device "$(option device auto)" --log-level "$(option log_level INFO)" \
    --zeroconf "$(option server_name Parlor)" "$@"
language="$(option language '')"
if [ -n "$language" ]; then
    set -- --language "$language" "$@"
fi
exec parlor-speech --uri tcp://0.0.0.0:10300 --data /data/models "$@"
