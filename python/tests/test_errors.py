"""Bad input: each thing is refused with its class, its place and a remedy, and nothing crashes."""

import json
import os
import pickle
import subprocess
import sys

import niem
import pytest
from niem import errors

HEAD = "unit,round,group,indicator,answer\n"


def load(framework):
    return niem.load_framework(framework)


def read(fw, *lines, head=HEAD, **options):
    return niem.read_answers((head + "".join(line + "\n" for line in lines)).encode(), fw, **options)


def edit(mini, path, value):
    target = mini
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return mini


# --- classes ---


def test_every_status_has_a_class():
    names = {name for name in dir(errors) if name.startswith("Niem")}
    assert {
        "NiemArgumentError",
        "NiemIOError",
        "NiemReferenceError",
        "NiemStructSizeError",
        "NiemSelfTestError",
    } <= names
    assert len(errors.__all__) == len(set(errors.__all__)) == 20
    assert issubclass(errors.NiemReferenceError, LookupError)
    assert issubclass(errors.NiemIOError, OSError)
    assert issubclass(errors.NiemMemoryError, MemoryError)
    assert issubclass(errors.NiemValueError, ValueError)


def test_an_error_says_place_and_remedy(fw):
    with pytest.raises(errors.NiemReferenceError) as caught:
        read(fw, "PL,2021,refugee,RES-1,a", "PL,2021,refugee,RES-2,d", "PL,2021,refugee,XXX,a")
    error = caught.value
    assert (error.row, error.where, error.status_name) == (2, "answer", "reference")
    assert str(error).startswith('row 2, column "answer": option "d" is not one of a, b, c')
    assert str(error).endswith("(and 1 more problems; see .problems)") and error.total == 2
    wrong = [entry for entry in error.problems if entry["severity"] == "error"]
    assert [entry["row"] for entry in wrong] == [2, 3]
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and str(again) == str(error) and again.problems == error.problems


# --- answers ---

WRONG_ROWS = {
    "unknown indicator": (["PL,2021,refugee,NONE-1,a"], "NiemReferenceError"),
    "unknown option": (["PL,2021,refugee,RES-1,d"], "NiemReferenceError"),
    "points for an option": (["PL,2021,refugee,RES-1,50"], "NiemReferenceError"),
    "unknown group": (["PL,2021,nobody,RES-1,a"], "NiemReferenceError"),
    "duplicate": (["PL,2021,refugee,RES-1,a", "PL,2021,refugee,RES-1,b"], "NiemDuplicateError"),
    "duplicate by alias": (["PL,2021,refugee,RES-1,a", "POL,2021,refugee,RES-1,a"], "NiemDuplicateError"),
    "infinite": (["PL,2021,refugee,HOU-1,1e999"], "NiemValueError"),
    "hexadecimal": (["PL,2021,refugee,HOU-1,0x10"], "NiemSyntaxError"),
    "decimal comma": (['PL,2021,refugee,HOU-1,"12,5"'], "NiemSyntaxError"),
    "too many fields": (["PL,2021,refugee,RES-1,a,b"], "NiemFormatError"),
    "too few fields": (["PL,2021,refugee"], "NiemFormatError"),
    "NA": (["PL,2021,refugee,RES-1,NA"], "NiemValueError"),
    "no rows": ([], "NiemFormatError"),
}


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_wrong_rows(fw, name):
    lines, wanted = WRONG_ROWS[name]
    with pytest.raises(getattr(errors, wanted)):
        read(fw, *lines)


def test_closed_framework_refuses_unknown_units_and_rounds(mini):
    closed = load(edit(mini, ["closed"], True))
    with pytest.raises(errors.NiemReferenceError):
        read(closed, "XX,2021,refugee,RES-1,a")
    with pytest.raises(errors.NiemReferenceError):
        read(closed, "PL,1999,refugee,RES-1,a")


def test_an_open_one_takes_them(fw):
    assert len(read(fw, "XX,2023,refugee,RES-1,a")) == 1


