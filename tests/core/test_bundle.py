import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.core import bundle, paths
from cxrviewer.core.bundle import MANIFEST, WEIGHTS, Bundle
from cxrviewer.core.errors import BundleError
from cxrviewer.core.manifest import Calibration, Estimate, Gate, InputRule, Label, Manifest

MODEL = Manifest(
    id="m",
    name="Modell ä",
    version="1.0",
    architecture="mobilenet_v2",
    activation="softmax",
    labels=(
        Label(id="normal", name="Normal", negative=True),
        Label(
            id="viral",
            name="Viral",
            threshold=0.4,
            sensitivity=Estimate(value=0.9, low=0.8, high=0.95, n=200),
        ),
    ),
    input=InputRule(height=224, width=224, mean=(0.5,) * 3, std=(0.5,) * 3),
    weights_sha256="",
    licence="Apache-2.0",
    calibration=Calibration(temperature=1.5, bias=(0.1, -0.1), fitted_on="validation"),
    decision=0.3,
    gate=Gate(modalities=("DX",), age_years=(1.0, 5.0)),
    reference_logits=(0.25, -1.5),
    training={"recipe": "p3", "seeds": [1, 2]},
)


def write(folder: Path, **changes: Any) -> Path:
    folder.mkdir(parents=True)
    (folder / WEIGHTS).write_bytes(b"weights")
    digest = bundle.sha256(folder / WEIGHTS)
    bundle.write_manifest(replace(MODEL, weights_sha256=digest, **changes), folder)
    return folder


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, Path]:
    """Return the folders of the shipped and of the user's models."""
    monkeypatch.setattr(paths, "bundled_models_dir", lambda: tmp_path / "shipped")
    return tmp_path / "shipped", paths.user_models_dir()


def test_a_manifest_comes_back_as_written(tmp_path: Path) -> None:
    folder = write(tmp_path / "m")
    manifest = bundle.read_bundle(folder).manifest
    assert replace(manifest, weights_sha256="") == MODEL


