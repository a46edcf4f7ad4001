"""The questionnaire as a spreadsheet: what is in it, and what comes back of it, mistakes of people included."""

import datetime
import os
import pickle
import random
import subprocess
import sys
import zipfile

import niem
import pytest

openpyxl = pytest.importorskip("openpyxl")
HEADER = 4


@pytest.fixture
def path(tmp_path):
    return tmp_path / "form.xlsx"


@pytest.fixture
def written(path, fw):
    niem.write_questionnaire(path, fw, "PL", "2021")
    return path


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[HEADER]}


def cell(book, sheet, indicator, group, column):
    at = columns(book[sheet])
    for row in range(HEADER + 1, book[sheet].max_row + 1):
        if (book[sheet].cell(row, at["indicator"]).value, book[sheet].cell(row, at["group"]).value) == (
            indicator,
            group,
        ):
            return book[sheet].cell(row, at[column])
    raise KeyError(indicator)


FILLED = {"RES-1": "a", "RES-2": "b", "HOU-1": 12.5, "HOU-2": "c"}
SHEETS = {"RES-1": "residency", "RES-2": "residency", "HOU-1": "housing", "HOU-2": "housing"}


@pytest.fixture
def book(written):
    """A form that is filled in without a mistake."""
    made = openpyxl.load_workbook(written)
    for indicator, sheet in SHEETS.items():
        for group in ("refugee", "subsidiary"):
            cell(made, sheet, indicator, group, "answer").value = FILLED[indicator]
    return made


@pytest.fixture
def read(book, path, fw):
    def saved_and_read(**options):
        book.save(path)
        return niem.read_questionnaire(path, fw, **options)

    return saved_and_read


def told(raised):
    """The errors as place and message."""
    return {(p["sheet"], p["cell"]): p["message"] for p in raised.value.problems if p["severity"] == "error"}


# --- what goes out ---