def test_truncated_utf8_and_nul(fw):
    for tail in (b"PL,2021,refugee,RES-1,\xc3", b"PL,2021,refugee,RES-1,a\0"):
        with pytest.raises(errors.NiemEncodingError):
            niem.read_answers(HEAD.encode() + tail + b"\n", fw)


def test_a_field_beyond_16_mib(fw):
    with pytest.raises(errors.NiemLimitError):
        read(fw, 'PL,2021,refugee,RES-1,"' + "a" * (16 * 2**20 + 1) + '"')


def test_options_that_there_are_not(fw):
    with pytest.raises(TypeError, match="has no argument 'rounds'"):
        read(fw, "PL,2021,refugee,RES-1,a", rounds="2021")
    with pytest.raises(errors.NiemArgumentError):
        read(fw, "PL,2021,refugee,RES-1,a", separator="x")
    with pytest.raises(errors.NiemArgumentError):
        read(fw, "PL,2021,refugee,RES-1,a", separator="semicolon")
    with pytest.raises(errors.NiemArgumentError):
        read(fw, "PL,2021,refugee,RES-1,a", decimal_comma=2**40)
    with pytest.raises(errors.NiemArgumentError):
        read(fw, "PL,2021,refugee,RES-1,a", round=20.21)
    with pytest.raises(errors.NiemEncodingError):
        read(fw, "PL,2021,refugee,RES-1,a", round="20\0" + "21")
    with pytest.raises(errors.NiemEncodingError):
        read(fw, "PL,2021,refugee,RES-1,a", coder="\ud800")


def test_rows_that_name_no_round(fw):
    head = "unit,group,indicator,answer\n"
    with pytest.raises(errors.NiemError, match="round"):
        read(fw, "PL,refugee,RES-1,a", head=head)
    assert len(read(fw, "PL,refugee,RES-1,a", head=head, round="2021")) == 1


def test_files_that_cannot_be_read(fw, tmp_path):
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(errors.NiemIOError):
            niem.read_answers(path, fw)
        with pytest.raises(OSError):
            load(path)
    locked = tmp_path / "locked.csv"
    locked.write_text(HEAD)
    locked.chmod(0)
    if os.access(locked, os.R_OK):
        pytest.skip("this user may read everything, so that no file is unreadable")
    with pytest.raises(errors.NiemIOError):
        niem.read_answers(locked, fw)


def test_a_path_with_a_nul(fw):
    with pytest.raises(errors.NiemEncodingError):
        niem.read_answers("a\0.csv", fw)


# --- frameworks ---

WRONG_FRAMEWORKS = {
    "points above 100": (["indicators", 0, "scale", "options", 0, "points"], 101, "NiemValueError"),
    "points below 0": (["indicators", 0, "scale", "options", 0, "points"], -1, "NiemValueError"),
    "negative weight": (["indexes", 0, "weights"], {"housing": -1}, "NiemValueError"),
    "weights that sum to zero": (
        ["indexes", 1, "weights"],
        {"law": 0, "implementation": 0},
        "NiemValueError",
    ),
    "weight of no node": (["indexes", 0, "weights"], {"nothing": 1}, "NiemReferenceError"),
    "NaN weight": (["indexes", 0, "weights"], {"housing": float("nan")}, "NiemValueError"),
    "infinite weight": (["indexes", 0, "weights"], {"housing": float("inf")}, "NiemValueError"),
    "no indicators": (["indicators"], [], "NiemError"),
    "a later format": (["format"], "niem-framework/2", "NiemVersionError"),
    "another format": (["format"], "something", "NiemFormatError"),
    "unknown key": (["colour"], "red", "NiemFormatError"),
    "unknown facet value": (["indicators", 0, "dimension"], "nothing", "NiemReferenceError"),
    "unknown default": (["default_index"], "nothing", "NiemReferenceError"),
    "a NUL in an id": (["id"], "a\0b", "NiemEncodingError"),
    "half a surrogate pair": (["id"], "\ud800", "NiemEncodingError"),
}


