"""What users write, as the package's page shows it."""

import json
import math

import niem
import numpy as np
import pandas as pd
import pytest


def test_framework_tells_what_it_is(fw):
    assert (fw.id, fw.version, fw.title) == ("mini", "1.0", "A small example")
    assert (fw.default_index, fw.default_group) == ("overall", "both")
    assert len(fw.digest) == 64
    assert niem.load_framework(fw.to_json()) == fw
    assert niem.load_framework(fw.to_dict()).digest == fw.digest
    assert "mini" in repr(fw)
    assert "<table" in fw._repr_html_()


PARTS = [
    "facets",
    "groups",
    "units",
    "rounds",
    "peers",
    "indicators",
    "options",
    "standards",
    "instruments",
    "indexes",
    "nodes",
]


@pytest.mark.parametrize("part", PARTS)
def test_parts_of_the_framework(fw, part):
    frame = getattr(fw, part)()
    assert isinstance(frame, pd.DataFrame)
    assert frame.equals(fw.part(part))
    assert list(frame.columns) == getattr(fw, part)(table=True).columns


def test_indicators_and_nodes(fw):
    assert list(fw.indicators()["indicator"]) == ["RES-1", "RES-2", "HOU-1", "HOU-2"]
    assert {"area", "dimension", "step"} <= set(fw.indicators().columns)
    nodes = fw.nodes()
    assert "dimension=housing" in " ".join(nodes["node"])


def test_shipped_frameworks_load():
    names = niem.shipped_frameworks()
    assert "niem" in names
    for name in names:
        loaded = niem.load_framework(name)
        assert niem.load_framework(loaded.to_json()).digest == loaded.digest


def test_framework_files(fw, tmp_path):
    path = tmp_path / "fw.json"
    fw.write(path)
    assert niem.load_framework(path) == fw
    assert niem.load_framework(str(path)) == fw
    assert niem.load_framework(path.read_bytes()) == fw


def test_answers_files(fw, answers, tmp_path):
    for name in ("answers.csv", "answers.json"):
        answers.write(tmp_path / name)
        assert niem.read_answers(tmp_path / name, fw).digest == answers.digest
        assert niem.read_answers((tmp_path / name).read_bytes(), fw) == answers
    assert len(answers) == 48
    assert len(answers.to_frame()) == 48
    assert list(answers.to_frame().columns) == [
        *("unit", "round", "group", "indicator", "answer", "state", "evidence", "source", "coder", "note")
    ]
    assert "48 rows" in repr(answers)
    assert "<table" in answers._repr_html_()
    assert {"severity", "message"} <= set(answers.problems.columns)


def test_wide_frame_is_a_country_a_row(scores):
    frame = scores.to_frame(level="dimension", round="2021")
    assert list(frame.index) == ["PL", "CZ", "LT"]
    assert frame.index.name == "unit"
    assert frame.shape == (3, 2)
    assert all(kind == np.float64 for kind in frame.dtypes)
    tidy = scores.to_frame(level="dimension", round="2021", wide=False)
    for unit, node, value in zip(tidy["unit"], tidy["node"], tidy["value"]):
        assert frame.loc[unit, node] == value or (math.isnan(value) and math.isnan(frame.loc[unit, node]))
    coverage = scores.to_frame(level="dimension", round="2021", values="coverage")
    assert ((coverage >= 0) & (coverage <= 1)).all().all()


def test_tidy_frame(scores):
    frame = scores.to_frame()
    assert {
        "unit",
        "round",
        "group",
        "index",
        "node",
        "level",
        "value",
        "coverage",
        "lower",
        "upper",
        "state",
    } <= set(frame)
    assert set(frame["round"]) == {"2019", "2021"}
    assert scores.to_frame(level="dimension").columns[0] == "unit"  # two rounds: tidy
    wide = scores.to_frame(level="dimension", wide=True)
    assert wide.index.names == ["unit", "round"]
    assert len(scores.to_frame(group="*", level="index", round="2021")) == 9
    assert "band" in scores.to_frame(level="index", round="2021", bands="mipex")
    own = {"bands": [{"from": 50, "label": "upper"}, {"from": 0, "label": "lower"}]}
    assert set(scores.to_frame(level="index", round="2021", bands=own)["band"].dropna()) <= {"upper", "lower"}
    assert isinstance(frame.attrs["notes"], dict)


def test_value_is_the_table_s(scores):
    tidy = scores.to_frame(node="overall", round="2021")
    assert scores.value("PL", "2021") == tidy.loc[tidy["unit"] == "PL", "value"].item()
    assert scores.value("PL", 2021, "housing", group="refugee") == scores.value(
        "PL", "2021", "dimension=housing", "refugee"
    )


