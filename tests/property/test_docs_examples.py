"""Every example of the documentation runs and prints what the page shows, alike in every language that the page uses.

The blocks of one language on a page are one program, run in an empty folder with a link to docs/. A block that follows the
line <!-- file: NAME --> is that file; a block with the word "text" is output, and all of a page's output together is what
its program prints. With NIEM_EXAMPLES=all a language that is not there is a failure, otherwise it is skipped.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
METHOD, REFERENCE = ROOT / "docs" / "method", ROOT / "docs" / "reference"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "tutorials").glob("*.md")), METHOD / "what-if.md", METHOD / "analysis.md", REFERENCE / "tables.md"]
BLOCK = re.compile(r"^(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
LANGUAGES = ("c", "python", "r")


def blocks(page):
    return [match.groupdict() for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def program(page, language):
    return "".join(block["code"] for block in blocks(page) if block["language"] == language and not block["file"])


CASES = [
    pytest.param(page, language, id=f"{page.stem}-{language}") for page in PAGES for language in LANGUAGES if program(page, language)
]


def unavailable(reason):
    if os.environ.get("NIEM_EXAMPLES") == "all":
        pytest.fail(reason)
    pytest.skip(reason)


def succeeds(*command):
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0


def pkg_config(*arguments):
    return subprocess.run(["pkg-config", *arguments, "niem"], capture_output=True, text=True, check=True).stdout.split()


def command_for_c(folder):
    if not (succeeds("pkg-config", "--exists", "niem") and shutil.which("cc")):
        unavailable("no installed libniem is known to pkg-config")
    libdir = pkg_config("--variable=libdir")[0]
    command = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "program.c", "-o", "program"]
    subprocess.run([*command, *pkg_config("--cflags", "--libs"), f"-Wl,-rpath,{libdir}"], cwd=folder, check=True)
    return ["./program"]


def command_for_python(folder):
    if not succeeds(sys.executable, "-c", "import niem"):
        unavailable("the Python package niem is not installed")
    return [sys.executable, "program.python"]


def command_for_r(folder):
    if not succeeds("Rscript", "--vanilla", "-e", "library(niem)"):
        unavailable("the R package niem is not installed")
    return ["Rscript", "--vanilla", "program.r"]


COMMANDS = {"c": command_for_c, "python": command_for_python, "r": command_for_r}


@pytest.mark.parametrize("page, language", CASES)
def test_prints_what_the_page_shows(page, language, tmp_path):
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    for block in blocks(page):
        if block["file"]:
            (tmp_path / block["file"]).write_text(block["code"], encoding="utf-8")
    (tmp_path / f"program.{language}").write_text(program(page, language), encoding="utf-8")
    command = COMMANDS[language](tmp_path)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stdout == program(page, "text")


def test_the_pages_have_examples():
    assert {case.values[1] for case in CASES if case.values[0].name == "README.md"} == set(LANGUAGES)


LINKING = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", LINKING, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
