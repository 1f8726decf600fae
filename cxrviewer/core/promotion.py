"""Taking a model into use, and going back to the one before.

Both only make new settings; the bundles that ship with the program are never touched.
"""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from cxrviewer.core import paths
from cxrviewer.core.bundle import (
    Bundle,
    check_weights,
    installed_bundles,
    read_bundle,
    write_manifest,
)
from cxrviewer.core.errors import BundleError, ExportError, SettingsError
from cxrviewer.core.manifest import Manifest
from cxrviewer.core.operating_points import TOGETHER
from cxrviewer.core.paired import Comparison
from cxrviewer.core.run_files import BUNDLE
from cxrviewer.core.settings import Settings

BANNER = "Trained here, not validated"

_OFF = (
    "The model {manifest.id} is off by default: {manifest.caution} Who wants it all the same takes "
    "it into use with `cxrviewer use RUN --anyway`."
)


def promote(
    run: Path,
    settings: Settings,
    *,
    comparison: Comparison | None = None,
    anyway: bool = False,
) -> Settings:
    """Copy a run's bundle among the user's models and return settings that use it.

    The copy gets an id that no installed model has; a run taken into use before keeps the copy
    it has. The caller saves the settings.

    Parameters
    ----------
    run
        Folder of the run.
    comparison
        With the model in use, noted in the copy's manifest.
    anyway
        A person read the model's caution and wants it all the same.

    Raises
    ------
    BundleError
        If the bundle is damaged, is off by default, or has no calibration or operating points of
        its own.
    ExportError
        If it cannot be copied; nothing has changed then.
    """
    bundle = read_bundle(run / BUNDLE)
    _check_fit(bundle.manifest)
    if bundle.manifest.off_by_default and not anyway:
        raise BundleError(_OFF.format(manifest=bundle.manifest))
    check_weights(bundle)
    return _using(_copy_of(bundle) or _install(bundle, comparison), settings)


def choose(model: str, settings: Settings) -> Settings:
    """Return settings that use an installed model; the caller saves them.

    Raises
    ------
    BundleError
        If no installed model has this id, or its weights are damaged.
    """
    bundles, _ = installed_bundles()
    for bundle in bundles:
        if bundle.manifest.id == model:
            check_weights(bundle)
            return _using(model, settings)
    raise BundleError(f"The model {model} is no longer installed.")


def roll_back(settings: Settings) -> Settings:
    """Return settings that use the model in use before; the caller saves them.

    Raises
    ------
    SettingsError
        If there is none that is still installed.
    """
    bundles, _ = installed_bundles()
    known = {bundle.manifest.id for bundle in bundles}
    before = list(settings.models_before)
    while before:
        model = before.pop()
        if model in known:
            return replace(settings, model=model, models_before=tuple(before))
    raise SettingsError("There is no model in use before this one to go back to.")


def _using(model: str, settings: Settings) -> Settings:
    if model == settings.model:
        return settings
    return replace(settings, model=model, models_before=(*settings.models_before, settings.model))


def _check_fit(manifest: Manifest) -> None:
    if manifest.calibration is None:
        raise BundleError(
            f"The model {manifest.id} has no calibration of its own, so it cannot be taken into "
            "use; train it anew."
        )
    findings = [label.id for label in manifest.labels if not label.negative]
    without = [label for label in findings if manifest.threshold(label) is None]
    # One of several findings may stay without a point: it is then shown without a call.
    exclusive = manifest.activation == "softmax"
    if manifest.judged_together and manifest.threshold(TOGETHER) is None:
        without.append("all findings together")
    if without and (exclusive or len(without) == len(findings)):
        raise BundleError(
            f"The model {manifest.id} has no operating point for {', '.join(without)}: too few "
            "validation films showed it. Add films or leave the label out, and train it anew."
        )


def _copy_of(bundle: Bundle) -> str | None:
    bundles, _ = installed_bundles()
    for other in bundles:
        same = other.manifest.weights_sha256 == bundle.manifest.weights_sha256
        if same and other.folder.parent == paths.user_models_dir():
            return other.manifest.id
    return None


def _install(bundle: Bundle, comparison: Comparison | None) -> str:
    home = paths.user_models_dir()
    compared = {"compared": comparison.sentence} if comparison else {}
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".new-") as workshop:
            fresh = Path(workshop) / "model"
            shutil.copytree(bundle.folder, fresh)
            check_weights(Bundle(folder=fresh, manifest=bundle.manifest))
            name = _free_id(bundle.manifest.id)
            training = {**bundle.manifest.training, "banner": BANNER, **compared}
            write_manifest(replace(bundle.manifest, id=name, training=training), fresh)
            # A folder that someone made meanwhile is not replaced: the system refuses.
            fresh.rename(home / name)
    except OSError as error:
        raise ExportError(
            f"The model could not be copied to {home}; check the space and your rights there."
        ) from error
    return name


def _free_id(wanted: str) -> str:
    """Return an id that neither an installed bundle nor a folder of models has."""
    bundles, _ = installed_bundles()
    homes = (paths.user_models_dir(), paths.bundled_models_dir())
    taken = {bundle.manifest.id for bundle in bundles}
    taken |= {path.name for home in homes if home.is_dir() for path in home.iterdir()}
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free