def test_rank(scores):
    frame = scores.rank("overall", round="2021")
    assert {"unit", "round", "group", "node", "value", "rank", "tied", "n"} <= set(frame.columns)
    assert sorted(frame["rank"])[0] == 1
    best = frame.loc[frame["value"].idxmax()]
    assert best["rank"] == 1
    last = scores.rank("overall", round="2021", ascending=True)
    assert last.loc[last["value"].idxmin(), "rank"] == 1
    loose = scores.rank("overall", round="2021", tolerance=100.0, ties="dense")
    assert set(loose["rank"]) == {1}
    assert scores.rank("overall", round=2021, units="PL")["unit"].tolist() == ["PL"]


def test_average_and_difference(scores):
    plain = scores.average("overall", round="2021")
    values = scores.to_frame(node="overall", round="2021", wide=False)["value"]
    assert plain["average"].item() == niem.exact_mean(values)
    weights = {"PL": 38e6, "CZ": 10.5e6, "LT": 2.8e6}
    weighted = scores.average("overall", round="2021", weights=weights)
    assert weighted["average"].item() == niem.exact_mean(values, list(weights.values()))
    assert weighted.equals(scores.average("overall", round="2021", weights=pd.Series(weights)))
    frame = scores.difference("overall", round="2021")
    assert (frame["value"] - frame["reference"]).equals(frame["difference"].rename(None))
    best = scores.difference("overall", round="2021", reference="best")
    assert best["difference"].max() == 0
    scores.difference("overall", round="2021", reference_peers="neighbours")
    scores.difference("overall", round="2021", reference_units=["CZ", "LT"])


def test_change(scores):
    change = scores.change("2019", "2021")
    assert {"unit", "node", "from", "to", "change", "direction"} <= set(change.points.columns)
    assert set(change.points["direction"].dropna()) <= {"improved", "unchanged", "worsened"}
    assert {"improved", "unchanged", "worsened", "average_change"} <= set(change.summary.columns)
    for (unit, node), part in change.causes.groupby(["unit", "node"]):
        wanted = change.points[(change.points["unit"] == unit) & (change.points["node"] == node)][
            "change"
        ].item()
        assert math.fsum(part["contribution"]) == wanted
    assert "2019 to 2021" in repr(change)
    assert "<table" in change._repr_html_()
    assert scores.change_summary("2019", "2021").equals(change.summary)
    housing = scores.change("2019", "2021", node="housing", tolerance=200)
    assert set(housing.points["direction"]) == {"unchanged"}
    assert set(housing.causes["node"]) == {"dimension=housing"} or len(set(housing.causes["node"])) == 1


def test_explanation_adds_up(scores):
    frame = scores.explain("PL", "2021", node="housing")
    assert math.fsum(frame["contribution"]) == scores.value("PL", "2021", "housing")
    assert math.fsum(scores.explain("PL", "2021")["contribution"]) == scores.value("PL", "2021")


def test_the_other_comparisons(scores):
    assert "spread" in scores.spread(level="dimension", round="2021")
    best, worst = scores.practice(round="2021"), scores.practice(round="2021", reference="worst")
    assert (best["value"] >= worst["value"]).all()
    groups = scores.group_difference("refugee", "subsidiary", "overall", round="2021")
    assert (groups["value_a"] - groups["value_b"]).equals(groups["difference"].rename(None))
    assert {"indicator", "state", "value"} <= set(scores.members("housing", round="2021").columns)


def test_scores_keep_what_they_were_made_of(scores, fw, answers):
    assert scores.framework == fw
    assert scores.answers == answers
    manifest = scores.manifest()
    assert fw.digest in json.dumps(manifest)
    assert answers.digest in json.dumps(manifest)
    assert "mini" in repr(scores)
    assert "<" in scores._repr_html_()


def test_method_and_index(fw, answers, tmp_path):
    strict = niem.load_method({"missing": {"rule": "strict"}})
    assert strict == niem.load_method(strict.to_json()) == niem.load_method(strict.to_dict())
    (tmp_path / "method.json").write_text(strict.to_json())
    assert niem.load_method(tmp_path / "method.json").digest == strict.digest
    assert "strict" in repr(strict)
    scores = niem.score(fw, answers, {"missing": {"rule": "strict"}}, index="overall")
    assert np.isnan(scores.value("PL", "2019", group="subsidiary"))
    with pytest.raises(niem.errors.NiemReferenceError):
        scores.to_frame(index="steps")


def test_the_same_digest_from_its_digest_on(fw, rows):
    whole = niem.score(fw, niem.read_answers(rows, fw)).to_json()
    assert niem.score(fw, niem.read_answers(rows[::-1], fw)).to_json() == whole
    assert niem.load_scores(whole).to_json() == whole