def test_sheets_hold_each_question_once(written, fw):
    book = openpyxl.load_workbook(written)
    assert book.sheetnames == ["Read me", "residency", "housing", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    found = []
    for name in ("residency", "housing"):
        at = columns(book[name])
        found += [
            (book[name].cell(row, at["group"]).value, book[name].cell(row, at["indicator"]).value)
            for row in range(HEADER + 1, book[name].max_row + 1)
        ]
    asked = niem.form(fw, "PL", "2021")
    assert sorted(found) == sorted(zip(asked["group"], asked["indicator"]))


def test_only_what_is_filled_in_is_unlocked(written):
    book = openpyxl.load_workbook(written)
    for name in ("residency", "housing"):
        sheet = book[name]
        assert sheet.protection.sheet and not sheet.protection.password
        at = columns(sheet)
        open_columns = {at[column] for column in ("answer", "state", "evidence", "source", "coder", "note")}
        for row in sheet.iter_rows():
            for entry in row:
                assert entry.protection.locked == (entry.row <= HEADER or entry.column not in open_columns)
        assert sheet.freeze_panes and sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows in ("4:4", "$4:$4")
        assert [sheet.column_dimensions[letter].hidden for letter in "ABC"] == [True] * 3
    assert book["Read me"].protection.sheet


def validations(sheet):
    return {str(entry.sqref): entry for entry in sheet.data_validations.dataValidation}


def test_answers_are_chosen_from_lists(written):
    book = openpyxl.load_workbook(written)
    letter = openpyxl.utils.get_column_letter(columns(book["residency"])["answer"])
    choice = validations(book["residency"])[f"{letter}5:{letter}6"]
    assert (choice.type, choice.formula1, choice.showErrorMessage) == ("list", '"a,b,c"', True)
    assert "5 years or more" in choice.prompt
    state = openpyxl.utils.get_column_letter(columns(book["residency"])["state"])
    states = validations(book["residency"])[f"{state}5:{state}8"]
    assert states.formula1 == '"' + ",".join(niem.STATES) + '"'
    number = validations(book["housing"])[f"{letter}5:{letter}6"]
    assert number.type == "decimal" and "months" in number.prompt


@pytest.mark.parametrize(
    "bounds, expected",
    [
        ({}, ("between", "-1e+100", "1e+100")),
        ({"minimum": 0}, ("greaterThanOrEqual", "0", None)),
        ({"maximum": 24.5}, ("lessThanOrEqual", "24.5", None)),
        ({"minimum": 0, "maximum": 36}, ("between", "0", "36")),
    ],
)
def test_numbers_have_their_bounds(mini, path, bounds, expected):
    mini["indicators"][2]["scale"].update(bounds)
    niem.write_questionnaire(path, mini, "PL", "2021")
    sheet = openpyxl.load_workbook(path)["housing"]
    found = [entry for entry in sheet.data_validations.dataValidation if entry.type == "decimal"]
    assert [(entry.operator or "between", entry.formula1, entry.formula2) for entry in found] == [expected]


def test_long_lists_stand_on_a_sheet_of_their_own(mini, path):
    names = [f"option-{i:03}" for i in range(60)]
    options = [{"id": name, "label": f"label {name}", "points": i} for i, name in enumerate(names)]
    mini["indicators"][0]["scale"] = {"kind": "ordinal", "options": options[::-1]}
    niem.write_questionnaire(path, mini, "PL", "2021")
    book = openpyxl.load_workbook(path)
    lists = [
        entry.formula1
        for entry in book["residency"].data_validations.dataValidation
        if entry.formula1.startswith("Lists!")
    ]
    assert lists == ["Lists!$A$2:$A$61"]
    assert [book["Lists"].cell(2 + i, 1).value for i in range(60)] == names[::-1]
    assert book["Lists"].cell(2, 2).value == "label option-059"
    for entry in book["residency"].data_validations.dataValidation:
        texts = (entry.prompt, entry.error, entry.formula1 if entry.formula1.startswith('"') else "")
        assert all(len(text or "") <= 257 for text in texts)


def test_progress_is_counted_by_formulas(written):
    book = openpyxl.load_workbook(written)
    formulas = [entry.value for row in book["Read me"].iter_rows() for entry in row if entry.data_type == "f"]
    assert any("COUNTA('housing'!" in formula for formula in formulas)
    assert book["residency"].cell(2, columns(book["residency"])["indicator"]).data_type == "f"


def test_the_same_input_gives_the_same_file(tmp_path, fw, answers):
    files = [tmp_path / "1.xlsx", tmp_path / "2.xlsx"]
    for file in files:
        niem.write_questionnaire(file, fw, "PL", "2021", answers, prefill=True)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_previous_answers_are_shown_and_prefilled(path, fw, answers):
    niem.write_questionnaire(path, fw, "PL", "2021", answers, prefill=True, coder="anna")
    book = openpyxl.load_workbook(path)
    assert "last round (2019)" in columns(book["residency"])
    number = cell(book, "housing", "HOU-1", "refugee", "answer")
    assert isinstance(number.value, float)
    again = niem.read_questionnaire(path, fw)
    form = niem.form(fw, "PL", "2021", answers, prefill=True)
    assert again == niem.read_answers(form, fw, coder="anna")
    assert set(again.to_frame()["coder"]) == {"anna"}
    niem.write_questionnaire(path, fw, "PL", "2021", overwrite=True)
    assert "last round (2019)" not in columns(openpyxl.load_workbook(path)["residency"])


def test_a_file_that_is_there_is_not_overwritten(written, fw):
    before = written.read_bytes()
    with pytest.raises(niem.NiemError, match="there already") as raised:
        niem.write_questionnaire(written, fw, "CZ", "2021")
    assert raised.value.status_name == "io"
    assert written.read_bytes() == before


def test_what_cannot_be_written_is_said(tmp_path, fw):
    for path, words in (
        (tmp_path / "form.csv", "must end in .xlsx"),
        (tmp_path / "no" / "form.xlsx", "cannot be written"),
    ):
        with pytest.raises(niem.NiemError, match=words):
            niem.write_questionnaire(path, fw, "PL", "2021")
    with pytest.raises(niem.NiemError, match="groups"):
        niem.write_questionnaire(tmp_path / "form.xlsx", fw, "PL", "2021", groups=["nobody"])
    assert list(tmp_path.iterdir()) == []


def test_texts_never_become_formulas(mini, path):
    mini["indicators"][0].update(label="=1+1", question="\u0001+cmd|' /C calc'!A0", guidance="#N/A")
    niem.write_questionnaire(path, mini, "=PL", "2021")
    sheet = openpyxl.load_workbook(path)["residency"]
    at = columns(sheet)
    assert sheet.cell(5, at["question"]).data_type == "s"
    assert sheet.cell(5, at["question"]).value.startswith("=1+1\n")
    assert (sheet.cell(5, at["unit"]).value, sheet.cell(5, at["unit"]).data_type) == ("=PL", "s")
    assert sheet.cell(5, at["guidance"]).data_type == "s"


def test_names_of_sheets_are_such_as_programs_take(mini, path):
    mini["facets"][1]["values"] = [
        {"id": "a" * 40, "within": "legal"},
        {"id": "a" * 35, "within": "socioeconomic"},
        {"id": "Read me", "within": "legal"},
        {"id": "x:[z]?*", "within": "legal"},
    ]
    for indicator, dimension in zip(mini["indicators"], ("a" * 40, "a" * 35, "Read me", "x:[z]?*")):
        indicator["dimension"] = dimension
    niem.write_questionnaire(path, mini, "PL", "2021")
    names = openpyxl.load_workbook(path).sheetnames
    assert len({name.lower() for name in names}) == len(names) == 6
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
    assert len(niem.read_questionnaire(path, mini)) == 8


def test_a_framework_without_dimensions(path):
    framework = {
        "format": "niem-framework/1",
        "id": "plain",
        "version": "1",
        "facets": [],
        "groups": [{"id": "all"}],
        "indicators": [{"id": "Q1", "scale": {"kind": "checklist", "items": [{"id": "x"}, {"id": "y"}]}}],
        "indexes": [{"id": "overall", "levels": []}],
    }
    niem.write_questionnaire(path, framework, "PL", "2021")
    book = openpyxl.load_workbook(path)
    cell(book, "questions", "Q1", "all", "answer").value = "x|y"
    book.save(path)
    assert niem.read_questionnaire(path, framework).to_frame()["answer"].tolist() == ["x|y"]


# --- what comes back ---


def test_a_filled_form_is_what_its_csv_is(read, fw):
    answers = read()
    form = niem.form(fw, "PL", "2021")
    form["answer"] = [str(FILLED[indicator]) for indicator in form["indicator"]]
    assert answers == niem.read_answers(form, fw)
    assert isinstance(answers, niem.Answers) and pickle.loads(pickle.dumps(answers)) == answers
    assert list(answers.problems["severity"]) == ["note", "note"]
    assert niem.score(fw, answers).value("PL", "2021", node="overall") > 0


def test_mistakes_are_told_by_sheet_row_and_column(book, read):
    wrong = {
        ("RES-1", "refugee", "answer"): ("3 years", "is not one of a, b, c"),
        ("RES-1", "subsidiary", "answer"): ("n/a", "is no answer"),
        ("RES-2", "refugee", "answer"): ("a, b", "is not one of a, b, c"),
        ("RES-2", "subsidiary", "state"): ("missing", "leave one of the two blank"),
        ("HOU-1", "refugee", "answer"): ("12,5", "has a decimal comma"),
        ("HOU-1", "subsidiary", "answer"): (datetime.date(2021, 5, 12), r"a date or time \(2021-05-12\)"),
        ("HOU-2", "refugee", "answer"): (True, "truth value TRUE"),
        ("HOU-2", "subsidiary", "answer"): ("=A1", "a formula without a value"),
    }
    expected = {}
    for (indicator, group, column), (value, words) in wrong.items():
        at = cell(book, SHEETS[indicator], indicator, group, column)
        at.value = value
        expected[SHEETS[indicator], at.coordinate] = words
    with pytest.raises(niem.NiemError) as raised:
        read()
    found = told(raised)
    assert found.keys() == expected.keys()
    for place, words in expected.items():
        pytest.raises(ValueError, raise_value, found[place]).match(words)
    first = cell(book, "residency", "RES-1", "refugee", "answer")
    assert str(raised.value).startswith(
        f'sheet "residency", row {first.row}, column "answer" ({first.coordinate}): '
    )
    assert str(raised.value).endswith("(and 7 more problems; see .problems)")
    assert isinstance(raised.value, LookupError) and raised.value.total == 8
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


def raise_value(words):
    raise ValueError(words)


def test_a_duplicate_names_both_rows(book, read):
    sheet = book["housing"]
    for column in range(1, sheet.max_column + 1):
        sheet.cell(12, column).value = sheet.cell(5, column).value
    with pytest.raises(
        niem.NiemError, match=r'row 12, .*answered twice .* first in sheet "housing" row 5; keep one'
    ):
        read()


def test_rows_may_be_sorted_moved_and_spaced(book, read):
    before = read()
    for name in ("residency", "housing"):
        sheet = book[name]
        rows = [[entry.value for entry in row] for row in sheet.iter_rows(min_row=HEADER + 1)]
        random.Random(1).shuffle(rows)
        sheet.delete_rows(HEADER + 1, len(rows))
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                sheet.cell(HEADER + 3 + 2 * i, j + 1).value = value
        sheet.insert_cols(1)
        sheet.title = f"my {name}"
    book.create_sheet("my notes")["A1"] = "call the ministry"
    after = read()
    assert after == before
    assert any("not read" in words for words in after.problems["message"])


def test_numbers_may_be_text_and_text_numbers(book, read):
    before = read()
    for group in ("refugee", "subsidiary"):
        cell(book, "housing", "HOU-1", group, "answer").value = " 12.5\u00a0"
    assert read() == before
    cell(book, "housing", "HOU-1", "refugee", "answer").value = 12.5
    cell(book, "housing", "HOU-1", "subsidiary", "answer").value = "12,5"
    assert read(decimal_comma=True) == before


def test_numbers_keep_their_last_bit(book, path, fw):
    """openpyxl writes 16 digits; what is read is what other programs have written, and what was prefilled."""
    entry = cell(book, "housing", "HOU-1", "refugee", "answer")
    book.save(path)
    edit(path, "housing", entry.coordinate, rb"<v>12.5</v>", b"<v>0.30000000000000004</v>")
    answers = niem.read_questionnaire(path, fw)
    found = answers.to_frame().query("indicator == 'HOU-1'")["answer"].tolist()
    assert found == ["0.30000000000000004", "12.5"]
    rows = answers.to_frame().assign(round="2019")
    niem.write_questionnaire(
        path, fw, "PL", "2021", niem.read_answers(rows, fw), prefill=True, overwrite=True
    )
    found = niem.read_questionnaire(path, fw).to_frame().query("indicator == 'HOU-1'")["answer"].tolist()
    assert found == ["0.30000000000000004", "12.5"]


def test_deleted_sheets_are_missing_questions(book, read):
    del book["housing"]
    answers = read()
    assert len(answers) == 4
    message = '4 of 4 questions of dimension "housing" are not in the file'
    assert any(message in words for words in answers.problems["message"])
    del book["residency"]
    with pytest.raises(niem.NiemError, match="holds no question"):
        read()


def test_another_framework_is_said(book, path, mini):
    book.save(path)
    mini["version"] = "1.1"
    problems = niem.read_questionnaire(path, mini).problems
    assert problems.query("status == 'mismatch'")["severity"].tolist() == ["warning"]
    mini["indicators"][0]["id"] = "RES-9"
    with pytest.raises(niem.NiemError, match='column "indicator" .*RES-1'):
        niem.read_questionnaire(path, mini)


def test_formulas_count_with_the_value_they_had(book, path, fw):
    entry = cell(book, "housing", "HOU-1", "refugee", "answer")
    entry.value = "=10+2.5"
    book.save(path)
    edit(path, "housing", entry.coordinate, rb"<v\s*/>|<v></v>", b"<v>12.5</v>")
    answers = niem.read_questionnaire(path, fw)
    assert set(answers.to_frame().query("indicator == 'HOU-1'")["answer"]) == {"12.5"}


def edit(path, sheet, at, pattern, replacement):
    """Change the XML of one cell, as another program would have written it."""
    import re

    book = openpyxl.load_workbook(path)
    part = f"xl/worksheets/sheet{book.sheetnames.index(sheet) + 1}.xml"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    found = re.search(rb'<c r="%s".*?</c>' % at.encode(), parts[part])[0]
    changed = re.sub(pattern, replacement, found)
    assert changed != found
    parts[part] = parts[part].replace(found, changed)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_errors_of_the_program_are_no_answers(book, read):
    entry = cell(book, "housing", "HOU-2", "refugee", "answer")
    entry.value = "#N/A"
    with pytest.raises(niem.NiemError, match="holds the error #N/A"):
        read()


def test_dates_in_free_texts_are_texts(book, read):
    cell(book, "housing", "HOU-2", "refugee", "source").value = datetime.datetime(2021, 3, 1)
    assert "2021-03-01" in set(read().to_frame()["source"].dropna())


def test_several_coders(book, read, path, fw, tmp_path):
    for name in ("residency", "housing"):
        at = columns(book[name])
        for row in range(HEADER + 1, book[name].max_row + 1):
            book[name].cell(row, at["coder"]).value = "anna"
    read()
    second = tmp_path / "jan.xlsx"
    niem.write_questionnaire(second, fw, "PL", "2021", coder="jan")
    other = openpyxl.load_workbook(second)
    cell(other, "housing", "HOU-2", "refugee", "answer").value = "a"
    other.save(second)
    both = niem.read_questionnaire([path, second], fw)
    assert len(both) == 9  # what jan left blank says nothing
    assert niem.disagreements(both)["answers"].tolist() == ["c (anna); a (jan)"]
    cell(other, "housing", "HOU-2", "refugee", "answer").value = "z"
    other.save(second)
    with pytest.raises(niem.NiemError, match='^file "jan.xlsx", sheet "housing", row '):
        niem.read_questionnaire([path, second], fw)
    with pytest.raises(niem.NiemError, match="answered twice"):
        niem.read_questionnaire([path, path], fw)


def test_a_row_added_by_hand_belongs_to_the_file(book, read):
    sheet = book["housing"]
    at = columns(sheet)
    for name, value in (("indicator", "RES-1"), ("group", "refugee"), ("answer", "b"), ("coder", "eva")):
        sheet.cell(20, at[name]).value = value
    added = read().to_frame().query("coder == 'eva'")
    assert added[["unit", "round", "answer"]].values.tolist() == [["PL", "2021", "b"]]


def test_a_column_twice(book, read):
    book["housing"].cell(HEADER, 30).value = "answer"
    with pytest.raises(niem.NiemError, match='"answer" stands twice'):
        read()


def test_an_empty_form_is_all_missing(written, fw):
    assert set(niem.read_questionnaire(written, fw).to_frame()["state"]) == {"missing"}


# --- what is no questionnaire ---

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_BOOKS = {
    "empty": (b"", "is empty"),
    "text": (b"unit,round\nPL,2021\n", "is no workbook"),
    "old": (OLD + bytes(600), r"of the old kind \(.xls\)"),
    "locked": (OLD + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
    "half": (b"PK\x03\x04" + bytes(600), "damaged"),
}


@pytest.mark.parametrize("name", NO_BOOKS)
def test_files_of_other_kinds(name, path, fw):
    data, words = NO_BOOKS[name]
    path.write_bytes(data)
    with pytest.raises(niem.NiemError, match=words) as raised:
        niem.read_questionnaire(path, fw)
    assert raised.value.status_name == "format"


def archive(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)


def test_archives_of_other_kinds(path, fw):
    for parts, words in (
        ({"a.txt": b"hello"}, "no workbook"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"xl/workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, "document type"),
        ({"xl/workbook.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}, "cannot be opened"),
        ({"xl/workbook.xml": b"<a/>", "big.bin": bytes(80 << 20)}, "64 MiB"),
        ({f"{i}.txt": b"" for i in range(3000)}, "64 MiB"),
    ):
        archive(path, parts)
        with pytest.raises(niem.NiemError, match=words):
            niem.read_questionnaire(path, fw)


def test_files_that_cannot_be_read(tmp_path, fw):
    for path in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(OSError, match="cannot be read"):
            niem.read_questionnaire(path, fw)
    with pytest.raises(niem.NiemError, match="empty list"):
        niem.read_questionnaire([], fw)
    with pytest.raises(TypeError, match="separator"):
        niem.read_questionnaire(tmp_path / "a.xlsx", fw, separator=";")


def test_a_row_far_away_is_refused(book, read):
    book["housing"].cell(1_048_576, 5).value = "here"
    with pytest.raises(niem.NiemError, match="beyond row 100000"):
        read()


def test_a_damaged_file_never_crashes(book, path, fw):
    book.save(path)
    data = path.read_bytes()
    source = random.Random(5)
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    for trial in range(150):
        if trial % 3 == 0:
            broken = bytearray(data)
            for _ in range(source.randrange(1, 20)):
                broken[source.randrange(len(broken))] = source.randrange(256)
            path.write_bytes(bytes(broken[: source.randrange(1, len(broken))] if trial % 2 else broken))
        else:  # the archive is whole, a part of it is not
            name = source.choice(sorted(parts))
            content = bytearray(parts[name])
            for _ in range(source.randrange(1, 8)):
                content[source.randrange(len(content))] = source.randrange(32, 127)
            archive(path, {**parts, name: bytes(content)})
        try:
            niem.read_questionnaire(path, fw)
        except niem.NiemError:
            pass


def test_without_openpyxl(tmp_path):
    """The package works without it, and says what is missing where it is needed."""
    code = (
        "import sys; sys.modules['openpyxl'] = None\n"
        "import niem\n"
        "for call in (lambda: niem.read_questionnaire('a.xlsx', 'niem'),\n"
        "             lambda: niem.write_questionnaire('a.xlsx', 'niem', 'PL', '2021')):\n"
        "    try: call()\n"
        "    except ImportError as error: print(error)\n"
    )
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout.count("pip install openpyxl") == 2, done.stderr
