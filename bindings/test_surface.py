#!/usr/bin/env python3
"""surface.py reads what it should and refuses, loudly, what it does not understand or the ABI does not allow."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import surface  # noqa: E402

HEAD = """#ifndef NIEM_BASE_H
#define NIEM_BASE_H
#include <stdint.h>
#if defined(NIEM_STATIC)
#define NIEM_API
#else
#define NIEM_API dllexport
#endif
#ifdef __cplusplus
extern "C" {
#endif
typedef int32_t niem_status;
typedef struct niem_error {
  niem_status status;
  char where[9];
} niem_error;
"""
TAIL = """
#ifdef __cplusplus
}
#endif
#endif
"""

REFUSED = {
    "an enum with a name": "enum niem_kind { NIEM_A = 0 };",
    "has no value of its own": "enum { NIEM_A };",
    "'<<' is not understood": "enum { NIEM_A = 1 << 3 };",
    "stands where an integer should": "enum { NIEM_A = NIEM_B };",
    "the type long is": "NIEM_API long niem_f(void);",
    "the type bool is": "NIEM_API niem_status niem_f(bool x, niem_error *err);",
    "the type size_t is": "NIEM_API niem_status niem_f(size_t x, niem_error *err);",
    "by value": "NIEM_API niem_error niem_f(void);",
    "its last parameter is niem_error *err": "NIEM_API niem_status niem_f(double x);",
    "a declaration that begins with 'union'": "union niem_u { double x; };",
    "a declaration that begins with 'extern'": "extern int32_t niem_global;",
    "'...);' is not understood": "NIEM_API niem_status niem_f(const char *format, ...);",
    "':' is not understood": "typedef struct niem_bits { uint32_t a : 3; } niem_bits;",
    "#pragma is not understood": "#pragma pack(1)",
    "#ifdef _WIN32 is not understood": "#ifdef _WIN32\n#endif",
    "is declared twice": "NIEM_API int32_t niem_f(void);\nNIEM_API int32_t niem_f(void);",
    "begin with niem_": "NIEM_API int32_t other(void);",
    "begin with int64_t struct_size": "typedef struct niem_x_options { int32_t a; } niem_x_options;",
    "stands where a name should": "NIEM_API int32_t niem_f(double);",
    "ends inside a declaration": "NIEM_API int32_t niem_f(double x)",
}

READ = """
#define NIEM_VERSION_PATCH 3
#define NIEM_LEAST INT64_MIN
/* A thing. */
typedef struct niem_thing niem_thing;
enum { NIEM_A = 0, /* the first */ NIEM_B = -2 };
typedef int32_t (*niem_call)(double x, void *context);
typedef struct niem_x_options {
  int64_t struct_size;
  char small;
  niem_call call; /* may be NULL */
  const char *const *names;
  int32_t last;
} niem_x_options;
/* Both of these. */
NIEM_API const char *niem_one(const niem_thing *thing);
NIEM_API void niem_two(niem_thing *thing,
                       double x); /* the second */
"""


def read(text):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "niem").mkdir()
        (folder / "niem.h").write_text('#include "niem/base.h"\n')
        (folder / "niem" / "base.h").write_text(HEAD + text + TAIL)
        return surface.Surface(folder)


def refuses(wanted, text):
    try:
        read(text)
    except surface.SurfaceError as error:
        return None if wanted in str(error) else f"{text!r} is refused with {error}; expected: {wanted}"
    return f"{text!r} is not refused; expected: {wanted}"


def reads():
    found = read(READ)
    constants = {item["name"]: item["value"] for item in found.constants}
    functions = {item["name"]: item for item in found.functions}
    cdef = surface.write_cdef(found)
    wanted = [
        (constants, {"NIEM_VERSION_PATCH": 3, "NIEM_LEAST": -(2**63), "NIEM_A": 0, "NIEM_B": -2}),
        ([item["name"] for item in found.handles], ["niem_thing"]),
        (functions["niem_one"]["doc"], "Both of these."),
        (functions["niem_two"]["doc"], "the second"),
        (functions["niem_two"]["parameters"][1], {"name": "x", "type": "double"}),
        (found.structs[1]["fields"][3]["type"], "const char *const *"),
        (surface.layout_of(found)["niem_error"], (16, [("status", 0), ("where", 4)])),
        (
            surface.layout_of(found)["niem_x_options"],
            (40, [("struct_size", 0), ("small", 8), ("call", 16), ("names", 24), ("last", 32)]),
        ),
        ("typedef int32_t (*niem_call)(double x, void *context);" in cdef, True),
        ("const char *niem_one(const niem_thing *thing);" in cdef, True),
        ("    niem_one;\n    niem_two;\n" in surface.write_map(found), True),
    ]
    return [f"found {left}, expected {right}" for left, right in wanted if left != right]


def main():
    problems = [problem for wanted, text in REFUSED.items() if (problem := refuses(wanted, text))] + reads()
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
