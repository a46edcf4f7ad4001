"""Frames of every kind give the same answers, to the digest."""

import sys

import niem
import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def frame(rows):
    return pd.DataFrame(rows)


def columns(rows):
    return {name: [row[name] for row in rows] for name in rows[0]}


def digest(data, fw, **options):
    return niem.read_answers(data, fw, **options).digest


def test_rows_and_columns(fw, rows, answers):
    assert digest(rows, fw) == answers.digest
    assert digest(tuple(rows), fw) == answers.digest
    assert digest(columns(rows), fw) == answers.digest
    assert digest(iter(rows), fw) == answers.digest


def test_json_in_a_dict(fw, rows, answers):
    kept = [{key: value for key, value in row.items() if value is not None} for row in rows]
    assert digest({"format": "niem-answers/1", "answers": kept}, fw) == answers.digest


def test_pandas(fw, frame, answers):
    assert digest(frame, fw) == answers.digest
    assert digest(frame.astype(object), fw) == answers.digest
    assert digest(frame.astype("category"), fw) == answers.digest
    assert digest(frame.astype("string"), fw) == answers.digest
    assert digest(frame.astype({"round": "int64"}), fw) == answers.digest
    assert digest(frame.astype({"round": "float64"}), fw) == answers.digest
    assert digest(frame.set_index(["unit", "round"]), fw) == answers.digest
    assert digest(frame.sample(frac=1, random_state=1), fw) == answers.digest
    reordered = frame.astype({"unit": pd.CategoricalDtype(["XX", "LT", "PL", "CZ"])})
    assert digest(reordered, fw) == answers.digest


def test_categories_that_are_numbers(fw, frame, answers):
    assert digest(frame.assign(round=frame["round"].astype(int).astype("category")), fw) == answers.digest


def test_numpy(fw, rows, answers):
    names = ("unit", "round", "group", "indicator", "answer")
    full = [row for row in rows if row["answer"]]
    array = np.array(
        [tuple(row[name] for name in names) for row in full], dtype=[(name, "U10") for name in names]
    )
    assert digest(array, fw) == digest([{name: row[name] for name in names} for row in full], fw)
    assert (
        digest({name: np.array(values, dtype=object) for name, values in columns(rows).items()}, fw)
        == answers.digest
    )


def test_polars(fw, rows, answers):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(columns(rows))
    assert digest(frame, fw) == answers.digest
    coded = frame.with_columns(
        polars.col("unit").cast(polars.Categorical),
        polars.col("group").cast(polars.Enum(["refugee", "subsidiary"])),
    )
    assert digest(coded, fw) == answers.digest
    assert digest(frame.with_columns(polars.col("round").cast(polars.Int16)), fw) == answers.digest
    assert digest(polars.concat([frame[:10], frame[10:]], rechunk=False), fw) == answers.digest


def test_polars_without_pyarrow(fw, rows, answers, monkeypatch):
    polars = pytest.importorskip("polars")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    frame = polars.DataFrame(columns(rows))
    assert digest(frame, fw) == answers.digest
    assert digest(frame.with_columns(polars.col("unit").cast(polars.Categorical)), fw) == answers.digest
    assert digest(frame.with_columns(polars.col("round").cast(polars.Int64)), fw) == answers.digest


def test_arrow(fw, rows, answers):
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table(columns(rows))
    assert digest(table, fw) == answers.digest
    assert digest(pyarrow.concat_tables([table[:7], table[7:]]), fw) == answers.digest
    coded = table.set_column(0, "unit", table["unit"].dictionary_encode())
    assert digest(coded, fw) == answers.digest
    chunks = pyarrow.chunked_array(
        [table["unit"].chunk(0)[:7].dictionary_encode(), table["unit"].chunk(0)[7:].dictionary_encode()]
    )
    assert digest(table.set_column(0, "unit", chunks), fw) == answers.digest
    assert digest(table.set_column(1, "round", table["round"].cast(pyarrow.int32())), fw) == answers.digest

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return table.__arrow_c_stream__(requested_schema)

    assert digest(Stream(), fw) == answers.digest


def test_a_stream_and_nothing_that_reads_it(fw, monkeypatch):
    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            raise AssertionError("not asked for")

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match="needs pyarrow or polars"):
        niem.read_answers(Stream(), fw)


NUMERIC = {"unit": ["PL", "CZ", "LT"], "indicator": ["HOU-1"] * 3}
PLACE = {"round": "2021", "group": "refugee"}


def numeric(fw, values):
    return digest({**NUMERIC, "answer": values}, fw, **PLACE)


