"""What a millimetre means, over the combinations of tags that occur."""

import pytest
from pydicom.dataset import Dataset

from cxrviewer.core.film import SpacingTrust
from cxrviewer.imaging.geometry import read_spacing

_CALIBRATED, _DETECTOR = SpacingTrust.CALIBRATED, SpacingTrust.DETECTOR
_MAGNIFIED, _NONE = SpacingTrust.MAGNIFIED, SpacingTrust.NONE


def _dataset(**elements: object) -> Dataset:
    dataset = Dataset()
    dataset.Modality = "DX"
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


@pytest.mark.parametrize(
    ("elements", "trust", "row", "column"),
    [
        ({}, _NONE, 1, 1),
        ({"PixelSpacing": [0.2, 0.1]}, _DETECTOR, 0.2, 0.1),
        ({"PixelSpacing": [0.2, 0.1], "ImagerPixelSpacing": [0.2, 0.1]}, _DETECTOR, 0.2, 0.1),
        ({"PixelSpacing": [1.2, 1.2], "ImagerPixelSpacing": [1.6, 1.6]}, _CALIBRATED, 1.2, 1.2),
        (
            {"PixelSpacing": [0.2, 0.1], "PixelSpacingCalibrationType": "FIDUCIAL"},
            _CALIBRATED,
            0.2,
            0.1,
        ),
        ({"ImagerPixelSpacing": [0.2, 0.1]}, _DETECTOR, 0.2, 0.1),
        ({"ImagerPixelSpacing": [-0.2, 0.1]}, _DETECTOR, 0.2, 0.1),
        (
            {"ImagerPixelSpacing": [0.22, 0.11], "EstimatedRadiographicMagnificationFactor": 1.1},
            _MAGNIFIED,
            0.2,
            0.1,
        ),
        (
            {
                "ImagerPixelSpacing": [0.24, 0.12],
                "DistanceSourceToDetector": 1800,
                "DistanceSourceToPatient": 1500,
            },
            _MAGNIFIED,
            0.2,
            0.1,
        ),
        ({"ImagerPixelSpacing": [0, 0]}, _NONE, 1, 1),
        ({"PixelSpacing": [0.2, 0], "PixelAspectRatio": [2, 1]}, _NONE, 2, 1),
        ({"NominalScannedPixelSpacing": [0.3, 0.2]}, SpacingTrust.NOMINAL, 0.3, 0.2),
        ({"PixelAspectRatio": [4, 3]}, _NONE, 4 / 3, 1),
        ({"Modality": "CT", "PixelSpacing": [0.7, 0.6]}, _CALIBRATED, 0.7, 0.6),
        ({"Modality": "CT", "ImagerPixelSpacing": [0.7, 0.6]}, _NONE, 1, 1),
        ({"PixelSpacing": 0.2}, _NONE, 1, 1),
    ],
)
def test_spacing_follows_the_first_valid_tag(
    elements: dict[str, object], trust: SpacingTrust, row: float, column: float
) -> None:
    spacing, _ = read_spacing(_dataset(**elements))

    assert spacing.trust is trust
    assert (spacing.row, spacing.column) == pytest.approx((row, column))


def test_a_zero_spacing_is_said() -> None:
    _, warnings = read_spacing(_dataset(PixelSpacing=[0, 0]))

    assert warnings == ("The file's pixel spacing is 0, which is invalid; lengths are in pixels.",)


def test_contradicting_magnifications_stay_at_the_detector() -> None:
    spacing, warnings = read_spacing(
        _dataset(
            ImagerPixelSpacing=[0.2, 0.2],
            EstimatedRadiographicMagnificationFactor=1.1,
            DistanceSourceToDetector=1800,
            DistanceSourceToPatient=1000,
        )
    )

    assert spacing.trust is _DETECTOR
    assert "calibrate" in warnings[0]


def test_the_unit_names_the_magnification() -> None:
    spacing, _ = read_spacing(
        _dataset(ImagerPixelSpacing=[0.2, 0.2], EstimatedRadiographicMagnificationFactor=1.1)
    )

    assert spacing.unit == "mm /ERMF 1.1"
