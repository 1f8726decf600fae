"""Models among the user's own, made from the shipped one."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.bundle import find_bundle, read_bundle, write_manifest

SHIPPED = "pediatric-pneumonia"
CAUTION = "Its COVID films come from one hospital and all others from another."


def make_model(model: str, **changes: Any) -> Path:
    """Install a copy of the shipped model under an id of its own; returns its folder."""
    folder = paths.user_models_dir() / model
    shutil.copytree(find_bundle(SHIPPED).folder, folder)
    write_manifest(replace(read_bundle(folder).manifest, id=model, **changes), folder)
    return folder