@pytest.mark.parametrize(
    "changes",
    [
        {"activation": "relu"},
        {"labels": MODEL.labels[:1]},
        {"labels": (MODEL.labels[0], MODEL.labels[0])},
    ],
)
def test_a_manifest_is_valid_once_built(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        replace(MODEL, **changes)


def _with(path: str, value: Any) -> bytes:
    raw = {"format": 1, **json.loads(json.dumps(MODEL, default=vars))}
    *parents, last = path.split(".")
    inner: Any = raw
    for key in parents:
        inner = inner[int(key) if key.isdecimal() else key]
    inner[last] = value
    return json.dumps(raw).encode()


WRONG = {
    "id": (None, 1, "", [], "../../etc", "a b"),
    "name": (None, 1, ["x"]),
    "architecture": (None, [], {}),
    "labels": ({}, [], None, [1], ["normal", "viral"]),
    "labels.1.id": (None, 3, "a\nb"),
    "labels.1.name": (None, 3),
    "labels.1.negative": (None, 1, "no"),
    "labels.1.threshold": ("0.5", -0.1, 1.5, True, [], 10**400),
    "labels.1.colour": ("red",),
    "labels.1.sensitivity": (0.9, {"value": 0.9}, []),
    "labels.1.sensitivity.low": (None, 0.99, -1.0),
    "labels.1.sensitivity.value": (7.0, 0.1),
    "labels.1.sensitivity.n": (1.5, "200", 0),
    "input.height": (0, -1, 224.0, "224", None, True, 10**9),
    "input.mean": ([0.5, 0.5], 0.5, ["a", "b", "c"], None),
    "input.std": ([0.5, 0.5, 0.0], [1.0, 1.0, -1.0]),
    "calibration.temperature": (0, -1.0, "1", None),
    "calibration.bias": ([0.1], ["a", "b"], 0.1),
    "decision": (-1, 2, "half", False),
    "gate": (None, [], "open"),
    "gate.modalities": ("DX", [1]),
    "gate.sha256": (None, 1, ["x"]),
    "gate.age_years": ([5.0, 1.0], [1.0], 5, ["a", "b"]),
    "reference_logits": ([1.0], ["a", "b"]),
    "training": ([], "here"),
}


@pytest.mark.parametrize(
    ("path", "value"), [(path, value) for path, values in WRONG.items() for value in values]
)
def test_a_wrong_value_in_a_manifest_is_a_sentence(tmp_path: Path, path: str, value: Any) -> None:
    (tmp_path / MANIFEST).write_bytes(_with(path, value))
    with pytest.raises(BundleError, match="wrong value"):
        bundle.read_bundle(tmp_path)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("path", ["labels.1.threshold", "decision", "training"])
def test_a_manifest_with_what_is_no_number_is_a_sentence(
    tmp_path: Path, path: str, word: str
) -> None:
    (tmp_path / MANIFEST).write_bytes(_with(path, float(word)))
    with pytest.raises(BundleError, match="cannot be read"):
        bundle.read_bundle(tmp_path)


def test_whole_numbers_pass_for_numbers(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(_with("gate.age_years", [1, 5]))
    assert bundle.read_bundle(tmp_path).manifest.gate == MODEL.gate


@pytest.mark.parametrize("label_id", ["", "Viral", "a|b", "a\nb"])
def test_a_label_id_fits_into_a_column_name(label_id: str) -> None:
    with pytest.raises(ValueError, match="label id"):
        Label(id=label_id, name="x")


def test_an_unknown_label_is_a_sentence_with_the_known_ones() -> None:
    assert MODEL.label("viral").name == "Viral"
    with pytest.raises(BundleError, match="normal, viral"):
        MODEL.label("gout")


def test_an_estimate_speaks() -> None:
    assert str(Estimate(value=0.9, low=0.8, high=0.95, n=200)) == "0.90 (0.80 to 0.95, n 200)"


def _without(key: str) -> bytes:
    raw = {"format": 1, **json.loads(json.dumps(MODEL, default=vars))}
    del raw[key]
    return json.dumps(raw).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "is missing"),
        (b"{", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b"[]", "another version"),
        (b'{"format": 99}', "another version"),
        (b'{"format": 1}', "not complete"),
        (b'{"format": 1, "labels": 3, "input": {}}', "not complete"),
        (_without("labels"), "not complete"),
        (_without("licence"), "not complete"),
    ],
)
def test_a_manifest_that_is_none_is_a_sentence(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(BundleError, match=words):
        bundle.read_bundle(tmp_path)


def test_weights_are_checked_by_their_hash(tmp_path: Path) -> None:
    found = bundle.read_bundle(write(tmp_path / "m"))
    bundle.check_weights(found)
    found.weights.write_bytes(b"Weights")
    with pytest.raises(BundleError, match="wrong hash"):
        bundle.check_weights(found)
    found.weights.unlink()
    with pytest.raises(BundleError, match="missing"):
        bundle.check_weights(found)


def test_the_users_model_wins_over_the_shipped_one(installed: tuple[Path, Path]) -> None:
    shipped, users = installed
    write(shipped / "m")
    write(shipped / "a", id="a")
    write(users / "mine", version="2.0")
    found, errors = bundle.installed_bundles()
    assert [(each.manifest.id, each.manifest.version) for each in found] == [
        ("a", "1.0"),
        ("m", "2.0"),
    ]
    assert errors == ()


def test_a_damaged_model_is_an_error_beside_the_others(installed: tuple[Path, Path]) -> None:
    shipped, users = installed
    write(shipped / "m")
    (users / "bad").mkdir(parents=True)
    (users / "bad" / MANIFEST).write_text("{")
    found, errors = bundle.installed_bundles()
    assert [each.manifest.id for each in found] == ["m"]
    assert [str(users / "bad") in error.sentence for error in errors] == [True]


def test_a_model_is_found_by_id_or_folder(installed: tuple[Path, Path], tmp_path: Path) -> None:
    shipped, _ = installed
    write(shipped / "anything")
    other = write(tmp_path / "other", id="other")
    assert bundle.find_bundle("m").folder == shipped / "anything"
    assert bundle.find_bundle(str(other)).manifest.id == "other"


def test_a_model_that_is_not_there_is_a_sentence_with_the_installed(
    installed: tuple[Path, Path], tmp_path: Path
) -> None:
    with pytest.raises(BundleError, match="installed: none"):
        bundle.find_bundle("m")
    write(installed[0] / "m")
    with pytest.raises(BundleError, match="installed: m"):
        bundle.find_bundle("nonsense")
    with pytest.raises(BundleError, match="is missing"):
        bundle.find_bundle(str(tmp_path))


def test_the_files_of_a_bundle_lie_in_its_folder(tmp_path: Path) -> None:
    found = Bundle(folder=tmp_path, manifest=MODEL)
    assert {found.weights.parent, found.card.parent} == {tmp_path}
