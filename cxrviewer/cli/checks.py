"""The checks of `cxrviewer self-test`, each telling what it found."""

import importlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path

import numpy as np

from cxrviewer.core import bundle, paths
from cxrviewer.core.errors import BundleError, CxrViewerError, ExportError, FilmError, sentence_for
from cxrviewer.core.film import Array
from cxrviewer.core.logs import logger
from cxrviewer.processes.reader_process import FilmReader

# Module -> distribution. torchvision is imported through the program's own door to it.
_MODULES = {
    "numpy": "numpy",
    "cv2": "opencv-python-headless",
    "pydicom": "pydicom",
    "PIL": "pillow",
    "gdcm": "python-gdcm",
    "jpeg_ls": "pyjpegls",
    "openjpeg": "pylibjpeg-openjpeg",
    "rle": "pylibjpeg-rle",
    "torch": "torch",
    "cxrviewer.learning.networks.vision": "torchvision",
    "pytorch_grad_cam": "grad-cam",
    "safetensors": "safetensors",
    "PySide6": "PySide6-Essentials",
}
# Lossless, so that the values must come back; the others need an encoder of their own.
_WRITABLE = (
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.90",
)
_SIDE = 128
_TOLERANCE = 1e-3


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one check found."""

    name: str
    ok: bool
    detail: str


Step = tuple[str, Callable[[], str]]
Check = Callable[[], Iterator[Step]]


def carry_out(check: Check) -> Iterator[Outcome]:
    """Take the steps of a check; a step that raises has failed, the next is still taken."""
    for name, step in check():
        try:
            detail = step()
        except CxrViewerError as error:
            yield Outcome(name=name, ok=False, detail=error.sentence)
        except Exception as error:  # noqa: BLE001 - a check tells, it does not stop
            logger.error("self-test: %s", name, exc_info=error)
            yield Outcome(name=name, ok=False, detail=sentence_for(error))
        else:
            yield Outcome(name=name, ok=True, detail=detail)


def imports() -> Iterator[Step]:
    """Import every library the program needs."""
    for module, distribution in _MODULES.items():
        yield f"import {distribution}", partial(_import, module, distribution)


def _import(module: str, distribution: str) -> str:
    importlib.import_module(module)
    return metadata.version(distribution)


def folders() -> Iterator[Step]:
    """Try the folders the program writes to."""
    for words, folder in (
        ("settings", paths.user_dir()),
        ("log", paths.logs_dir()),
        ("user models", paths.user_models_dir()),
        ("temporary files", Path(tempfile.gettempdir())),
    ):
        yield f"folder of {words}", partial(_write_into, folder)


def _write_into(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"self-test")
    except OSError as error:
        raise ExportError(f"{folder} cannot be written to ({error.strerror}).") from error
    return f"{folder} can be written to"


def codecs() -> Iterator[Step]:
    """Take the phantom through every transfer syntax that this program can also write."""
    from cxrviewer.imaging import phantom
    from cxrviewer.imaging.transfer_syntaxes import SYNTAXES

    drawn = phantom.draw(rows=_SIDE, columns=_SIDE)
    reader = FilmReader()
    try:
        for uid in _WRITABLE:
            yield f"codec {SYNTAXES[uid].name}", partial(_decode, reader, uid, drawn)
    finally:
        reader.close()


def _decode(reader: FilmReader, uid: str, drawn: Array) -> str:
    from cxrviewer.imaging import phantom

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "phantom.dcm")
        phantom.write_phantom(file, transfer_syntax=uid, rows=_SIDE, columns=_SIDE)
        if not np.array_equal(reader.read(file).stored, drawn):
            raise FilmError("The values read are not the values written; install anew.")
    return "the values read are the values written"


def models() -> Iterator[Step]:
    """Try every installed model: its manifest, its hash and its answer to the phantom."""
    found, errors = bundle.installed_bundles()
    for error in errors:
        yield "model manifest", partial(_fail, error)
    if not found:
        yield "models", partial(_fail, BundleError("No model is installed."))
    for each in found:
        yield f"weights of {each.manifest.id}", partial(_hash, each)
        yield f"reference answer of {each.manifest.id}", partial(_reference, each)


def _fail(error: BundleError) -> str:
    raise error


def _hash(installed: bundle.Bundle) -> str:
    bundle.check_weights(installed)
    return f"SHA-256 {installed.manifest.weights_sha256[:12]}…"


def _reference(installed: bundle.Bundle) -> str:
    expected = np.asarray(installed.manifest.reference_logits)
    if not expected.size:
        return "the model states none"
    from cxrviewer.cli.film_reading import read_film
    from cxrviewer.imaging import phantom
    from cxrviewer.learning.classifier import Classifier
    from cxrviewer.learning.preprocess import Preprocess

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "phantom.dcm")
        phantom.write_phantom(file)
        film = read_film(file)
    classifier = Classifier.load(installed)
    pixels = Preprocess(installed.manifest.input).array(film)
    logits = classifier.logits(pixels[None])[0]
    distance = float(np.abs(logits - expected).max())
    if not distance <= _TOLERANCE:
        raise BundleError(
            f"The model {installed.manifest.id} answers {distance:.2g} off its reference on "
            f"{classifier.device.description}; do not use it on this device."
        )
    return f"within {distance:.1g} on {classifier.device.description}"


CHECKS: tuple[Check, ...] = (imports, folders, codecs, models)
