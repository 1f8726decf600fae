"""What the findings panel says of an answer beside its scores."""

from PySide6.QtCore import QCoreApplication

from cxrviewer.core.analysis import Analysis, Status


def call(analysis: Analysis) -> str:
    """Return what is called, and whether that is uncertain."""
    names = {score.label: score.name for score in analysis.scores}
    called = analysis.call.split("|")
    told = ", ".join(names.get(label, label) for label in called)
    deciding = [analysis.decision] if analysis.decision else analysis.scores
    if any(score.uncertain for score in deciding):
        return _tr("Call, uncertain: {call}").format(call=told)
    return _tr("Call: {call}").format(call=told)


def origin(analysis: Analysis) -> str:
    """Return model, device and time."""
    model = f"{analysis.model} {analysis.version}"
    # Of a refused film nothing ran, so no device and no time belong to it.
    ran = (analysis.device, f"{analysis.seconds:.2f} s") if analysis.scores else ()
    return f"{model}\n" + " · ".join(filter(None, ran))


def warned(analysis: Analysis) -> str:
    """Return what speaks against the scores of a film the model warns about."""
    if analysis.status is not Status.WARN:
        return ""
    return _tr("Warning: {reason}").format(reason=analysis.reason)


def _tr(words: str) -> str:
    return QCoreApplication.translate("FindingsPanel", words)
