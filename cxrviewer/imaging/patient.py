"""Whose film it is and how it was taken, from the header."""

import re
from datetime import date

from pydicom.dataset import Dataset

from cxrviewer.core.film import Facts, Identity
from cxrviewer.imaging.header import items, number, text, texts, word
from cxrviewer.imaging.layout import PixelLayout

_DAYS_A_YEAR = 365.25
_YEARS = {"Y": 1.0, "M": 1 / 12, "W": 7 / _DAYS_A_YEAR, "D": 1 / _DAYS_A_YEAR}
_OLDEST = 130.0
# View Code Sequence (SNOMED RT) -> View Position.
_VIEW_CODES = {"R-10206": "AP", "R-10214": "PA", "R-10236": "LL", "R-10232": "RL", "R-102CD": "LL"}


def read_identity(dataset: Dataset) -> Identity:
    """Return the identity, empty texts where the file is silent."""
    return Identity(
        name=text(dataset, "PatientName"),
        patient_id=text(dataset, "PatientID"),
        birth_date=_iso(_day(dataset, "PatientBirthDate")),
        sex=text(dataset, "PatientSex"),
        institution=text(dataset, "InstitutionName"),
        study_date=_iso(_day(dataset, "StudyDate")),
        study_time=text(dataset, "StudyTime"),
        study_description=text(dataset, "StudyDescription"),
        series_description=text(dataset, "SeriesDescription"),
        accession=text(dataset, "AccessionNumber"),
        study_uid=text(dataset, "StudyInstanceUID"),
        sop_uid=text(dataset, "SOPInstanceUID"),
    )


def read_facts(dataset: Dataset, layout: PixelLayout, *, syntax: str) -> Facts:
    """Return what the header says of how the film was taken and stored."""
    return Facts(
        file_format="DICOM",
        modality=word(dataset, "Modality"),
        view=_view(dataset),
        laterality=word(dataset, "ImageLaterality") or word(dataset, "Laterality"),
        body_part=word(dataset, "BodyPartExamined"),
        orientation=texts(dataset, "PatientOrientation"),
        age_years=read_age(dataset),
        manufacturer=text(dataset, "Manufacturer"),
        photometric=layout.photometric,
        transfer_syntax=syntax,
        bits_allocated=layout.allocated,
        bits_stored=layout.stored,
        frames=layout.frames,
        lossy_ratio=number(dataset, "LossyImageCompressionRatio") or 0.0,
        burned_in=word(dataset, "BurnedInAnnotation") == "YES",
    )


def read_age(dataset: Dataset) -> float | None:
    """Return the age in years from Patient Age, else from the dates of birth and study."""
    stated = re.fullmatch(r"(\d{1,3})([YMWD])", word(dataset, "PatientAge"))
    if stated:
        years = int(stated[1]) * _YEARS[stated[2]]
    else:
        born, taken = _day(dataset, "PatientBirthDate"), _day(dataset, "StudyDate")
        if born is None or taken is None:
            return None
        years = (taken - born).days / _DAYS_A_YEAR
    return years if 0 <= years <= _OLDEST else None


def _view(dataset: Dataset) -> str:
    view = word(dataset, "ViewPosition")
    if view:
        return view
    coded = (word(item, "CodeValue") for item in items(dataset, "ViewCodeSequence"))
    found = (_VIEW_CODES.get(code, "") for code in coded)
    return next((view for view in found if view), "")


def _day(dataset: Dataset, keyword: str) -> date | None:
    digits = re.fullmatch(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})", text(dataset, keyword))
    if digits is None:
        return None
    try:
        return date(int(digits[1]), int(digits[2]), int(digits[3]))
    except ValueError:
        return None


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
