#!/bin/sh
# Makes .venv if it is not there, not whole or out of date. Quick when there is nothing to do.
set -eu
cd "$(dirname "$0")/.."
if [ -z "${PYTHON:-}" ] && [ -x .venv/bin/python ] &&
    .venv/bin/python -I tools/make_venv.py --check 2>/dev/null; then
    exit 0
fi
python=$(sh tools/find_python.sh)
exec "$python" -I tools/make_venv.py
