"""The program as a process: how it starts, how it fails, and what it leaves behind."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cxrviewer.cli.parser import COMMANDS
from tests.cli.conftest import Run, environment, write_noise
from tests.house_rules import ROOT

HEAVY = "{'numpy', 'torch', 'cv2', 'pydicom', 'PySide6'}"


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["nonsense"]])
def test_it_answers_before_anything_heavy_is_loaded(words: list[str]) -> None:
    check = (
        "import sys\n"
        "from cxrviewer.__main__ import main\n"
        f"main({words})\n"
        f"assert not {HEAVY} & set(sys.modules), set(sys.modules)\n"
    )
    done = python(check)
    assert done.returncode == 0, done.stderr
    assert "cxrviewer" in done.stdout + done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_loads_no_network_for_it(command: str) -> None:
    check = (
        "import sys\n"
        "from cxrviewer.__main__ import main\n"
        f"assert main(['{command}', '--help']) == 0\n"
        "assert not {'torch', 'PySide6'} & set(sys.modules)\n"
    )
    done = python(check)
    assert done.returncode == 0, done.stderr
    assert f"usage: cxrviewer {command}" in done.stdout


def test_version_names_the_program(program: Run) -> None:
    ran = program("--version")
    assert ran.status == 0
    assert ran.out.startswith("cxrviewer 0.")


@pytest.mark.parametrize(
    "words",
    [
        ["predict"],
        ["predict", "film.dcm"],
        ["predict", "film.dcm", "--csv", "-", "--json"],
        ["predict", "film.dcm", "--csv", "out.csv", "--nonsense"],
        ["explain", "film.dcm"],
        ["explain", "film.dcm", "--out", "a.png", "--opacity", "140"],
        ["render", "film.dcm"],
        ["render", "film.dcm", "a.png", "--bits", "12"],
        ["info"],
        ["train", "data", "--recipe", "p3-chen-kute"],
        ["train", "data", "--recipe", "p3-chen-kute", "--out", "run", "--set", "epochs"],
        ["evaluate", "data"],
        ["models", "extra"],
        ["--nonsense"],
        ["nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_with_status_2(run: Run, words: list[str]) -> None:
    ran = run(*words)
    assert ran.status == 2
    assert "usage: cxrviewer" in ran.err
    assert not ran.out


def test_without_a_display_the_window_is_one_sentence(program: Run, film: Path) -> None:
    for words in ([], [film], ["--phantom"]):
        ran = program(*words)
        assert ran.status == 1
        assert ran.is_one_sentence()
        assert "display" in ran.err


@pytest.mark.parametrize("named", [{"DISPLAY": ":4711"}, {"WAYLAND_DISPLAY": "wayland-4711"}])
def test_a_display_that_does_not_answer_is_one_sentence(
    program: Run, named: dict[str, str]
) -> None:
    ran = program(env=environment(**named))
    assert ran.status == 1
    assert ran.is_one_sentence()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are told of on Linux")
def test_where_no_display_answers_the_demonstration_is_explained_into_a_picture(
    tmp_path: Path,
) -> None:
    script = Path("packaging/open_demonstration.sh")
    (tmp_path / "packaging").mkdir()
    shutil.copy(ROOT / script, tmp_path / "packaging")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    ran = subprocess.run(
        [tmp_path / script],
        capture_output=True,
        text=True,
        check=True,
        env=environment(DISPLAY=":4711"),
    )
    assert "display" in ran.stdout
    assert (tmp_path / "out" / "phantom-overlay.png").stat().st_size


def test_a_command_wins_over_a_film_of_its_name(program: Run, film: Path, tmp_path: Path) -> None:
    film.rename(tmp_path / "predict")
    assert program("predict", cwd=tmp_path).status == 2
    assert "display" in program("./predict", cwd=tmp_path).err


def test_a_closed_pipe_is_quiet(film: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "cxrviewer", "info", film],
        check=False,
        stdout=write,
        stderr=subprocess.PIPE,
        env=environment(),
        timeout=60,
    )
    os.close(write)
    assert done.returncode == 1
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_sentence(program: Run, film: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = program("info", film, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert "No space left" in ran.err


def test_a_disk_that_fills_during_an_export_keeps_the_picture_before(
    program: Run, film: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out" / "film.png"
    out.parent.mkdir()
    out.write_bytes(b"the picture before")
    ran = program(
        "render",
        film,
        out,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)),
    )
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert out.read_bytes() == b"the picture before"
    assert list(out.parent.iterdir()) == [out]
    assert program("render", film, out).status == 0


def test_ctrl_c_in_a_training_is_one_sentence_and_leaves_no_model(tmp_path: Path) -> None:
    for kind in ("normal", "viral"):
        (tmp_path / "data" / kind).mkdir(parents=True)
        for number in range(30):
            write_noise(tmp_path / "data" / kind / f"{number}.png", seed=number)
    words = ["train", tmp_path / "data", "--recipe", "p3-chen-kute", "--out", tmp_path / "run"]
    with subprocess.Popen(
        [sys.executable, "-m", "cxrviewer", *map(str, words), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert "event" in json.loads(process.stdout.readline())
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to the children too
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "cxrviewer: Stopped.\n"
    assert not (tmp_path / "run").exists()


def test_the_log_names_neither_patient_nor_path(
    program: Run, tmp_path: Path, isolated_user_dirs: Path
) -> None:
    bad = tmp_path / "DOE^JANE 1957.dcm"
    bad.write_bytes(b"no film at all")
    assert "DOE^JANE" in program("info", bad).err
    log = (isolated_user_dirs / "logs" / "cxrviewer.log").read_text(encoding="utf-8")
    assert "FilmError" in log
    assert "DOE" not in log
    assert str(tmp_path) not in log.replace(str(Path(__file__).parents[2]), "")
