#!/usr/bin/env bash
# Opens the window on the demonstration film; without a display, explains that film into a picture.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(uname)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec .venv/bin/cxrviewer --phantom
fi

mkdir -p out
.venv/bin/python -c 'from pathlib import Path
from cxrviewer.imaging.phantom import write_phantom
write_phantom(Path("out/phantom.dcm"))'
.venv/bin/cxrviewer explain out/phantom.dcm --out out/phantom-overlay.png
echo "There is no display here, so the demonstration film was explained without a window:" \
    "see out/phantom-overlay.png."
