#!/usr/bin/env bash
# Make the demo's models and recordings from nothing: about two hours on two cores.
#
#   demo/models/build/build.sh            everything that is missing, then the measurement
#   PYTHON=python3.12 demo/models/build/build.sh
#
# What is generated on the way lies in .cache beside this file (4 GB; TINY_MODELS_CACHE moves it).
# An interrupted build goes on where it stopped. To start over, delete that folder.
set -euo pipefail
cd "$(dirname "$0")"

export TINY_MODELS_CACHE="${TINY_MODELS_CACHE:-$PWD/.cache}"
export OMP_NUM_THREADS=1 PYTHONPATH="$PWD"
python="$TINY_MODELS_CACHE/venv/bin/python"

if [ ! -x "$python" ]; then
    "${PYTHON:-python3}" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || {
        echo "PyTorch needs Python 3.11 to 3.13: name one with PYTHON=..." >&2
        exit 1
    }
    "${PYTHON:-python3}" -m venv "$TINY_MODELS_CACHE/venv"
fi
"$python" -m pip install --quiet --requirement requirements.txt

make() { nice -n 5 "$python" -m "tiny_models.$1" "${@:2}"; }

[ -f "$TINY_MODELS_CACHE/tokenizer.json" ] || make tokens
make voice
make dataset
make train
make export
make recordings
make evaluate
