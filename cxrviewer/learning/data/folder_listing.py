"""A data set as one folder a class, with whatever sub-folders."""

import os
from collections.abc import Generator
from pathlib import Path

from cxrviewer.core.errors import DataError
from cxrviewer.core.folders import files_in, is_companion, is_folder
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data.labelled import Entry, Listing, label_id
from cxrviewer.learning.data.patients import patient_in_folders

PACE = 500
# Folders that public sets are divided into; they hold class folders and are none.
_PARTS = frozenset({"train", "training", "val", "valid", "validation", "test", "testing"})
_ARRANGE = "put the films of each class into a folder named after it, and open the folder of these"


def scan(data: Path) -> Generator[BatchDone, None, Listing]:
    """List the films below each class folder, telling every `PACE` files how many there are.

    Raises
    ------
    DataError
        If the folder cannot be listed, holds no class folders, or two of one name.
    """
    entries: list[Entry] = []
    names: dict[str, str] = {}
    refused: list[tuple[str, str]] = []
    folders, loose = _top(data)
    _check_names(folders, data=data, loose=loose)
    for folder in folders:
        if data.resolve().is_relative_to(folder.resolve()):
            refused.append((folder.name, f"{folder.name}: this link leads back to its own folder."))
            continue
        before = len(entries)
        for seen, path in enumerate(_files(folder, refused), start=1):
            if not is_companion(path):
                patient = patient_in_folders(path.relative_to(folder), of_class=True)
                label = (label_id(folder.name),)
                entries.append(Entry(path=path, findings=label, folder=patient))
            if seen % PACE == 0:
                yield BatchDone(stage="listing", done=len(entries), total=0)
        if len(entries) > before:
            names[label_id(folder.name)] = folder.name
        else:
            refused.append((folder.name, f"{folder.name}: this folder holds no films."))
        yield BatchDone(stage="listing", done=len(entries), total=0)
    if loose:
        refused.append((loose[0].name, _loose(loose)))
    return Listing(entries=tuple(entries), names=names, refused=tuple(refused))


def _top(data: Path) -> tuple[list[Path], list[Path]]:
    """Return the class folders of a data set and the films that lie beside them."""
    try:
        shown = sorted(path for path in data.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise DataError(
            f"The folder {data} may not be read ({error.strerror}); check your rights there."
        ) from error
    folders = [path for path in shown if is_folder(path) and path.name.lower() != "__macosx"]
    loose = [path for path in shown if not is_folder(path) and not is_companion(path)]
    return folders, loose


def _check_names(folders: list[Path], *, data: Path, loose: list[Path]) -> None:
    if not folders and loose:
        raise DataError(
            f"{data} holds {len(loose)} files that may be films but no class folders; {_ARRANGE}."
        )
    words = [folder.name for folder in folders]
    if words and all(word.lower() in _PARTS for word in words):
        raise DataError(
            f"The folders of {data} ({', '.join(words)}) are parts of a data set and no classes; "
            f"open {words[-1]} itself."
        )
    seen: dict[str, str] = {}
    for word in words:
        twin = seen.setdefault(label_id(word), word)
        if twin != word:
            raise DataError(
                f"The class folders {twin} and {word} of {data} differ only in case or spaces; "
                "merge them or rename one."
            )


def _files(folder: Path, refused: list[tuple[str, str]]) -> Generator[Path, None, None]:
    def unreadable(error: OSError) -> None:
        place = Path(error.filename)
        if place == folder:
            raise DataError(
                f"The class folder {folder} may not be read ({error.strerror}); check your rights "
                "there."
            ) from error
        inner = os.fspath(place.relative_to(folder.parent))
        refused.append((inner, f"{inner}: this folder may not be read; check your rights there."))

    yield from files_in(folder, unreadable)


def _loose(loose: list[Path]) -> str:
    return (
        f"{len(loose)} {'file lies' if len(loose) == 1 else 'files lie'} beside the class folders "
        f"(the first is {loose[0].name}) and {'is' if len(loose) == 1 else 'are'} not used."
    )
