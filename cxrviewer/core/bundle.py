"""A model as a folder: manifest, weights and card, checked before anything is loaded.

The manifest is JSON; `manifest` has its values.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cxrviewer.core import paths
from cxrviewer.core.errors import BundleError
from cxrviewer.core.manifest import Manifest, manifest_from

MANIFEST = "manifest.json"
WEIGHTS = "weights.safetensors"
CARD = "MODEL_CARD.md"
GATE = "gate.safetensors"
FORMAT = 2
_LONGEST_CARD = 200_000  # characters

_OTHER = "The model in {folder} was made for another version of this program."
_EARLIER = (
    "The model in {folder} was made by an earlier version of this program, which kept operating "
    "points otherwise; train it anew."
)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A model folder with its manifest, as found on disk."""

    folder: Path
    manifest: Manifest

    @property
    def weights(self) -> Path:
        """File of the weights."""
        return self.folder / WEIGHTS

    @property
    def card(self) -> Path:
        """File of the model card."""
        return self.folder / CARD


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_bundle(folder: Path) -> Bundle:
    """Read the manifest of a bundle; the weights are checked by `check_weights`.

    Raises
    ------
    BundleError
        If the manifest is missing or not understood.
    """
    file = folder / MANIFEST
    try:
        raw = json.loads(file.read_text(encoding="utf-8"), parse_constant=_no_number)
    except FileNotFoundError:
        raise BundleError(f"There is no model in {folder}: {MANIFEST} is missing.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(f"The manifest of the model in {folder} cannot be read.") from error
    stated = raw.pop("format", None) if isinstance(raw, dict) else None
    if stated != FORMAT:
        raise BundleError((_EARLIER if stated == 1 else _OTHER).format(folder=folder))
    try:
        manifest = manifest_from(raw)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BundleError(
            f"The manifest of the model in {folder} is not complete or holds a wrong value; "
            "install the model anew."
        ) from error
    return Bundle(folder=folder, manifest=manifest)


def _no_number(word: str) -> float:
    """Refuse NaN and Infinity, which Python reads though JSON has no such words."""
    raise ValueError(word)


def check_weights(bundle: Bundle) -> None:
    """Compare the weights file with the hash in the manifest.

    Raises
    ------
    BundleError
        If the file is missing or differs.
    """
    name = bundle.manifest.id
    try:
        digest = sha256(bundle.weights)
    except OSError:
        raise BundleError(
            f"The weights of the model {name} are missing; install the model anew."
        ) from None
    if digest != bundle.manifest.weights_sha256:
        raise BundleError(
            f"The weights of the model {name} are not the ones it was published with "
            "(wrong hash); install the model anew."
        )


def read_card(bundle: Bundle) -> str:
    """Return the model card, Markdown.

    Raises
    ------
    BundleError
        If the model has none, it cannot be read, or it is not the one it was published with.
    """
    name, stated = bundle.manifest.id, bundle.manifest.card_sha256
    try:
        with bundle.card.open(encoding="utf-8") as stream:
            text = stream.read(_LONGEST_CARD)
    except FileNotFoundError:
        raise BundleError(
            f"The model {name} has no card; nobody has written down what it was made from, what "
            "it is for and how well it does."
        ) from None
    except (OSError, ValueError) as error:
        raise BundleError(f"The card of the model {name} cannot be read.") from error
    if stated and stated != _digest(text):
        raise BundleError(
            f"The card of the model {name} is not the one it was published with (wrong hash), so "
            "it is not shown; install the model anew."
        )
    return text


def write_card(text: str, manifest: Manifest, folder: Path) -> None:
    """Write the model card into an existing folder, and the manifest with its hash."""
    with paths.replacing(folder / CARD) as temporary:
        temporary.write_text(text, encoding="utf-8")
    write_manifest(replace(manifest, card_sha256=_digest(text)), folder)


def _digest(text: str) -> str:
    """Return the SHA-256 of a text, whatever ends the lines of its file."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write a manifest into an existing folder, whole or not at all."""
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=2, ensure_ascii=False)
    with paths.replacing(folder / MANIFEST) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def installed_bundles() -> tuple[tuple[Bundle, ...], tuple[BundleError, ...]]:
    """Find the bundles that ship with the program and those of the user.

    Returns
    -------
    The readable bundles in order of their ids (the user's win over the shipped of the same
    id), and the errors of the others.
    """
    found: dict[str, Bundle] = {}
    errors = []
    for root in (paths.bundled_models_dir(), paths.user_models_dir()):
        for manifest in sorted(root.glob(f"*/{MANIFEST}")):
            try:
                bundle = read_bundle(manifest.parent)
            except BundleError as error:
                errors.append(error)
            else:
                found[bundle.manifest.id] = bundle
    return tuple(found[key] for key in sorted(found)), tuple(errors)


DEFAULT_MODEL = "pediatric-pneumonia"


def find_bundle(name: str = DEFAULT_MODEL) -> Bundle:
    """Return the bundle with this id, or the one in this folder.

    Raises
    ------
    BundleError
        If there is none.
    """
    folder = Path(name)
    if (folder / MANIFEST).is_file():
        return read_bundle(folder)
    bundles, _ = installed_bundles()
    for bundle in bundles:
        if bundle.manifest.id == name:
            return bundle
    if folder.is_dir():
        return read_bundle(folder)
    known = ", ".join(bundle.manifest.id for bundle in bundles) or "none"
    raise BundleError(f"There is no model “{name}”; installed: {known}.")
