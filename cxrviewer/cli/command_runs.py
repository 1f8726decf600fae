"""`cxrviewer runs`: the history of trainings."""

import argparse
from dataclasses import asdict, replace
from typing import Any

from cxrviewer.cli import columns, command_train, output, plan_arguments
from cxrviewer.cli.named_path import named_path
from cxrviewer.core.errors import DataError
from cxrviewer.core.run import DONE, Run, reproduce
from cxrviewer.core.run_files import copy_report
from cxrviewer.core.run_history import RunHistory

_HEADER = ("run", "begun", "status", "recipe", "backbone", "what came of it")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="as JSON on stdout")
    parser.set_defaults(act=_list)
    acts = parser.add_subparsers(title="acts", metavar="ACT", help="lists the runs if omitted")
    compare = _act(acts, "compare", _compare, "two runs side by side, with a paired test")
    compare.add_argument("runs", nargs=2, type=int, metavar="RUN")
    again = _act(acts, "reproduce", _reproduce, "train again as a run did, into another folder")
    again.add_argument("run", type=int, metavar="RUN")
    again.add_argument(
        "--out", type=named_path, metavar="DIR", help="a folder beside the run if omitted"
    )
    plan_arguments.add_threads(again)
    export = _act(acts, "export", _export, "copy a run's report and predictions into a folder")
    export.add_argument("run", type=int, metavar="RUN")
    export.add_argument(
        "--to", type=named_path, required=True, metavar="DIR", help="made if missing"
    )
    delete = _act(acts, "delete", _delete, "forget a run")
    delete.add_argument("run", type=int, metavar="RUN")
    delete.add_argument("--folder", action="store_true", help="delete what it wrote, too")


def _act(acts: Any, name: str, act: Any, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = acts.add_parser(name, help=text, description=f"{text}.")
    parser.add_argument("--json", action="store_true", help="as JSON on stdout")
    parser.set_defaults(act=act)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Do one thing with the history."""
    status: int = arguments.act(arguments)
    return status


def _list(arguments: argparse.Namespace) -> int:
    runs = RunHistory().list()
    if arguments.json:
        output.write_json([_as_json(each) for each in runs])
    elif runs:
        output.write("\n".join(columns.lines(_HEADER, [_row(each) for each in runs])))
    else:
        output.write("There is no run yet.")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    history = RunHistory()
    new, other = (_finished(history, number) for number in arguments.runs)
    from cxrviewer.learning.reporting import comparing

    comparison = comparing.compare_runs(new.out, other.out)
    if arguments.json:
        runs = [_as_json(new), _as_json(other)]
        output.write_json({"runs": runs, "comparison": asdict(comparison)})
        return 0
    names = [name for name in new.measures if name in other.measures]
    rows = [(name, _figure(new.measures[name]), _figure(other.measures[name])) for name in names]
    header = ("test films", f"run {new.id}", f"run {other.id}")
    output.write("\n".join([*columns.lines(header, rows), comparison.sentence]))
    return 0


def _reproduce(arguments: argparse.Namespace) -> int:
    plan = reproduce(RunHistory().get(arguments.run))
    if arguments.out:
        plan = replace(plan, out=arguments.out)
    with plan_arguments.naming_words():
        return command_train.carry_out(plan, arguments)


def _export(arguments: argparse.Namespace) -> int:
    copy_report(RunHistory().get(arguments.run).out, arguments.to)
    if arguments.json:
        output.write_json({"exported": str(arguments.to)})
    else:
        output.write(f"The report of run {arguments.run} lies in {arguments.to}.")
    return 0


def _delete(arguments: argparse.Namespace) -> int:
    RunHistory().delete(arguments.run, folder=arguments.folder)
    return 0


def _finished(history: RunHistory, number: int) -> Run:
    found = history.get(number)
    if found.status != DONE:
        raise DataError(f"Run {number} is {found.status}; only finished runs are compared.")
    return found


def _as_json(run: Run) -> dict[str, Any]:
    return {**asdict(run), "plan": run.plan.as_json(), "out": str(run.out)}


def _row(run: Run) -> tuple[str, ...]:
    begun = run.created[:16].replace("T", " ")
    backbone = run.plan.settings.backbone
    what = run.summary or f"in {run.out}"
    return str(run.id), begun, run.status, run.plan.recipe, backbone, what


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
