"""`cxrviewer audit`: what is wrong with labelled films, before a training."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from cxrviewer.cli import output
from cxrviewer.cli.named_path import named_path
from cxrviewer.cli.progress_bar import value_of
from cxrviewer.core.audit import Audit, AuditFinding
from cxrviewer.core.plan import PATIENTS_FROM

_EXAMPLES = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("data", type=named_path, metavar="DATA", help="a folder a class, or a CSV")
    parser.add_argument(
        "--patients-from", choices=PATIENTS_FROM, default="auto", help="what tells the patient"
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="KIND",
        help="accept the fix of this kind of finding, or of `all`; may be given several times",
    )
    parser.add_argument(
        "--left-out",
        type=named_path,
        metavar="FILE",
        help="write the films left out by the accepted fixes, one a line, for `train --left-out`",
    )
    parser.add_argument("--json", action="store_true", help="the audit as JSON on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Look at every film and print the findings; accepted fixes become a list of films."""
    if arguments.accept and not arguments.left_out:
        arguments.wrong_usage("--accept needs --left-out, the file for the films left out")
    from cxrviewer.learning.data import audit_dataset

    found = value_of(audit_dataset.audit(arguments.data, patients_from=arguments.patients_from))
    left_out = _left_out(found.findings, arguments)
    if arguments.left_out:
        with output.writing(arguments.left_out) as file:
            file.write_text("".join(f"{film}\n" for film in left_out), encoding="utf-8")
    if arguments.json:
        output.write_json({**asdict(found), "left_out": left_out})
    else:
        output.write("\n".join(_lines(found)))
        if arguments.left_out:
            output.write(f"Films left out: {len(left_out):,}, listed in {arguments.left_out}")
    return 0


def _left_out(findings: Sequence[AuditFinding], arguments: argparse.Namespace) -> tuple[str, ...]:
    kinds = {finding.kind for finding in findings if finding.fix}
    unknown = set(arguments.accept) - kinds - {"all"}
    if unknown:
        known = ", ".join(sorted(kinds)) or "nothing here"
        arguments.wrong_usage(f"there is no fix for {', '.join(sorted(unknown))}, but for {known}")
    accepted = kinds if "all" in arguments.accept else set(arguments.accept)
    films = [film for finding in findings if finding.kind in accepted for film in finding.left_out]
    return tuple(dict.fromkeys(films))


def _lines(found: Audit) -> list[str]:
    counts = ", ".join(f"{label} {number:,}" for label, number in found.counts)
    told = ", ".join(f"{group.source} ({group.films:,} films)" for group in found.grouping)
    lines = [
        f"{found.films:,} films of {found.patients:,} patients: {counts}",
        f"Patients are told by {told}",
    ]
    if not found.findings:
        lines.append("Nothing wrong was found.")
    for finding in found.findings:
        lines.append(f"{finding.kind}: {finding.sentence}")
        lines += [f"    {film}" for film in finding.films[:_EXAMPLES]]
        if len(finding.films) > _EXAMPLES:
            lines.append(f"    and {len(finding.films) - _EXAMPLES:,} more")
        if finding.fix:
            lines.append(f"    fix: {finding.fix} (--accept {finding.kind})")
    return lines
