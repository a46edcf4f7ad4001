"""What the extension niem._niem is compiled from.

By default the core is part of it: the C sources under core/ (symbolic links in a checkout, files in a source
archive), the frameworks that ship as byte arrays, and cJSON as pkg-config finds it. With NIEM_SYSTEM=1 the
libniem that pkg-config finds is linked instead, and core/libniem and core/include are not looked at. Either
way the declarations for cffi are read from the headers that are compiled against.
"""

import importlib.util
import os
import re
import shlex
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORE = Path("core")  # from HERE, where setuptools works: objects are named by relative paths
FLAGS = ["-std=gnu11", "-fvisibility=hidden", "-ffp-contract=off", "-pthread"]
CALLBACK = 'extern "Python" int32_t ni_python_progress(double done, void *context);\n'


def version():
    """The version of the package is the core's; the file beside this one says it where the core is not
    bundled.
    """
    header = HERE / CORE / "include" / "niem" / "base.h"
    if not header.exists():
        return re.search(r"^Version: (\S+)$", (HERE / "PKG-INFO").read_text(encoding="utf-8"), re.MULTILINE)[
            1
        ]
    text = header.read_text(encoding="utf-8")
    return ".".join(
        re.search(rf"^#define NIEM_VERSION_{part} (\d+)$", text, re.MULTILINE)[1]
        for part in ("MAJOR", "MINOR", "PATCH")
    )


def prepare(extension, folder):
    """Give the extension its sources, folders, flags and libraries; generated files are written into
    `folder`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    extension.extra_compile_args += FLAGS
    extension.extra_link_args += ["-pthread"]
    if os.environ.get("NIEM_SYSTEM", "") not in ("", "0"):
        found = pkg_config("niem", "libniem itself (or unset NIEM_SYSTEM, to build with the bundled sources)")
        headers = Path(pkg_config_variable("niem", "includedir"))
    else:
        found = pkg_config(
            "libcjson", "libcjson-dev (Debian, Ubuntu), cjson-devel (Fedora) or cjson (Homebrew, Arch)"
        )
        headers = HERE / CORE / "include"
        bundle(extension, folder)
    extension.extra_compile_args += found["--cflags"]
    extension.extra_link_args += found["--libs"]
    extension.sources.append(write_module(folder / "_niem.c", headers))


def bundle(extension, folder):
    """The core's own sources, compiled into the extension and hidden in it."""
    sources = sorted((CORE / "libniem").glob("*/*.c"))
    if not sources:
        raise SystemExit(
            "the C sources are not here; build from a checkout or a source archive, or with NIEM_SYSTEM=1"
        )
    extension.define_macros.append(("NIEM_STATIC", None))
    extension.include_dirs += [str(CORE / "include"), str(CORE / "libniem")]
    extension.sources += [str(path) for path in sources]
    extension.sources.append(write_shipped(folder / "shipped.c", CORE / "libniem" / "frameworks"))
    extension.depends += [str(path) for path in (CORE / "libniem").rglob("*.h")]


def pkg_config(package, install):
    """Compiler and linker arguments of a package; where it is not found the build ends with what to
    install.
    """
    answers = {}
    for question in ("--cflags", "--libs"):
        try:
            done = subprocess.run(["pkg-config", question, package], capture_output=True, text=True)
        except FileNotFoundError:
            raise SystemExit(
                "pkg-config is not installed; it finds the libraries that niem is built with"
            ) from None
        if done.returncode != 0:
            raise SystemExit(
                f"{package} was not found by pkg-config; install {install}\n{done.stderr.strip()}"
            )
        answers[question] = shlex.split(done.stdout)
    return answers


def pkg_config_variable(package, name):
    done = subprocess.run(
        ["pkg-config", f"--variable={name}", package], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def write_module(path, headers):
    """The module as cffi writes it, from the declarations of the public headers."""
    from cffi import FFI

    surface = load_surface()
    ffi = FFI()
    ffi.cdef(surface.write_cdef(surface.Surface(headers)) + CALLBACK)
    ffi.set_source("niem._niem", '#include "niem.h"\n')
    ffi.emit_c_code(str(path))
    return str(path)


def load_surface():
    """bindings/surface.py as a module, from the checkout or from the source archive."""
    spec = importlib.util.spec_from_file_location("niem_surface", HERE / CORE / "bindings" / "surface.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_shipped(path, folder):
    """The frameworks that ship, as byte arrays: a library without state finds no files."""
    arrays, rows = [], []
    for number, framework in enumerate(sorted(folder.glob("*.json"), key=lambda found: found.stem)):
        data = framework.read_bytes()
        lines = [", ".join(str(byte) for byte in data[i : i + 24]) for i in range(0, len(data), 24)]
        arrays.append(f"static const unsigned char BYTES_{number}[] = {{\n" + ",\n".join(lines) + "\n};\n")
        rows.append(f'    {{"{framework.stem}", BYTES_{number}, {len(data)}}},\n')
    path.write_text(
        "/* Generated from the frameworks that ship: do not edit. */\n"
        '#include "base/platform.h"\n\n#include "frameworks/shipped.h"\n\n'
        + "\n".join(arrays)
        + "\nstatic const ni_shipped SHIPPED[] = {\n"
        + "".join(rows)
        + "    {NULL, NULL, 0},\n};\n\n"
        "const ni_shipped *ni_shipped_frameworks(void) {\n  return SHIPPED;\n}\n",
        encoding="utf-8",
    )
    return str(path)
