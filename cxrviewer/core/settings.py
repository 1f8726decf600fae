"""What the user chose, as values in one JSON file."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.errors import SettingsError
from cxrviewer.core.operating_points import BALANCED


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The user's settings.

    Attributes
    ----------
    acknowledged
        Version of the notice the user has acknowledged, empty before.
    model
        Id of the model in use.
    overlay_opacity
        Per cent, 0..100.
    cam_method
        Name of the Grad-CAM variant.
    threads
        Threads of the network, 0 leaves one core for the window.
    recent
        Films opened last, newest first.
    models_before
        Ids of the models in use before, the last one last.
    weights_folder
        Folder of ImageNet weights, empty for none.
    cache_gigabytes
        Most that the cache of activations may take on disk.
    operating_point
        Name of the operating point films are called at, where the model has it.
    prevalences
        Model and label, joined by `/` -> share of films that show it where the model is used,
        above 0 and below 1; none for one that nobody has stated.
    """

    acknowledged: str = ""
    model: str = "pediatric-pneumonia"
    overlay_opacity: int = 40
    cam_method: str = "gradcam"
    threads: int = 0
    recent: tuple[str, ...] = ()
    models_before: tuple[str, ...] = ()
    weights_folder: str = ""
    cache_gigabytes: int = 20
    operating_point: str = BALANCED
    prevalences: dict[str, float] = field(default_factory=dict)


def load(file: Path | None = None) -> Settings:
    """Read the settings; a missing file, an unknown key or a value of the wrong kind is skipped.

    Raises
    ------
    SettingsError
        If the file is there but is not a settings file.
    """
    source = file or paths.settings_file()
    try:
        raw = json.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        raise SettingsError(
            "The settings file cannot be read, so the defaults are used; it is replaced when "
            "you next change a setting."
        ) from error
    if not isinstance(raw, dict):
        raise SettingsError("The settings file is damaged, so the defaults are used.")
    kept: dict[str, Any] = {}
    for name, default in vars(Settings()).items():
        value = raw.get(name)
        if isinstance(value, list):
            value = tuple(str(item) for item in value)
        if isinstance(value, dict):
            value = {key: share for key, share in value.items() if _is_share(share)}
        if type(value) is type(default):
            kept[name] = value
    return Settings(**kept)


def _is_share(value: Any) -> bool:
    return isinstance(value, float) and 0 < value < 1


def save(settings: Settings, file: Path | None = None) -> None:
    """Write the settings, whole or not at all.

    Raises
    ------
    SettingsError
        If they cannot be written.
    """
    target = file or paths.settings_file()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with paths.replacing(target) as temporary:
            temporary.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"The settings could not be written to {target.parent}; check that you may write there."
        ) from error
