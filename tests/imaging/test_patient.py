"""Whose film and how it was taken."""

import pytest
from pydicom import config
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from cxrviewer.imaging.layout import PixelLayout
from cxrviewer.imaging.patient import read_age, read_facts, read_identity

_LAYOUT = PixelLayout(
    keyword="PixelData",
    rows=1,
    columns=1,
    samples=1,
    frames=1,
    allocated=16,
    stored=12,
    high_bit=11,
    signed=False,
    planar=0,
    photometric="MONOCHROME2",
)


def _dataset(**elements: object) -> Dataset:
    dataset = Dataset()
    with config.disable_value_validation():
        for keyword, value in elements.items():
            setattr(dataset, keyword, value)
    return dataset


@pytest.mark.parametrize(
    ("elements", "years"),
    [
        ({"PatientAge": "004Y"}, 4.0),
        ({"PatientAge": "018M"}, 1.5),
        ({"PatientAge": "026W"}, 0.498),
        ({"PatientAge": "010D"}, 0.0274),
        ({"PatientBirthDate": "20100315", "StudyDate": "20200315"}, 10.0),
        ({"PatientAge": "", "PatientBirthDate": "2010.03.15", "StudyDate": "20110315"}, 1.0),
        ({"PatientBirthDate": "20200315", "StudyDate": "20100315"}, None),
        ({"PatientBirthDate": "20101340", "StudyDate": "20200315"}, None),
        ({"PatientAge": "999Y"}, None),
        ({}, None),
    ],
)
def test_age(elements: dict[str, str], years: float | None) -> None:
    age = read_age(_dataset(**elements))

    assert age == (None if years is None else pytest.approx(years, abs=0.003))


def test_facts() -> None:
    facts = read_facts(
        _dataset(
            Modality="dx",
            ViewPosition="PA ",
            Laterality="L",
            BodyPartExamined="chest",
            PatientOrientation=["L", "F"],
            BurnedInAnnotation="YES",
            LossyImageCompressionRatio=[12.5],
            Manufacturer="Maker",
        ),
        _LAYOUT,
        syntax="Explicit",
    )

    assert (facts.modality, facts.view, facts.laterality) == ("DX", "PA", "L")
    assert (facts.body_part, facts.orientation) == ("CHEST", ("L", "F"))
    assert facts.burned_in
    assert facts.lossy_ratio == 12.5
    assert facts.bits_stored == 12


def test_a_coded_view_serves_where_there_is_no_other() -> None:
    coded = _dataset(ViewCodeSequence=Sequence([_dataset(CodeValue="R-10206")]))

    assert read_facts(coded, _LAYOUT, syntax="").view == "AP"


def test_identity_in_other_scripts() -> None:
    name = "Yamada^Tarou=山田^太郎"
    dataset = _dataset(SpecificCharacterSet="ISO_IR 192", PatientName=name)
    dataset.PatientBirthDate = "19700131"

    identity = read_identity(dataset)

    assert identity.name == name
    assert identity.birth_date == "1970-01-31"
    assert identity.sex == ""
