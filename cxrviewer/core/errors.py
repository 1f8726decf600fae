"""The errors a person may meet, each carrying one sentence."""


class CxrViewerError(Exception):
    """A named failure: one sentence for a person, saying what happened and what to do.

    The sentence may name a file and therefore a patient, so it goes to the screen and never
    to the log.
    """

    @property
    def sentence(self) -> str:
        """The text to show."""
        return str(self)


class FilmError(CxrViewerError):
    """A file that cannot be shown as a film."""


class BundleError(CxrViewerError):
    """A model bundle that is missing, damaged or not understood."""


class PlanError(CxrViewerError):
    """A training plan that cannot be run; `field` names the setting to mend."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class DataError(CxrViewerError):
    """A training or evaluation set that cannot be used; `field` names it among a plan's."""

    field = "data"


class ProcessError(CxrViewerError):
    """A child process that died, hung or ran out of memory."""


class ExportError(CxrViewerError):
    """A result that could not be written."""


class SettingsError(CxrViewerError):
    """A settings file that cannot be read or written."""


def sentence_for(error: BaseException) -> str:
    """Turn any exception into the one sentence a person reads.

    This is the single place where an unforeseen exception becomes words.
    """
    if isinstance(error, CxrViewerError):
        return error.sentence
    if isinstance(error, MemoryError):
        return "There is not enough memory for this; close other programs or use a smaller film."
    if isinstance(error, KeyboardInterrupt):
        return "Stopped."
    return (
        f"Something unforeseen went wrong ({type(error).__name__}); "
        "what you had is unchanged, and the log has the details."
    )