def test_numbers_are_taken_as_they_are(fw):
    wanted = numeric(fw, ["0.1", "3", ""])
    assert numeric(fw, np.array([0.1, 3.0, np.nan])) == wanted
    assert numeric(fw, [0.1, 3, None]) == wanted
    assert numeric(fw, pd.array([0.1, 3, None], dtype="Float64")) == wanted
    assert numeric(fw, [np.float64(0.1), np.int64(3), np.nan]) == wanted
    assert numeric(fw, ["0.1", 3, pd.NA]) == wanted
    polars, pyarrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    named = {**NUMERIC, "answer": [0.1, 3.0, None]}
    assert digest(polars.DataFrame(named), fw, **PLACE) == wanted
    assert digest(pyarrow.table(named), fw, **PLACE) == wanted
    hard = 0.1 + 0.2
    assert numeric(fw, np.array([hard, 5e-324, 1.0])) == numeric(fw, [repr(hard), "5e-324", "1"])


def test_whole_numbers_that_are_ids(mini):
    mini["indicators"][0]["scale"] = {
        "kind": "ordinal",
        "options": [{"id": "1", "points": 100}, {"id": "2", "points": 0}],
    }
    fw = niem.load_framework(mini)
    rows = {"unit": ["PL", "CZ", "LT"], "indicator": ["RES-1"] * 3}
    wanted = digest({**rows, "answer": ["1", "2", None]}, fw, **PLACE)
    assert digest({**rows, "answer": [1, 2, None]}, fw, **PLACE) == wanted
    assert digest({**rows, "answer": np.array([1, 2, np.nan])}, fw, **PLACE) == wanted
    assert digest({**rows, "answer": pd.array([1, 2, None], dtype="Int64")}, fw, **PLACE) == wanted


def test_blank_columns(fw, frame, answers):
    assert digest(frame.assign(note=np.nan, source=None, evidence=""), fw) == answers.digest


def test_columns_that_are_not_read(fw, frame, answers):
    extra = frame.assign(weight=0.5, day=pd.Timestamp("2021-03-31"), flag=True, thing=[object()] * len(frame))
    read = niem.read_answers(extra, fw)
    assert read.digest == answers.digest
    assert (read.problems["severity"] == "warning").sum() == 4


REFUSED = {
    "days": ("round", pd.to_datetime(["2021-03-31"] * 3)),
    "truth": ("answer", np.array([True, False, True])),
    "true among numbers": ("answer", [1, True, 2]),
    "halves as ids": ("unit", np.array([1.5, 2, 3])),
    "bytes": ("unit", [b"PL", b"CZ", b"LT"]),
    "lists": ("answer", [["a"], ["b"], ["c"]]),
    "a NUL": ("unit", ["PL", "C\0Z", "LT"]),
    "half a surrogate pair": ("unit", ["PL", "\ud800", "LT"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_values_that_are_no_answers(fw, name):
    column, values = REFUSED[name]
    data = {**NUMERIC, "answer": ["1", "2", "3"], **PLACE_COLUMNS, column: values}
    with pytest.raises(niem.NiemError) as caught:
        niem.read_answers(data, fw)
    assert caught.value.where == column
    with pytest.raises(niem.NiemError):
        niem.read_answers(pd.DataFrame(data, dtype=object), fw)


PLACE_COLUMNS = {"round": ["2021"] * 3, "group": ["refugee"] * 3}


def test_infinite_answers_and_columns_that_lack(fw):
    with pytest.raises(niem.errors.NiemValueError):
        numeric(fw, np.array([np.inf, 1, 2]))
    with pytest.raises(niem.NiemError, match="answer"):
        niem.read_answers(NUMERIC, fw, **PLACE)
    with pytest.raises(niem.NiemError):
        niem.read_answers({**NUMERIC, "answer": ["1"]}, fw, **PLACE)
    with pytest.raises(niem.NiemError, match="twice"):
        niem.read_answers(pd.DataFrame([["PL", "CZ"]], columns=["unit", "unit"]), fw)
    for nothing in ([], {}, pd.DataFrame()):
        with pytest.raises(niem.NiemError):
            niem.read_answers(nothing, fw)
    for wrong in (3, None, "", [1, 2], {"unit": "PL"}):
        with pytest.raises(niem.NiemError):
            niem.read_answers(wrong, fw)


def test_a_long_frame_keeps_its_texts(fw):
    n = 5000
    data = {
        "unit": [f"U{i}" for i in range(n)],
        "indicator": ["RES-1"] * n,
        "answer": ["abc"[i % 3] for i in range(n)],
        "note": [f"żółć {i}" for i in range(n)],
    }
    back = niem.read_answers(data, fw, **PLACE).to_frame()
    assert dict(zip(back["unit"], back["note"])) == dict(zip(data["unit"], data["note"]))
    assert dict(zip(back["unit"], back["answer"])) == dict(zip(data["unit"], data["answer"]))
