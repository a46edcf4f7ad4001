"""What the property tests share: the lines that they print at the end, whatever the verbosity."""

import pytest

LINES = pytest.StashKey()


def pytest_configure(config):
    config.stash[LINES] = []


@pytest.fixture
def say(request):
    """Say a line in the summary of the run."""
    return request.config.stash[LINES].append


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash[LINES]:
        terminalreporter.write_line(line)
