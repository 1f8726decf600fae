"""The table of a bundle's gate for its card, from what `measure_gate.py` left."""

import json
from pathlib import Path

from tables import estimate, table

from cxrviewer.core.manifest import Manifest


def words(manifest: Manifest) -> str:
    """Return the rates of every set as a table; nothing that was measured of another gate."""
    file = Path(__file__).with_name(f"{manifest.id}.gate.json")
    values = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if values.get("gate_sha256") != manifest.gate.sha256:
        return "Not measured for these weights yet."
    rows = [
        (found["set"], f"{found['n']:,}", f"{found['ok']:.3f}", estimate(found["stopped"]))
        for found in values["sets"]
    ]
    return table(("pictures", "n", "pass", "warned about or refused (95 %)"), rows)
