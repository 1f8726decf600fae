"""Values that go through a message and come back the same."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.core.analysis import Analysis, HeatMap, Score, Status
from cxrviewer.core.audit import Audit, AuditFinding, PatientGroups
from cxrviewer.core.errors import ProcessError
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.film import (
    DisplayChain,
    Facts,
    Film,
    Identity,
    Rescale,
    Spacing,
    SpacingTrust,
    Table,
    Window,
    WindowShape,
)
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand
from cxrviewer.core.paired import Comparison, Difference
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import (
    BatchDone,
    EpochDone,
    Finished,
    Noted,
    PhaseStarted,
    Prepared,
    RateFound,
    RateTried,
    Watched,
)
from cxrviewer.processes import wire
from cxrviewer.processes.messages import (
    Analyse,
    AuditFilms,
    Compare,
    Done,
    Evaluate,
    Evaluated,
    Failure,
    FindRate,
    LoadModel,
    ModelReady,
    Part,
    Pause,
    ReadFilm,
    Ready,
    Resume,
    Stop,
    Train,
)

pytestmark = pytest.mark.usefixtures("no_shared_memory_left")

TABLE = Table(first=-5, entries=np.arange(4096, dtype=np.uint16), top=4095, explanation="ÄNGE")
CHAIN = DisplayChain(
    modality=Rescale(slope=0.5, intercept=-1024.0),
    voi=TABLE,
    auto=Window(centre=1.5, width=3.0),
    full=Window(centre=2.0, width=4.0, shape=WindowShape.SIGMOID, explanation="full"),
    stated=(TABLE, Window(centre=1.0, width=2.0)),
    inverted=True,
    padding=(0, 5),
)
FILM = Film(
    path=Path("日本/a film"),
    stored=np.arange(-6, 6, dtype=np.int16).reshape(3, 4),
    chain=CHAIN,
    facts=Facts(file_format="DICOM", age_years=4.5, orientation=("L", "F"), luts=("window",)),
    spacing=Spacing(row=0.1, column=0.2, trust=SpacingTrust.MAGNIFIED, magnification=1.1),
    identity=Identity(name="PHANTOM^DEMONSTRATION"),
    warnings=("One.", "Two."),
)
HEAT = HeatMap(
    values=np.linspace(0, 1, 49, dtype=np.float32).reshape(7, 7),
    region=(0.0, 0.0, 3.0, 4.0),
    label="viral",
    method="gradcam",
    layer="last",
)
RATE = Estimate(value=0.9, low=0.8, high=0.95, n=200)
POINT = OperatingPoint(name="balanced", label="b", threshold=0.5, sensitivity=RATE)
BAND = UncertainBand(label="b", low=0.4, high=0.6, wrong_share=0.05, films=90, wrong=RATE)
ANALYSIS = Analysis(
    model="m",
    version="1",
    status=Status.WARN,
    reason="old",
    scores=(
        Score(label="a", name="A", probability=0.25),
        Score(label="b", name="B", probability=0.75, points=(POINT,), band=BAND),
    ),
    calls={"balanced": "b"},
    heat_map=HEAT,
)
PLAN = TrainingPlan(data=Path("in"), out=Path("out"), changes={"epochs": "1,2"}, weights=None)
VALUES = [
    None,
    True,
    -3,
    0.1,
    "ä",
    (1, ("two", None)),
    Path("a/b"),
    Status.REFUSED,
    TABLE,
    CHAIN,
    FILM,
    HEAT,
    ANALYSIS,
    PLAN,
    Prepared(
        activation="softmax",
        learned=(1, 1),
        classes=("a", "b"),
        counts=((1, 2), (3, 4), (5, 6)),
        films=(3, 7, 11),
        patients=(1, 2, 3),
        refused=(("x.png", "It is no film."),),
        split_by="patient",
        device="CPU",
    ),
    PhaseStarted(index=0, name="head", epochs=1, trainable=2, total=3),
    BatchDone(stage="training", done=1, total=2),
    EpochDone(
        phase=0,
        epoch=1,
        train_loss=0.5,
        train_accuracy=0.5,
        val_loss=0.5,
        val_accuracy=0.5,
        seconds=1.0,
    ),
    Watched(phase=0, epoch=1, label="a", probability=0.5, heat=HEAT.values),
    Noted(sentence="The batch was halved."),
    Finished(bundle="out/bundle", summary="Good."),
    RateTried(rate=1e-3, loss=0.5),
    RateFound(suggestion=1e-3),
    Audit(
        data="in",
        counts=(("a", 1),),
        films=1,
        patients=1,
        several=False,
        grouping=(PatientGroups(source="film", films=1, patients=1, examples=(("p", 1),)),),
        shortcut_areas=(("a", 0.5),),
        split=((1,), (0,), (0,)),
        findings=(AuditFinding(kind="tiny", sentence="Small."),),
    ),
    Comparison(
        verdict="better",
        sentence="The new model is better.",
        differences=(Difference(measure="auroc", new=0.9, used=0.8, low=0.05, high=0.15),),
        labels=("a",),
        films=20,
        patients=10,
    ),
    {"$": "Stop", "a": (1, None)},
    ReadFilm(path=Path("f.dcm")),
    LoadModel(model="m"),
    ModelReady(
        model="m",
        name="M",
        version="1",
        device="CPU",
        layers=("a",),
        labels=(("a", "A"),),
        seconds=1.0,
    ),
    Analyse(film=FILM, label="viral"),
    Train(plan=PLAN),
    AuditFilms(data=Path("in"), patients_from="auto", split=(0.7, 0.1, 0.2)),
    FindRate(plan=PLAN),
    Evaluate(data=Path("in"), model="m", out=Path("out")),
    Evaluated(out=Path("out"), summary="Good."),
    Compare(run_folder=Path("out"), model="m"),
    Stop(),
    Pause(),
    Resume(),
    Ready(),
    Part(value=HEAT),
    Done(value=ANALYSIS),
    Failure(kind="PlanError", sentence="No.", field="epochs"),
]


def crossed(value: Any) -> Any:
    """Pack in one thread and unpack in another, since a sender frees what it sent itself."""
    with ThreadPoolExecutor(1) as sender:
        message = sender.submit(wire.pack, value).result()
        return wire.unpack(message)


def same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and np.array_equal(a, b)
    if is_dataclass(a):
        pairs = [(getattr(a, f.name), getattr(b, f.name)) for f in fields(a)]
        return type(a) is type(b) and all(same(x, y) for x, y in pairs)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and bool(a == b)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_the_same(value: Any) -> None:
    assert same(value, crossed(value))


def test_every_kind_that_may_cross_is_tried_above() -> None:
    tried = {type(value).__name__ for value in VALUES}
    nested = {"Rescale", "Window", "Spacing", "Identity", "Facts", "Score"}
    nested |= {"AuditFinding", "PatientGroups"}
    enums = {"SpacingTrust", "WindowShape"}
    nested |= {"Difference", "OperatingPoint", "UncertainBand", "Estimate"}
    never_sent = {"Recipe", "Progress", "StrEnum", "Said", "HeldOut", "Resampling"}
    assert set(wire._kinds()) == (tried & set(wire._kinds())) | nested | enums | never_sent


@pytest.mark.parametrize("shape", [(0, 5), (10, 10), (700, 900)])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.float32, np.float64])
def test_an_array_comes_back_read_only(shape: tuple[int, int], dtype: type) -> None:
    array = (np.arange(np.prod(shape)) % 100).reshape(shape).astype(dtype)
    back = crossed(array)
    assert same(array, back)
    assert not back.flags.writeable


def test_a_view_that_is_not_contiguous_comes_back_whole(make_film: Callable[..., Film]) -> None:
    view = make_film(900, 800).stored[::2, ::-3]
    assert np.array_equal(view, crossed(view))


def test_what_was_sent_and_never_taken_is_freed() -> None:
    wire.pack(np.zeros((500, 500)))
    wire.release()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\x00",
        b"{",
        b'{"$": "Popen", "args": "ls"}',
        b'{"$": "Film"}',
        b'{"$": "Stop", "extra": 1}',
        b'{"$enum": "Status", "value": "perfect"}',
        b'{"$array": "uint8", "shape": [9], "bytes": "AAAA"}',
        b'{"$array": "nonsense", "shape": [1], "bytes": "AAAA"}',
        b'{"$array": "uint8", "shape": [70000], "block": "no_such_block"}',
        b'{"no": "kind"}',
    ],
)
def test_a_damaged_message_is_a_sentence(message: bytes) -> None:
    with pytest.raises(ProcessError, match="damaged"):
        wire.unpack(message)


def test_arrays_of_objects_are_refused() -> None:
    forged = json.dumps({"$array": "object", "shape": [1], "bytes": "AAAAAAAAAAA="}).encode()
    with pytest.raises(ProcessError, match="damaged"):
        wire.unpack(forged)


def test_what_cannot_cross_is_refused_before_it_is_sent() -> None:
    with pytest.raises(TypeError, match="does not cross"):
        wire.pack(object())


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="shared memory is not listed here")
def test_a_block_its_process_had_not_yet_given_a_size_is_freed() -> None:
    empty = Path("/dev/shm/cxr-0-empty")
    empty.touch()
    wire.free_left_by(0)
    assert not empty.exists()
