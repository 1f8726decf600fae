"""What a report is made of."""

from dataclasses import dataclass
from typing import Any

from cxrviewer.core.film import Array
from cxrviewer.learning.answers import Answers
from cxrviewer.learning.reporting.looks import Look


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Values, answers and pictures of one report.

    Attributes
    ----------
    values
        What stands in `report.json`. Always: `model`, `version`, `data`, `note`, `refused`
        (`film`, `reason`), and the measures of `assess`. Of a training besides: `training`, see
        `training_values`.
    examples, errors
        Films with their maps: right calls, and the worst errors first.
    filters
        First layer's weights before and after the training, (filters, channels, height, width),
        or None.
    """

    values: dict[str, Any]
    answers: Answers
    examples: tuple[Look, ...] = ()
    errors: tuple[Look, ...] = ()
    filters: tuple[Array, Array] | None = None
