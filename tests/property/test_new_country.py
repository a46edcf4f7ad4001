"""A partner in a new country: the files of the tutorial are what its scripts make, Python and R read them alike, and a
spreadsheet program that opens and saves them changes nothing.

The tutorial itself, docs/tutorials/new-country.md, runs with the other pages in test_docs_examples.py.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

openpyxl = pytest.importorskip("openpyxl")
niem = pytest.importorskip("niem")
from test_docs_examples import PAGES, ROOT, program, succeeds, unavailable  # noqa: E402

PAGE = ROOT / "docs" / "tutorials" / "new-country.md"
FOLDER = ROOT / "docs" / "examples" / "new-country"
FILES = ["XA-2021-first.xlsx", "XA-2021-anna.xlsx", "XA-2021-jan.xlsx"]
AGAIN = "is not what {0} makes; run it again, and let the page say what its program prints"
READ_IN_R = """
library(niem)
fw <- niem_framework(FRAMEWORK)
for (file in FILES) {
  answers <- tryCatch(suppressWarnings(niem_read_questionnaire(file, fw)), niem_error = identity)
  failed <- inherits(answers, "niem_error")
  problems <- if (failed) answers$problems else niem_problems(answers)
  cat(basename(file), if (failed) answers$status else niem_digest(answers), sep = "\\n")
  cat(paste(problems$severity, problems$status, problems$sheet, problems$row, problems$column, problems$cell, problems$where,
    problems$message, sep = "|"), sep = "\\n")
}
"""


def cells(path):
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


@pytest.mark.parametrize(
    "script, base, files",
    [
        (FOLDER / "make.py", FOLDER, FILES),
        (
            ROOT / "r" / "tools" / "questionnaires.py",
            ROOT / "r",
            [
                "inst/extdata/filled.xlsx",
                "tests/testthat/questionnaires/mistakes.xlsx",
                "tests/testthat/questionnaires/moved.xlsx",
            ],
        ),
    ],
    ids=["tutorial", "r"],
)
def test_files_are_what_their_script_makes(script, base, files, tmp_path):
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, cwd=tmp_path)
    for file in files:
        assert cells(tmp_path / file) == cells(base / file), AGAIN.format(script.relative_to(ROOT))


def test_the_tutorial_is_among_the_pages_that_run():
    assert PAGE in PAGES
    assert program(PAGE, "python") and program(PAGE, "r")
    assert "does not exist" in PAGE.read_text(encoding="utf-8")


def test_nothing_passes_for_a_finding():
    for name in ("XA-2021-anna.xlsx", "XA-2021-jan.xlsx"):
        rows = niem.read_questionnaire(FOLDER / name, "niem").to_frame()
        answered = rows[rows["state"] == "answered"]
        without = answered[~answered["source"].fillna("").str.contains("synthetic")]
        assert set(without["indicator"]) <= {"HOU-01", "HOU-02"}  # whose missing source the check is to find
        assert answered["evidence"].str.contains("synthetic").all()


def lines_of_python(path, framework):
    """What READ_IN_R prints of a file."""
    try:
        answers = niem.read_questionnaire(path, framework)
        said, problems = answers.digest, answers.problems.to_dict("records")
    except niem.NiemError as error:
        said, problems = error.status_name, error.problems
    names = ("severity", "status", "sheet", "row", "column", "cell", "where", "message")
    return [Path(path).name, said] + ["|".join(word(problem[name]) for name in names) for problem in problems]


def word(value):
    if value is None or value != value or str(value) == "<NA>":
        return "NA"
    return str(int(value)) if isinstance(value, float) else str(value)


def lines_of_r(files, framework, tmp_path):
    if not succeeds("Rscript", "--vanilla", "-e", 'library(niem); stopifnot(requireNamespace("readxl", quietly = TRUE))'):
        unavailable("the R packages niem and readxl are not installed")
    listed = ", ".join(f'"{file}"' for file in files)
    code = READ_IN_R.replace("FRAMEWORK", f'"{framework}"').replace("FILES", f"c({listed})")
    (tmp_path / "read.R").write_text(code, encoding="utf-8")
    done = subprocess.run(["Rscript", "--vanilla", "read.R"], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_python_and_r_read_alike(tmp_path):
    files = [FOLDER / name for name in FILES]
    expected = [line for file in files for line in lines_of_python(file, "niem")]
    assert lines_of_r(files, "niem", tmp_path) == expected


def test_python_and_r_read_alike_what_the_r_package_holds(tmp_path):
    mini = ROOT / "r" / "inst" / "extdata" / "mini.json"
    folder = ROOT / "r" / "tests" / "testthat" / "questionnaires"
    files = [ROOT / "r" / "inst" / "extdata" / "filled.xlsx", folder / "moved.xlsx"]
    expected = [line for file in files for line in lines_of_python(file, mini)]
    assert lines_of_r(files, mini, tmp_path) == expected


def test_a_spreadsheet_program_changes_nothing(tmp_path):
    """Opened and saved by LibreOffice, as partners do; the CSV form gives the same answers too."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(FOLDER / "XA-2021-anna.xlsx")],
        check=True,
        capture_output=True,
        timeout=300,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    saved = niem.read_questionnaire(tmp_path / "XA-2021-anna.xlsx", "niem")
    assert saved == niem.read_questionnaire(FOLDER / "XA-2021-anna.xlsx", "niem")
    saved.write(tmp_path / "answers.csv")
    assert niem.read_answers(tmp_path / "answers.csv", "niem") == saved
