import pytest

from cxrviewer.core import errors
from cxrviewer.core.errors import CxrViewerError, FilmError, PlanError, sentence_for


def test_a_named_error_is_its_own_sentence() -> None:
    assert sentence_for(FilmError("a.dcm is empty.")) == "a.dcm is empty."
    assert FilmError("a.dcm is empty.").sentence == "a.dcm is empty."


def test_a_plan_error_names_its_field() -> None:
    error = PlanError("No.", field="epochs")
    assert (error.sentence, error.field) == ("No.", "epochs")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory"),
        (KeyboardInterrupt(), "Stopped."),
        (ZeroDivisionError("division of DOE^JANE"), "ZeroDivisionError"),
    ],
)
def test_any_other_error_becomes_one_sentence_without_its_message(
    error: BaseException, words: str
) -> None:
    sentence = sentence_for(error)
    assert words in sentence
    assert sentence.endswith(".")
    assert "DOE" not in sentence


def test_every_named_error_shares_one_base() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert len(kinds) > 5
    assert all(issubclass(kind, CxrViewerError) for kind in kinds)
