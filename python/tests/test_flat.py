"""The two flat tables of composite-index makers: files, frames of every kind, and errors."""

import os
import struct
from pathlib import Path

import niem
import numpy as np
import pandas as pd
import pytest

INDICATORS = """iCode,iName,Level,Parent,Direction,Weight,Unit,Target,Denominator,Type,Worst,Best
Roads,Roads,1,Means,1,1,km,,Area,Indicator,0,100
Debt,"Debt, public",1,Means,-1,0.5,%,20,NA,Indicator,200,0
Books,Books,1,Minds,1,,number,NA,,Indicator,0,10
Means,,2,Whole,1,2,,,,Aggregate,,
Minds,Minds and manners,2,Whole,1,1,,,,Aggregate,,
Whole,The whole,3,NA,,,,,,Aggregate,,
size,Size,,,,,,,,Group,,
Area,Land area,,,NA,,km2,,,Denominator,,
"""
DATA = """uName,uCode,Time,size,Area,Roads,Debt,Books
Aland,A,2020,S,10,50,100,5
Bland,B,2020,L,20,NaN,50.25,
Aland,A,2022,S,10,60,90,6
"""
REFERENCES = Path(os.environ.get("NIEM_REFERENCE_DATA", "nowhere")) / "refs" / "asem"


@pytest.fixture
def files(tmp_path):
    paths = tmp_path / "indicators.csv", tmp_path / "data.csv"
    for path, text in zip(paths, (INDICATORS, DATA)):
        path.write_text(text, encoding="utf-8")
    return paths


@pytest.fixture
def frames(files):
    return tuple(pd.read_csv(path) for path in files)


def test_ten_lines(files):
    indicators, data = files
    fw = niem.framework_from_tables(indicators, data)
    answers = niem.answers_from_table(data, fw)
    scores = niem.score(fw, answers)
    assert fw.default_index == "Whole"
    table = scores.to_frame(level="level2", round="2020", wide=False)
    assert list(table["node"].unique()) == ["level2=Means", "level2=Minds"]
    assert scores.value("A", "2020", node="Whole") == 50
    assert list(fw.peers()["peers"]) == ["size:S", "size:L"]
    assert len(answers) == 12 and (answers.to_frame()["state"] == "missing").sum() == 2


def same(indicators, data, files):
    expected = niem.framework_from_tables(*files)
    found = niem.framework_from_tables(indicators, data)
    assert found.to_json() == expected.to_json()
    wide = data if data is not None else files[1]
    assert niem.answers_from_table(wide, found).digest == niem.answers_from_table(files[1], expected).digest


def test_frames_of_every_kind(files, frames):
    indicators, data = frames
    polars = pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    same(indicators, data, files)
    same(files[0], data, files)
    same(indicators, files[1], files)
    same(str(files[0]), DATA.encode(), files)
    same(INDICATORS.encode(), data.set_index("uCode"), files)
    same(indicators.to_dict("records"), data.to_dict("list"), files)
    same(indicators.convert_dtypes(), data.astype({"uCode": "category", "size": "category"}), files)
    same(pyarrow.Table.from_pandas(indicators), pyarrow.Table.from_pandas(data), files)
    null = [polars.from_pandas(frame) for frame in frames]
    same(*null, files)
    records = data.to_records(index=False)
    same(indicators, np.array(records.tolist(), dtype=[(n, "O") for n in data.columns]), files)


def test_polars_without_pyarrow(files, frames, monkeypatch):
    polars = pytest.importorskip("polars")
    own = [polars.from_pandas(frame) for frame in frames]
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    same(*own, files)


def test_numbers_keep_every_bit():
    bits = np.random.default_rng(1).integers(0, 2**63, 4000, dtype=np.uint64)
    numbers = bits.view(np.float64)
    numbers = numbers[np.isfinite(numbers) & (np.abs(numbers) < 1e99)]
    numbers = np.concatenate([numbers, [0.1, 1e22, 2.0**60, 5e-324, 123456789.125]])
    units = [f"u{i}" for i in range(len(numbers))]
    data = pd.DataFrame({"unit": units, "X": numbers, "Y": np.float32(0.1)})
    fw = niem.framework_from_tables({"id": ["X", "Y", "T"], "parent": ["T", "T", None]}, data)
    rows = niem.answers_from_table(data, fw).to_frame().set_index("indicator")
    rows = rows.loc["X"].set_index("unit")["answer"]
    found = [float(rows[unit]) for unit in units]
    assert struct.pack(f"{len(found)}d", *found) == numbers.tobytes()
    own = niem.answers_from_table(data, fw).to_frame()
    assert float(own[own["indicator"] == "Y"]["answer"].iloc[0]) == float(np.float32(0.1))


def test_whole_numbers_beside_gaps():
    data = {"uCode": ["A", "B"], "Time": [2020.0, np.nan], "X": [1, 2]}
    indicators = {"iCode": ["X", "T"], "Parent": ["T", None]}
    fw = niem.framework_from_tables(indicators, data, round=2020)
    assert list(fw.rounds()["round"]) == ["2020"]
    assert len(niem.answers_from_table(data, fw)) == 2


