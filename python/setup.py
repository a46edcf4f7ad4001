"""Build the package: the extension is made by _build.py, everything else is said in pyproject.toml."""

import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

sys.path.insert(0, str(Path(__file__).resolve().parent))
import _build  # noqa: E402


class BuildCore(build_ext):
    """Finds the libraries and writes the generated sources only when there is something to compile."""

    def run(self):
        for extension in self.extensions:
            _build.prepare(extension, Path(self.build_temp))
        super().run()


setup(
    version=_build.version(),
    ext_modules=[Extension("niem._niem", sources=[], py_limited_api=True)],
    cmdclass={"build_ext": BuildCore},
    options={"bdist_wheel": {"py_limited_api": "cp39"}},
)
