"""Life in the host: pickling, copies, processes, threads, interrupts, progress, import."""

import concurrent.futures
import copy
import gc
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time

import niem
import pandas as pd
import pytest

SLOW = """
import sys, threading, niem, os, signal, time
fw = niem.load_framework("niem")
table = fw.indicators()
options = fw.options()
first = options.groupby("indicator", sort=False)["option"].first()
kinds = table[table["kind"].isin(["ordinal", "binary"]) & table["indicator"].isin(first.index)]
units = [f"U{i}" for i in range(int(sys.argv[1]))]
rows = {"unit": [], "indicator": [], "answer": []}
for unit in units:
    rows["unit"] += [unit] * len(kinds)
    rows["indicator"] += list(kinds["indicator"])
    rows["answer"] += [first[name] for name in kinds["indicator"]]
answers = niem.read_answers(rows, fw, round="2021", group="refugee")
"""

INTERRUPTED = SLOW + """
calls = []
def kill(done):
    calls.append(done)
    os.kill(os.getpid(), signal.SIGINT)
try:
    niem.score(fw, answers, progress=kill, threads=int(sys.argv[2]))
except KeyboardInterrupt:
    print("interrupted", len(calls))
few = {name: part[:100] for name, part in rows.items()}
niem.score(fw, niem.read_answers(few, fw, round="2021", group="refugee"))
print("alive")
"""


def python(code, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, **options
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_interrupt_raises_and_leaves_the_library_alive(threads):
    done = python(INTERRUPTED, 2000, threads, timeout=120)
    assert done.stdout.split() == ["interrupted", "1", "alive"], done.stderr


WAITING = SLOW + """
print("ready", flush=True)
while True:
    niem.score(fw, answers)
"""


def test_interrupt_from_outside():
    running = subprocess.Popen(
        [sys.executable, "-c", WAITING, "1500"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout.readline() == "ready\n"
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert "KeyboardInterrupt" in err
    assert running.returncode != 0


def test_progress(fw, answers, capsys):
    shares = []
    niem.score(fw, answers, progress=shares.append)
    assert shares == sorted(shares) and all(0 <= share <= 1 for share in shares)
    niem.score(fw, answers, progress=True)

    class Stop(Exception):
        pass

    def stop(done):
        raise Stop(done)

    with pytest.raises(Stop):
        niem.score(fw, answers, progress=stop)


def test_a_call_within_a_callback(fw, answers, scores):
    inner = []
    outer = niem.score(fw, answers, progress=lambda done: inner.append(niem.score(fw, answers).to_json()))
    assert outer.to_json() == scores.to_json()
    assert inner and set(inner) == {scores.to_json()}


@pytest.mark.parametrize("name", ["fw", "answers", "scores"])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(request, name, protocol):
    thing = request.getfixturevalue(name)
    again = pickle.loads(pickle.dumps(thing, protocol))
    assert again.to_json() == thing.to_json()
    assert copy.copy(thing) is thing and copy.deepcopy(thing) is thing
    if name == "answers":
        assert again.framework == thing.framework and again == thing and hash(again) == hash(thing)


def test_pickle_of_a_method_and_of_a_table(scores):
    method = niem.load_method({"consensus": "majority"})
    assert pickle.loads(pickle.dumps(method)) == method
    assert hash(pickle.loads(pickle.dumps(method))) == hash(method)
    with pytest.raises(TypeError, match="to_frame"):
        pickle.dumps(scores.to_frame(table=True))
    frame = scores.to_frame()
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(frame)), frame)


def test_parts_outlive_what_made_them(fw, rows):
    scores = niem.score(fw, niem.read_answers(rows, niem.load_framework(fw.to_json())))
    wanted = scores.to_json()
    answers = pickle.loads(pickle.dumps(scores)).answers
    table = niem.load_scores(wanted).to_frame(table=True)
    gc.collect()
    assert answers.framework == fw
    assert answers.problems.empty and list(answers.problems.columns) == list(
        niem.read_answers(rows, fw).problems.columns
    )
    assert len(table["unit"]) == len(table.to_frame())
    assert niem.score(answers.framework, answers).to_json() == wanted


def bits(scores):
    return scores.to_json(), scores.to_frame(group="*", table=True).to_json()


def work(fw, answers):
    return bits(niem.score(fw, answers, threads=2))


@pytest.mark.parametrize("kind", ["fork", "spawn"])
def test_other_processes(fw, answers, scores, kind):
    if sys.version_info >= (3, 12) and kind == "fork":
        pytest.skip("Python warns about forks of processes with threads")
    with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context(kind)) as pool:
        found = [job.result() for job in [pool.submit(work, fw, answers) for _ in range(4)]]
    assert set(found) == {bits(scores)}


