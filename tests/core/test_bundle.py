import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.core import bundle, paths
from cxrviewer.core.bundle import MANIFEST, WEIGHTS, Bundle
from cxrviewer.core.errors import BundleError
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.manifest import Calibration, Gate, InputRule, Label, Manifest
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand

MODEL = Manifest(
    id="m",
    name="Modell ä",
    version="1.0",
    architecture="mobilenet_v2",
    activation="softmax",
    labels=(
        Label(id="normal", name="Normal", negative=True),
        Label(id="viral", name="Viral"),
    ),
    input=InputRule(height=224, width=224, mean=(0.5,) * 3, std=(0.5,) * 3),
    weights_sha256="",
    licence="Apache-2.0",
    calibration=Calibration(temperature=1.5, bias=(0.1, -0.1), fitted_on="validation"),
    points=(
        OperatingPoint(
            name="balanced",
            label="viral",
            threshold=0.4,
            sensitivity=Estimate(value=0.9, low=0.8, high=0.95, n=200),
        ),
        OperatingPoint(name="balanced", label="", threshold=0.3),
        OperatingPoint(name="screening", label="viral", threshold=0.2),
        OperatingPoint(name="screening", label="", threshold=0.3),
    ),
    uncertain=(
        UncertainBand(
            label="viral",
            low=0.35,
            high=0.5,
            wrong_share=0.05,
            films=120,
            wrong=Estimate(value=0.02, low=0.01, high=0.04, n=300),
        ),
    ),
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
        {"points": (*MODEL.points, MODEL.points[0])},
        {"points": (*MODEL.points, OperatingPoint(name="balanced", label="normal", threshold=0))},
        {"points": (*MODEL.points, OperatingPoint(name="balanced", label="gout", threshold=0))},
        {"points": MODEL.points[:3]},
        {"points": MODEL.points[1:]},
        {"points": (replace(MODEL.points[0], threshold=0.1), *MODEL.points[1:])},
        {"points": (replace(MODEL.points[0], threshold=0.1), *MODEL.points[1:]), "uncertain": ()},
        {"uncertain": (MODEL.uncertain[0], MODEL.uncertain[0])},
        {"uncertain": (replace(MODEL.uncertain[0], low=0.45),)},
        {"uncertain": (replace(MODEL.uncertain[0], label=""),), "points": MODEL.points[::2]},
        {"activation": "sigmoid"},
    ],
)
def test_a_manifest_is_valid_once_built(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        replace(MODEL, **changes)


def _with(path: str, value: Any) -> bytes:
    raw = {"format": 2, **json.loads(json.dumps(MODEL, default=vars))}
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
    "labels.1.colour": ("red",),
    "points": (None, {}, [1], ["balanced"]),
    "points.0.name": ("", "specific", 1, None),
    "points.0.label": ("normal", "gout", None, 1),
    "points.0.threshold": ("0.5", -0.1, 1.5, True, [], None, 10**400),
    "points.0.sensitivity": (0.9, {"value": 0.9}, []),
    "points.0.sensitivity.low": (None, 0.99, -1.0),
    "points.0.sensitivity.value": (7.0, 0.1),
    "points.0.sensitivity.n": (1.5, "200", 0),
    "uncertain": (None, {}, [1]),
    "uncertain.0.low": (-0.1, 0.6, None),
    "uncertain.0.high": (0.3, 1.1, None),
    "uncertain.0.wrong_share": (0.0, 1.0, None),
    "uncertain.0.films": (0, 1.5, None),
    "uncertain.0.wrong.high": (0.01, 2.0, None),
    "input.height": (0, -1, 224.0, "224", None, True, 10**9),
    "input.mean": ([0.5, 0.5], 0.5, ["a", "b", "c"], None),
    "input.std": ([0.5, 0.5, 0.0], [1.0, 1.0, -1.0]),
    "calibration.temperature": (0, -1.0, "1", None),
    "calibration.bias": ([0.1], ["a", "b"], 0.1),
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
@pytest.mark.parametrize("path", ["points.0.threshold", "uncertain.0.low", "training"])
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
    estimate = Estimate(value=0.9, low=0.8, high=0.95, n=200)
    assert str(estimate) == "0.90 (0.80 to 0.95, n 200)"
    assert estimate.counted == "0.90 (0.80 to 0.95; 180 of 200 films)"


def test_points_are_found_by_label_and_name() -> None:
    assert MODEL.point_names == ("balanced", "screening")
    assert MODEL.threshold("viral") == 0.4
    assert MODEL.threshold("viral", "screening") == 0.2
    assert MODEL.threshold("normal") is None
    assert MODEL.band("viral") == MODEL.uncertain[0]
    assert MODEL.band("") is None


def test_a_point_that_a_model_lacks_is_a_sentence() -> None:
    balanced = replace(MODEL, points=MODEL.points[:2])
    balanced.check_point("balanced")
    with pytest.raises(BundleError, match="m has no screening operating point, only balanced;"):
        balanced.check_point("screening")
    replace(MODEL, points=(), uncertain=()).check_point("balanced")


def test_the_shipped_model_has_both_points_of_each_finding() -> None:
    manifest = bundle.find_bundle(bundle.DEFAULT_MODEL).manifest
    for label in ("", "bacterial", "viral"):
        points = manifest.points_of(label)
        assert [point.name for point in points] == ["balanced", "screening"]
        for point in points:
            assert point.sensitivity.n + point.specificity.n == 521
    assert (points[0].sensitivity.n, points[0].specificity.n) == (134, 387)


def _without(key: str) -> bytes:
    raw = {"format": 2, **json.loads(json.dumps(MODEL, default=vars))}
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
        (b'{"format": []}', "another version"),
        (b'{"format": 1}', "made by an earlier version .* train it anew"),
        (b'{"format": 2}', "not complete"),
        (b'{"format": 2, "labels": 3, "input": {}}', "not complete"),
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
