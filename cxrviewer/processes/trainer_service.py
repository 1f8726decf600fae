"""The trainer child: plans, audits, reports and comparisons, one at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cxrviewer.processes.limits import give_way
from cxrviewer.processes.messages import AuditFilms, Compare, Evaluate, Evaluated, FindRate, Train
from cxrviewer.processes.serving import Handler


def start() -> Handler:
    """Import torch, let the window come first, and return the handler."""
    give_way()
    from cxrviewer.learning import device

    def handle(request: Any) -> Any:
        device.use_threads(request.threads)
        return _JOBS[type(request)](request)

    return handle


def _train(request: Train) -> Iterator[Any]:
    from cxrviewer.learning.trainer import training

    return training.train(request.plan)


def _audit(request: AuditFilms) -> Iterator[Any]:
    from cxrviewer.learning.data import audit_dataset

    found = yield from audit_dataset.audit(
        request.data, patients_from=request.patients_from, split=request.split
    )
    yield found


def _find_rate(request: FindRate) -> Iterator[Any]:
    from cxrviewer.learning.trainer import rate_finder

    return rate_finder.find_rate(request.plan)


def _evaluate(request: Evaluate) -> Iterator[Any]:
    from cxrviewer.core.bundle import find_bundle
    from cxrviewer.learning.evaluate import evaluate

    report = yield from evaluate(request.data, find_bundle(request.model), request.out)
    yield Evaluated(out=request.out, summary=report.summary)


def _compare(request: Compare) -> Iterator[Any]:
    from cxrviewer.core.bundle import find_bundle
    from cxrviewer.core.run_files import RECORD
    from cxrviewer.learning.reporting import comparing

    if Path(request.model, RECORD).is_file():
        yield comparing.compare_runs(request.run_folder, Path(request.model))
    else:
        model = find_bundle(request.model)
        yield (yield from comparing.compare_with(request.run_folder, model))


_JOBS: dict[type, Callable[[Any], Any]] = {
    Train: _train,
    AuditFilms: _audit,
    FindRate: _find_rate,
    Evaluate: _evaluate,
    Compare: _compare,
}