def test_options(files):
    fw = niem.framework_from_tables(
        INDICATORS.replace(",", ";").replace('"Debt; public"', "Debt").replace("0.5", "0,5").encode(),
        DATA.replace(",", ";").replace("50.25", "50,25").encode(),
        id="mine",
        version="2",
        title="Mine",
    )
    assert (fw.id, fw.version, fw.title) == ("mine", "2", "Mine")
    assert niem.framework_from_tables(files[0]).units().empty
    spare = DATA.replace("uName,", "spare,").encode()
    with pytest.raises(niem.errors.NiemReferenceError, match='column "spare"|spare'):
        niem.framework_from_tables(files[0], spare)
    assert len(niem.framework_from_tables(files[0], spare, ignore="spare").units()) == 2
    with pytest.raises(niem.errors.NiemReferenceError, match="spare"):
        niem.answers_from_table(spare, fw)
    assert len(niem.answers_from_table(spare, fw, ignore=["spare"])) == 12
    with pytest.raises(TypeError, match="coder"):
        niem.framework_from_tables(files[0], coder="x")
    with pytest.raises(TypeError, match="title"):
        niem.answers_from_table(files[1], fw, title="x")


def test_errors_tell_all(files, frames):
    indicators, data = frames
    wrong = indicators.copy()
    wrong.loc[1, "Direction"] = 2
    wrong.loc[2, "Parent"] = "Mindz"
    with pytest.raises(niem.NiemError) as error:
        niem.framework_from_tables(wrong, data.assign(uCode=["A", None, "A"]))
    found = [entry for entry in error.value.problems if entry["severity"] == "error"]
    places = [(entry["row"], entry["where"]) for entry in found]
    assert places[:2] == [(2, "Direction"), (3, "Parent")] and (2, "uCode") in places
    assert str(error.value).startswith('row 2, column "Direction": indicators: 2 is no direction')
    fw = niem.framework_from_tables(indicators, data)
    with pytest.raises(niem.NiemError, match='row 2, column "Roads": "True" is no number'):
        niem.answers_from_table(data.astype(object).assign(Roads=[1, True, 2]), fw)


def test_what_is_no_table(files, tmp_path):
    fw = niem.framework_from_tables(*files)
    missing = tmp_path / "none.csv"
    for call in (
        lambda: niem.framework_from_tables(missing),
        lambda: niem.framework_from_tables(files[0], missing),
        lambda: niem.framework_from_tables(INDICATORS.encode(), missing),
        lambda: niem.answers_from_table(missing, fw),
    ):
        with pytest.raises(niem.errors.NiemIOError, match="none.csv"):
            call()
    for source in (7, np.zeros((2, 2)), None):
        with pytest.raises(niem.errors.NiemArgumentError):
            niem.framework_from_tables(source)
    with pytest.raises(niem.errors.NiemArgumentError, match="is for text and files"):
        niem.answers_from_table(pd.read_csv(files[1]), fw, decimal_comma=True)
    with pytest.raises(niem.errors.NiemEncodingError, match="surrogate"):
        niem.answers_from_table({"uCode": ["\ud83d"], "Roads": [1]}, fw)
    with pytest.raises(niem.errors.NiemFormatError):
        niem.answers_from_table(pd.DataFrame(), fw)


def number(text):
    """Python's own parser: older pandas is an ulp off by default."""
    return np.nan if text in ("", "NA") else float(text)


def read_exactly(name):
    """A table of data; what stands behind Time are numbers."""
    columns = pd.read_csv(REFERENCES / name, nrows=0).columns
    return pd.read_csv(REFERENCES / name, converters=dict.fromkeys(columns[7:], number))


@pytest.mark.skipif(not REFERENCES.is_dir(), reason="NIEM_REFERENCE_DATA does not lead to refs/asem")
@pytest.mark.parametrize(("name", "rounds"), [("asem_iData.csv", 1), ("asem_iData_panel.csv", 5)])
def test_coinr_example(name, rounds):
    fw = niem.framework_from_tables(REFERENCES / "asem_iMeta.csv", REFERENCES / name)
    answers = niem.answers_from_table(REFERENCES / name, fw)
    counts = fw.indicators()["scored"].value_counts().to_dict()
    assert counts == {1: 49, 0: 4} and len(fw.nodes()) == 60
    assert (len(fw.units()), len(fw.rounds()), fw.peers()["set"].nunique()) == (51, rounds, 4)
    assert len(answers) == rounds * 51 * 53
    frames = [pd.read_csv(REFERENCES / "asem_iMeta.csv", converters={"Target": number}), read_exactly(name)]
    assert niem.framework_from_tables(*frames) == fw
    assert niem.answers_from_table(frames[1], fw).digest == answers.digest