@pytest.mark.parametrize("name", WRONG_FRAMEWORKS)
def test_wrong_frameworks(mini, name):
    path, value, wanted = WRONG_FRAMEWORKS[name]
    with pytest.raises(getattr(errors, wanted)) as caught:
        load(edit(mini, path, value))
    assert str(caught.value)


def nodes(**children):
    return {
        "id": "own",
        "nodes": [{"id": node, "children": below.split()} for node, below in children.items()],
    }


NO_TREES = {
    "a cycle": (nodes(a="b", b="a"), "cycle"),
    "a cycle beside the top": (nodes(top="RES-1", a="b", b="a"), "cycle"),
    "two parents": (nodes(top="a b", a="c", b="c", c="RES-1"), "two parents"),
    "a leaf twice": (nodes(top="a b", a="RES-1", b="RES-1"), "twice"),
    "two tops": (nodes(a="RES-1", b="RES-2"), "two tops"),
    "no node": ({"id": "own", "nodes": []}, "at least one node"),
}


@pytest.mark.parametrize("name", NO_TREES)
def test_indexes_that_are_no_trees(mini, name):
    index, words = NO_TREES[name]
    mini["indexes"].append(index)
    with pytest.raises(errors.NiemTreeError, match=words) as caught:
        load(mini)
    assert str(caught.value).startswith("/indexes/2")


def test_indicator_twice(mini):
    mini["indicators"].append(dict(mini["indicators"][0]))
    with pytest.raises(errors.NiemDuplicateError):
        load(mini)


def test_a_facet_within_itself(mini):
    mini["facets"][0]["within"] = "dimension"
    with pytest.raises(errors.NiemError):
        load(mini)


def test_where_a_number_is_not_finite(mini):
    mini["indicators"][2]["scale"]["worst"] = float("inf")
    with pytest.raises(errors.NiemValueError) as caught:
        load(mini)
    assert caught.value.where == "/indicators/2/scale/worst"


def test_empty_framework():
    for empty in ({}, "{}", b"", b"[]", b"null"):
        with pytest.raises(errors.NiemError):
            load(empty)


def test_deep_json():
    with pytest.raises(errors.NiemLimitError):
        load(b"[" * 10_000 + b"]" * 10_000)
    deep = {}
    for _ in range(100_000):
        deep = {"meta": deep}
    with pytest.raises(errors.NiemLimitError):
        load(deep)
    while deep:  # taken apart by hand: a free of the whole would go as deep
        deep = deep["meta"]


def test_json_that_breaks_its_grammar(fw):
    whole = fw.to_json()
    wrong = {
        "trailing text": whole + " x",
        "cut off": whole[:-5],
        "a key twice": whole[:-1] + ', "id": "again"}',
        "a hexadecimal number": whole.replace("100", "0x64", 1),
        "a number too large": whole.replace("100", "1e999", 1),
        "a leading zero": whole.replace("100", "0100", 1),
    }
    for name, text in wrong.items():
        with pytest.raises(errors.NiemError) as caught:
            load(text)
        assert caught.value.row >= 1, name
        assert "line" in str(caught.value), name


def test_names_that_ship_no_framework():
    with pytest.raises(errors.NiemReferenceError, match="niem"):
        load("nothing")


# --- scores ---


def test_questions_that_have_no_answer(scores):
    for wrong in (
        {"index": "x"},
        {"group": "x"},
        {"round": "x"},
        {"node": "x"},
        {"level": "x"},
        {"units": ["x"]},
        {"peers": "x"},
    ):
        with pytest.raises(errors.NiemReferenceError):
            scores.to_frame(**wrong)
    with pytest.raises(errors.NiemReferenceError):
        scores.value("XX", "2021")
    with pytest.raises(errors.NiemReferenceError):
        scores.explain("PL", "1999")
    with pytest.raises(TypeError, match="rnd"):
        scores.rank("overall", rnd="2021")
    with pytest.raises(TypeError, match="ties"):
        scores.spread("overall", ties="min")
    with pytest.raises(errors.NiemArgumentError):
        scores.to_frame(units=[])
    with pytest.raises(errors.NiemArgumentError):
        scores.rank("overall", ties="best")
    with pytest.raises(errors.NiemError):
        scores.average("overall", round="2021", weights={"PL": -1.0, "CZ": 1.0, "LT": 1.0})
    with pytest.raises(errors.NiemError):
        scores.average("overall", round="2021", weights={"PL": 0.0, "CZ": 0.0, "LT": 0.0})
    with pytest.raises(errors.NiemError):
        scores.average("overall", round="2021", weights={"PL": float("nan"), "CZ": 1.0, "LT": 1.0})
    with pytest.raises(errors.NiemArgumentError, match="entries"):
        scores.average("overall", round="2021", weight_units=["PL", "CZ"], weights=[1.0])
    with pytest.raises(errors.NiemArgumentError, match="a number"):
        scores.average("overall", round="2021", weights={"PL": "many"})
    with pytest.raises(errors.NiemError):
        scores.to_frame(bands="rainbow")