def test_joblib(fw, answers, scores):
    joblib = pytest.importorskip("joblib")
    found = joblib.Parallel(2)(joblib.delayed(work)(fw, answers) for _ in range(2))
    assert set(found) == {bits(scores)}


@pytest.mark.parametrize("threads", [0, 1, 2, 3, 8])
def test_the_number_of_threads_changes_no_bit(fw, answers, scores, threads):
    assert bits(niem.score(fw, answers, threads=threads)) == bits(scores)


def long_csv(fw, odd=""):
    """Enough for two threads to have something to do: a unit with all questions of mini, many times over."""
    rows = [row.split(",", 1)[1] for row in fw_rows(fw)]
    return "".join(
        ["unit,round,group,indicator,answer\n", *(f"U{unit:05},{row}\n" for unit in range(9000) for row in rows), odd]
    ).encode()


def fw_rows(fw):
    answers = {"ordinal": "a", "binary": "yes", "numeric": "1.5", "checklist": "none"}
    return [
        f"X,2021,{group},{indicator['id']},{answers[indicator['scale']['kind']]}"
        for indicator in fw.to_dict()["indicators"]
        if indicator["scale"]["kind"] in answers
        for group in ("refugee", "subsidiary")
    ]


def test_reading_by_threads_changes_nothing(fw):
    text = long_csv(fw)
    assert len(text) > 2**20
    read = [niem.read_answers(text, fw, threads=threads) for threads in (0, 1, 2, 3)]
    assert len({answers.digest for answers in read}) == 1
    assert len({len(answers.problems) for answers in read}) == 1
    wrong = long_csv(fw, "PL,2021,refugee,NO-SUCH,a\nPL,2021\n")
    messages = set()
    for threads in (0, 2, 3):
        with pytest.raises(niem.NiemError) as caught:
            niem.read_answers(wrong, fw, threads=threads)
        messages.add(str(caught.value) + str([p for p in caught.value.problems if p["severity"] == "error"]))
    assert len(messages) == 1


def test_progress_of_reading(fw):
    for source in (long_csv(fw), niem.read_answers(long_csv(fw)[:4000].rsplit(b"\n", 1)[0], fw).to_frame()):
        shares = []
        niem.read_answers(source, fw, progress=shares.append)
        assert shares == sorted(shares) and shares[-1] == 1 and all(0 <= share <= 1 for share in shares)

    class Stop(Exception):
        pass

    def stop(done):
        raise Stop(done)

    with pytest.raises(Stop):
        niem.read_answers(long_csv(fw), fw, progress=stop)


def test_threads_share_handles(fw, answers, scores):
    def ask(_):
        return (
            bits(niem.score(fw, answers)),
            bits(scores),
            scores.rank("overall", round="2021", table=True).to_json(),
        )

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(64)))) == 1


def test_wrong_threads(fw, answers):
    for wrong in (-1, 2**40, "many", 1.5):
        with pytest.raises(niem.errors.NiemArgumentError):
            niem.score(fw, answers, threads=wrong)
        with pytest.raises(niem.errors.NiemArgumentError):
            niem.read_answers(answers, fw, threads=wrong)


def test_import_is_light():
    code = "import sys, numpy, pandas; old = set(sys.modules); import niem; print(*(set(sys.modules) - old))"
    loaded = {name.split(".")[0] for name in python(code).stdout.split()}
    assert not loaded & {"polars", "pyarrow", "tqdm", "cffi", "pycparser", "matplotlib", "IPython"}
    assert {name for name in loaded if name not in sys.stdlib_module_names} == {"niem", "_cffi_backend"}


LOCALE = """
import locale, sys, niem
for name in ("de_DE.UTF-8", "pl_PL.UTF-8", "de_DE", "fr_FR.UTF-8"):
    try:
        locale.setlocale(locale.LC_ALL, name)
        break
    except locale.Error:
        pass
else:
    print("none")
print(niem.load_framework("niem").digest, niem.exact_sum([0.1]))
"""


def test_locale():
    done = python(LOCALE)
    assert done.stdout.split()[-2] == niem.load_framework("niem").digest, done.stderr
    if done.stdout.startswith("none"):
        pytest.skip("no locale with a decimal comma is installed")


def test_only_the_module_s_own_name_is_exported():
    from niem import _niem

    try:
        found = subprocess.run(
            ["nm", "-D", "--defined-only", _niem.__file__], capture_output=True, text=True, check=True
        )
    except FileNotFoundError:
        pytest.skip("nm is not installed")
    names = {line.split()[-1] for line in found.stdout.splitlines()}
    assert names == {"PyInit__niem"}
    assert ".abi3." in os.path.basename(_niem.__file__)
