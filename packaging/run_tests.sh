#!/usr/bin/env bash
# Runs pytest on a display of its own; arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."

# One thread each: the tests share the machine with the children they start.
export OMP_NUM_THREADS=1
if command -v xvfb-run >/dev/null; then
    exec xvfb-run -a -s "-screen 0 1920x1200x24" .venv/bin/pytest "$@" </dev/null
fi
if [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}" ]; then
    echo "The tests need a display or xvfb-run (package xvfb)." >&2
    exit 1
fi
exec .venv/bin/pytest "$@" </dev/null