def test_ambiguous_questions_list_the_choices(mini, rows):
    del mini["default_group"]
    fw = load(mini)
    scores = niem.score(fw, niem.read_answers(rows, fw))
    with pytest.raises(errors.NiemAmbiguousError, match="refugee"):
        scores.to_frame(level="dimension")


def test_answers_of_another_framework(fw, mini, rows):
    other = load(edit(mini, ["version"], "2.0"))
    with pytest.raises(errors.NiemMismatchError):
        niem.score(fw, niem.read_answers(rows, other))
    with pytest.raises(TypeError, match="read_answers"):
        niem.score(fw, rows)


def test_coders_without_a_consensus(fw):
    lines = ["PL,2021,refugee,RES-1,a,x", "PL,2021,refugee,RES-1,b,y", "PL,2021,refugee,RES-1,b,z"]
    answers = read(fw, *lines, head="unit,round,group,indicator,answer,coder\n")
    with pytest.raises(errors.NiemConsensusError):
        niem.score(fw, answers)
    niem.score(fw, answers, {"consensus": "majority"})


def test_wrong_methods():
    for wrong in (
        {"consensus": "vote"},
        {"missing": {"rule": "maybe"}},
        {"tolerance": -1},
        {"colour": 1},
        {"format": "niem-method/2"},
    ):
        with pytest.raises(errors.NiemError):
            niem.load_method(wrong)


def test_scores_that_were_changed(scores):
    text = scores.to_json()
    for wrong in ("", "{}", text[:-3]):
        with pytest.raises(errors.NiemError):
            niem.load_scores(wrong)
    with pytest.raises(errors.NiemMismatchError):
        niem.load_scores(text.replace('"points":50', '"points":51'))


# --- writing ---


def test_a_failed_write_leaves_the_old_file(scores, tmp_path):
    table = scores.to_frame(table=True)
    with pytest.raises(errors.NiemIOError):
        table.to_csv(tmp_path / "nowhere" / "x.csv")
    with pytest.raises(errors.NiemIOError):
        scores.framework.write(tmp_path)
    with pytest.raises(errors.NiemIOError):
        scores.answers.write(tmp_path / "nowhere" / "x.json")


FULL = """
import sys, pathlib, niem
folder = pathlib.Path(sys.argv[1])
target = folder / "fw.json"
target.write_text("old")
(folder / "fill").write_bytes(b"x" * (60 * 1024))
try:
    niem.load_framework("niem").write(target)
except niem.errors.NiemIOError as error:
    print("refused", target.read_text(), len(list(folder.iterdir())))
"""


def test_a_full_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small disk is mounted by root only")
    try:
        done = subprocess.run([sys.executable, "-c", FULL, str(folder)], capture_output=True, text=True)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    assert done.stdout.split() == ["refused", "old", "2"], done.stderr


def test_problems_of_a_json_file(fw, tmp_path):
    path = tmp_path / "answers.json"
    row = {"unit": "PL", "round": "2021", "group": "refugee", "indicator": "RES-1", "answer": "z"}
    path.write_text(json.dumps([row], indent=1))
    with pytest.raises(errors.NiemReferenceError) as caught:
        niem.read_answers(path, fw)
    assert caught.value.problems[0]["status"] == "reference"
