#!/usr/bin/env bash
# Opens the window on the demonstration film; without a display, explains that film into a picture.
set -euo pipefail
cd "$(dirname "$0")/.."

# A display may be named and not answer, as after a login has ended.
if .venv/bin/python -c 'import sys
from cxrviewer.cli.window import has_display
sys.exit(not has_display())'; then
    exec .venv/bin/cxrviewer --phantom
fi

mkdir -p out
.venv/bin/python -c 'from pathlib import Path
from cxrviewer.imaging.phantom import write_phantom
write_phantom(Path("out/phantom.dcm"))'
.venv/bin/cxrviewer explain out/phantom.dcm --out out/phantom-overlay.png
echo "No display answers here, so the demonstration film was explained without a window:" \
    "see out/phantom-overlay.png."
