"""A model as a folder: manifest, weights and card, checked before anything is loaded.

The manifest is JSON. Everything that must travel with the weights stands in it:
architecture, input rule, labels, activation, calibration, operating points, gate, hashes,
licence and training origin.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.errors import BundleError

MANIFEST = "manifest.json"
WEIGHTS = "weights.safetensors"
CARD = "MODEL_CARD.md"
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A measured proportion with its 95 % interval and count."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f}, n {self.n})"


@dataclass(frozen=True, kw_only=True)
class Label:
    """One output of the network.

    Attributes
    ----------
    id, name
        Lower-case id (CSV column `p_<id>`) and the words on screen.
    negative
        True for the label that means "nothing found".
    threshold
        Operating point of this label against all others, on the calibrated scale, or None.
    sensitivity, specificity
        Measured on held-out patients at `threshold`.
    """

    id: str
    name: str
    negative: bool = False
    threshold: float | None = None
    sensitivity: Estimate | None = None
    specificity: Estimate | None = None

    def __post_init__(self) -> None:
        if not self.id or self.id != self.id.lower() or "|" in self.id:
            raise ValueError(f"label id {self.id!r}")


@dataclass(frozen=True, kw_only=True)
class InputRule:
    """How a film becomes the network's input; one rule for training, prediction and export.

    Attributes
    ----------
    height, width
        px.
    resize
        Name of the resize rule: `squash` stretches the whole film to the input size.
    mean, std
        Per channel, on greys 0..1: input = (grey - mean) / std.
    """

    height: int
    width: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    resize: str = "squash"


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Temperature (and per-label bias) fitted on validation patients: z' = z / T + b."""

    temperature: float = 1.0
    bias: tuple[float, ...] = ()
    fitted_on: str = ""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Which films the model may be asked about; an empty list accepts all.

    Attributes
    ----------
    age_years
        Least and greatest age of the training patients, or None.
    """

    modalities: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    age_years: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The manifest of one bundle.

    Attributes
    ----------
    activation
        `softmax` (one label a film) or `sigmoid` (several).
    decision
        With softmax: probability of anything but the negative label from which the film is
        called positive; None calls the most probable label.
    weights_sha256
        Of the weights file.
    reference_logits
        Logits of the demonstration phantom on the training machine, for the self-test.
    training
        Origin: recipe, data, split, seed, dates, library versions.
    """

    id: str
    name: str
    version: str
    architecture: str
    activation: str
    labels: tuple[Label, ...]
    input: InputRule
    weights_sha256: str
    licence: str
    calibration: Calibration | None = None
    decision: float | None = None
    gate: Gate = field(default_factory=Gate)
    reference_logits: tuple[float, ...] = ()
    training: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.activation not in ("softmax", "sigmoid"):
            raise ValueError(f"activation {self.activation!r}")
        if len(self.labels) < 2 or len({label.id for label in self.labels}) < len(self.labels):
            raise ValueError("labels")

    def label(self, label_id: str) -> Label:
        """Return the label with this id.

        Raises
        ------
        BundleError
            If the bundle has none.
        """
        for label in self.labels:
            if label.id == label_id:
                return label
        known = ", ".join(label.id for label in self.labels)
        raise BundleError(f"The model {self.id} has no label “{label_id}”; it has {known}.")


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
        raw = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleError(f"There is no model in {folder}: {MANIFEST} is missing.") from None
    except (OSError, ValueError) as error:
        raise BundleError(f"The manifest of the model in {folder} cannot be read.") from error
    if not isinstance(raw, dict) or raw.pop("format", None) != FORMAT:
        raise BundleError(f"The model in {folder} was made for another version of this program.")
    try:
        manifest = _manifest(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(
            f"The manifest of the model in {folder} is not complete; install the model anew."
        ) from error
    return Bundle(folder=folder, manifest=manifest)


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


def _manifest(raw: dict[str, Any]) -> Manifest:
    labels = tuple(
        Label(
            **{
                **label,
                "sensitivity": _estimate(label.get("sensitivity")),
                "specificity": _estimate(label.get("specificity")),
            }
        )
        for label in raw["labels"]
    )
    rule = raw["input"]
    gate = raw.get("gate", {})
    ages = gate.get("age_years")
    calibration = raw.get("calibration")
    return Manifest(
        **{
            **raw,
            "labels": labels,
            "input": InputRule(**{**rule, "mean": tuple(rule["mean"]), "std": tuple(rule["std"])}),
            "calibration": calibration
            and Calibration(**{**calibration, "bias": tuple(calibration.get("bias", ()))}),
            "gate": Gate(
                modalities=tuple(gate.get("modalities", ())),
                views=tuple(gate.get("views", ())),
                body_parts=tuple(gate.get("body_parts", ())),
                age_years=(float(ages[0]), float(ages[1])) if ages else None,
            ),
            "reference_logits": tuple(raw.get("reference_logits", ())),
        }
    )


def _estimate(raw: dict[str, Any] | None) -> Estimate | None:
    return None if raw is None else Estimate(**raw)