def test_table_prints_as_every_language_does(scores, tmp_path):
    table = scores.rank("overall", round="2021", table=True)
    assert isinstance(table, niem.Table)
    assert table.columns[0] == "unit"
    assert len(table) == len(table["value"]) == 3
    assert table.to_csv().splitlines()[0] == ",".join(table.columns)
    assert json.loads(table.to_json())["name"] == table.name
    assert "\\toprule" in table.to_latex(digits=1, caption="Ranks & more")
    assert "<table" in table.to_html()
    assert table.to_text().count("\n") >= 3
    assert table.cell(0, "unit") == table["unit"][0]
    table.to_csv(tmp_path / "rank.csv", digits=2, separator=";", decimal_comma=True)
    assert ";" in (tmp_path / "rank.csv").read_text()
    back = pd.read_csv(tmp_path / "rank.csv", sep=";", decimal=",")
    assert len(back) == 3
    with pytest.raises(KeyError, match="the columns are"):
        table["no such"]
    with pytest.raises(TypeError):
        table.to_csv(format="html")
    with pytest.raises(niem.errors.NiemArgumentError):
        table.to_csv(separator=",", decimal_comma=True)
    assert repr(table) and "<table" in table._repr_html_()


def test_codes_for_export(scores, fw):
    table = scores.rank("overall", round="2021", table=True).with_codes(fw)
    assert table.columns[:4] == ["unit", "label", "iso2", "iso3"]
    assert set(table["label"]) == {"Poland", "Czechia", "Lithuania"}
    with pytest.raises(niem.errors.NiemReferenceError):
        scores.average("overall", table=True).with_codes(fw)


def test_notes_and_types(answers):
    table = answers.to_frame(table=True)
    frame = table.to_frame()
    assert frame.attrs["name"] == table.name
    assert frame["answer"].isna().sum() == 1


def test_numbers():
    assert niem.exact_sum([1e100, 1.0, -1e100]) == 1.0
    assert niem.exact_sum([]) == 0.0
    assert niem.exact_sum([1.0, np.nan, None]) == 1.0
    assert niem.exact_mean([1, 2, 4], weights=[1, 1, 0]) == 1.5
    assert math.isnan(niem.exact_mean([np.nan]))
    wide = np.arange(12.0).reshape(3, 4)
    assert niem.exact_sum(wide[:, 1]) == 15.0  # strided, read in place
    assert niem.exact_sum(wide[::-1, 1]) == 15.0
    assert niem.exact_sum(np.arange(4, dtype="float32")) == 6.0
    assert niem.quantile([1, 2, 3, 4], 0.5) == 2.5
    assert niem.quantile([1, 2, 3, 4], [0, 1]).tolist() == [1, 4]
    assert niem.rank_values([3, 1, 3, np.nan], descending=True, ties="average").tolist()[:3] == [1.5, 3, 1.5]
    assert math.isnan(niem.rank_values([3, np.nan])[1])
    assert niem.log(1.0) == 0.0 and niem.exp(0.0) == 1.0
    assert niem.exp(np.zeros((2, 3))).shape == (2, 3)
    assert niem.round(2.675, 2) == 2.68 and niem.round(-0.5) == -1.0
    assert niem.exact_sum(pd.Series([1, None], dtype="Int64")) == 1.0
    assert niem.exact_sum(pd.array([0.5, None], dtype="Float64")) == 0.5
    x = np.random.default_rng(1).normal(size=1000)
    assert np.allclose(niem.exp(niem.log(np.abs(x))), np.abs(x))
    assert np.array_equal(niem.quantile(x, [0.1, 0.9]), niem.quantile(x[::-1], [0.1, 0.9]))


def test_numbers_refuse():
    with pytest.raises(niem.errors.NiemArgumentError, match="vector"):
        niem.exact_sum(np.zeros((2, 2)))
    with pytest.raises(niem.errors.NiemArgumentError):
        niem.exact_sum(["a"])
    with pytest.raises(niem.errors.NiemArgumentError, match="entries"):
        niem.exact_mean([1, 2], [1])
    for weights in ([-1, 1], [np.inf, 1]):
        with pytest.raises(niem.NiemError):
            niem.exact_mean([1, 2], weights)
    with pytest.raises(niem.NiemError):
        niem.quantile([1, 2], 1.5)
    with pytest.raises(niem.errors.NiemArgumentError, match="one of min, max, average, dense, first$"):
        niem.rank_values([1, 2], ties="least")
    with pytest.raises(niem.NiemError):
        niem.round(1.0, 16)


def test_version():
    assert niem.__version__.count(".") == 2
    assert niem.STATES[0] == "answered" and len(niem.STATES) == 6
