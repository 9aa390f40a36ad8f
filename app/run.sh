#!/bin/sh
# Start the speech server with the options of the Home Assistant app, which the Supervisor writes to a file, or with the
# environment of a container: WHISPER, VOICE (several by commas), SPEAKER, LENGTH_SCALE, VOLUME, WHISPER_LANGUAGE, DEVICE,
# UNLOAD_MINUTES, LOG_LEVEL, SERVER_NAME. Arguments come last, so they win.
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
case " $* " in
    *" --voice"[\ =]*) ;; # Voices add up: those of the arguments are meant to replace the configured ones.
    *) set -- --voice "$(option voice en_US-lessac-medium)" "$@" ;;
esac
for name in language speaker length_scale volume unload_minutes; do
    value="$(option "$name" '')"
    if [ -n "$value" ]; then
        set -- "--$(printf %s "$name" | tr _ -)" "$value" "$@"
    fi
done
set -- --whisper "$(option whisper auto)" --device "$(option device auto)" --log-level "$(option log_level INFO)" \
    --zeroconf "$(option server_name Parlor)" "$@"
exec parlor-speech --uri tcp://0.0.0.0:10300 --data /data/models "$@"
