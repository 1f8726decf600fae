"""A model is taken into use as a copy, and the one before can be brought back."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cxrviewer.core import bundle as bundles
from cxrviewer.core import paths
from cxrviewer.core.errors import BundleError, ExportError, SettingsError
from cxrviewer.core.manifest import Calibration, InputRule, Label, Manifest
from cxrviewer.core.operating_points import OperatingPoint
from cxrviewer.core.promotion import BANNER, choose, promote, roll_back
from cxrviewer.core.settings import Settings

SHIPPED = "pediatric-pneumonia"


def _at(label: str, threshold: float) -> OperatingPoint:
    return OperatingPoint(name="balanced", label=label, threshold=threshold)


def _run(folder: Path, *, weights: bytes = b"w", **changes: object) -> Path:
    home = folder / "bundle"
    home.mkdir(parents=True)
    (home / bundles.WEIGHTS).write_bytes(weights)
    (home / bundles.CARD).write_text("# card")
    manifest = Manifest(
        id="my-model",
        name="My model",
        version="1",
        architecture="mobilenet_v2",
        activation="softmax",
        labels=(
            Label(id="normal", name="Normal", negative=True),
            Label(id="viral", name="Viral"),
        ),
        input=InputRule(height=64, width=64, mean=(0.5,) * 3, std=(0.5,) * 3),
        weights_sha256=bundles.sha256(home / bundles.WEIGHTS),
        licence="none",
        calibration=Calibration(temperature=1.2, fitted_on="9 films"),
        points=(_at("", 0.6), _at("viral", 0.6)),
    )
    bundles.write_manifest(replace(manifest, **changes), home)
    return folder


def test_a_run_is_taken_into_use_as_a_copy_and_back_again(tmp_path: Path) -> None:
    run = _run(tmp_path / "run")
    used = promote(run, Settings())
    assert (used.model, used.models_before) == ("my-model", (SHIPPED,))
    copy = bundles.find_bundle("my-model")
    assert copy.folder == paths.user_models_dir() / "my-model"
    bundles.check_weights(copy)
    assert copy.manifest.training["banner"] == BANNER
    assert copy.card.read_text() == "# card"
    shutil.rmtree(run)
    assert bundles.find_bundle("my-model") == copy
    assert roll_back(used) == Settings()
    with pytest.raises(SettingsError, match="no model in use before"):
        roll_back(Settings())


def test_no_other_model_is_ever_replaced(tmp_path: Path) -> None:
    first = promote(_run(tmp_path / "a"), Settings())
    second = promote(_run(tmp_path / "b", weights=b"other"), first)
    assert second.model == "my-model-2"
    assert second.models_before == (SHIPPED, "my-model")
    shipped = promote(_run(tmp_path / "c", weights=b"third", id=SHIPPED), second)
    assert shipped.model == f"{SHIPPED}-2"
    assert bundles.find_bundle(SHIPPED).folder == paths.bundled_models_dir() / SHIPPED
    assert bundles.find_bundle("my-model").weights.read_bytes() == b"w"
    assert roll_back(shipped).model == "my-model-2"


def test_the_same_run_twice_makes_one_copy(tmp_path: Path) -> None:
    run = _run(tmp_path / "run")
    used = promote(run, Settings())
    assert promote(run, used) == used
    assert promote(run, roll_back(used)) == used
    assert len(list(paths.user_models_dir().iterdir())) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"calibration": None}, "no calibration of its own"),
        ({"points": (_at("", 0.6),)}, "no operating point for viral:"),
        ({"points": (_at("viral", 0.6),)}, "no operating point for all findings together:"),
        ({"points": ()}, "no operating point for viral, all findings together:"),
    ],
)
def test_a_model_without_its_own_operating_points_is_refused(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    # The model in use has points, and a site its settings: neither stands in for the new one's.
    assert bundles.find_bundle(SHIPPED).manifest.points
    settings = Settings(operating_point="screening", prevalences={f"{SHIPPED}/": 0.1})
    with pytest.raises(BundleError, match=words):
        promote(_run(tmp_path / "run", **changes), settings)
    assert not paths.user_models_dir().exists()


def test_of_several_findings_one_may_stay_without_a_point(tmp_path: Path) -> None:
    findings = (Label(id="mass", name="M"), Label(id="edema", name="E"))
    points = (_at("edema", 0.3),)
    run = _run(tmp_path / "a", activation="sigmoid", labels=findings, points=points)
    assert promote(run, Settings()).model == "my-model"
    none = _run(tmp_path / "b", weights=b"b", activation="sigmoid", labels=findings[:1], points=())
    with pytest.raises(BundleError, match="no operating point for mass"):
        promote(none, Settings())


def test_damaged_weights_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    run = _run(tmp_path / "run")
    (run / "bundle" / bundles.WEIGHTS).write_bytes(b"changed")
    with pytest.raises(BundleError, match="wrong hash"):
        promote(run, Settings())
    assert not paths.user_models_dir().exists()


def test_a_copy_that_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _run(tmp_path / "run")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cxrviewer.core.promotion.write_manifest", full)
    with pytest.raises(ExportError, match="could not be copied"):
        promote(run, Settings())
    assert list(paths.user_models_dir().iterdir()) == []


def test_a_model_that_was_taken_away_is_passed_over_on_the_way_back(tmp_path: Path) -> None:
    first = promote(_run(tmp_path / "a"), Settings())
    second = promote(_run(tmp_path / "b", weights=b"other"), first)
    shutil.rmtree(paths.user_models_dir() / "my-model")
    assert roll_back(second).model == SHIPPED


def test_an_installed_model_is_chosen_and_the_one_before_remembered(tmp_path: Path) -> None:
    used = promote(_run(tmp_path / "run"), Settings())
    back = choose(SHIPPED, used)
    assert (back.model, back.models_before) == (SHIPPED, (SHIPPED, "my-model"))
    assert choose(SHIPPED, back) == back
    assert roll_back(back) == used


def test_a_model_that_cannot_be_used_is_not_chosen(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no longer installed"):
        choose("gone", Settings())
    used = roll_back(promote(_run(tmp_path / "run"), Settings()))
    (paths.user_models_dir() / "my-model" / bundles.WEIGHTS).write_bytes(b"changed")
    with pytest.raises(BundleError, match="wrong hash"):
        choose("my-model", used)


def test_a_run_with_a_caution_is_used_only_by_who_read_it(tmp_path: Path) -> None:
    run = _run(tmp_path / "run", caution="It tells hospitals apart.")
    with pytest.raises(BundleError, match="off by default: It tells hospitals apart"):
        promote(run, Settings())
    assert not paths.user_models_dir().exists()
    assert promote(run, Settings(), anyway=True).model == "my-model"
    assert bundles.find_bundle("my-model").manifest.caution == "It tells hospitals apart."
