#!/usr/bin/env bash
# Runs the tests: end to end on a real X display, the others on Qt's offscreen platform.
# Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."

# One thread each: the tests share the machine with the children they start.
export OMP_NUM_THREADS=1

# 5 is pytest's word for "nothing chosen": none of these tests may be of the kind asked for.
end_to_end() {
    QT_QPA_PLATFORM=xcb "$@" .venv/bin/pytest tests/e2e "${chosen[@]}" </dev/null || [ $? = 5 ]
}

chosen=("$@")
if command -v xvfb-run >/dev/null; then
    end_to_end xvfb-run -a -s "-screen 0 1920x1200x24"
elif [ -n "${DISPLAY:-}" ]; then
    end_to_end env
else
    echo "The tests end to end are left out: no display and no xvfb-run (package xvfb)." >&2
fi
exec env QT_QPA_PLATFORM=offscreen .venv/bin/pytest --ignore=tests/e2e "$@" </dev/null
