"""The shipped model without its fitted gate, so that it answers for drawn films too."""

import shutil
from dataclasses import replace
from pathlib import Path

from cxrviewer.core.bundle import GATE, find_bundle, read_bundle, write_manifest


def write_open_model(folder: Path) -> str:
    """Copy the shipped model into a new folder and take its gate off; returns the folder."""
    shutil.copytree(find_bundle().folder, folder)
    manifest = read_bundle(folder).manifest
    (folder / GATE).unlink(missing_ok=True)
    write_manifest(replace(manifest, gate=replace(manifest.gate, sha256="")), folder)
    return str(folder)
