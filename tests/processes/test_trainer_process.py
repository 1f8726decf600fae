"""A training in its own process, which reads films through a child of its own."""

from pathlib import Path

from cxrviewer.core.bundle import check_weights, read_bundle
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import Finished, Prepared
from cxrviewer.processes.trainer_process import Trainer
from tests.learning.class_folders import write_films


def test_the_trainer_child_trains_and_names_a_film_it_cannot_read(tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=3, classes=2)
    (films / "bacterial" / "broken.dcm").write_bytes(b"no film")
    trainer = Trainer(threads=1)
    try:
        plan = TrainingPlan(data=films, out=tmp_path / "out", changes={"epochs": "1,0"})
        events = list(trainer.train(plan))
    finally:
        trainer.close()
    (prepared,) = (event for event in events if isinstance(event, Prepared))
    assert [name for name, _ in prepared.refused] == ["broken.dcm"]
    assert isinstance(events[-1], Finished)
    check_weights(read_bundle(Path(events[-1].bundle)))


def test_closing_a_training_halfway_leaves_nothing_and_the_next_one_runs(tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=3, classes=2)
    trainer = Trainer(threads=1)
    try:
        events = trainer.train(
            TrainingPlan(data=films, out=tmp_path / "out", changes={"epochs": "500,0"})
        )
        next(events)
        events.close()
        assert not (tmp_path / "out").exists()
        plan = TrainingPlan(data=films, out=tmp_path / "again", changes={"epochs": "1,0"})
        assert isinstance(list(trainer.train(plan))[-1], Finished)
    finally:
        trainer.close()
