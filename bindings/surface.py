#!/usr/bin/env python3
"""The public surface of libniem, read from its headers: the one source of what both wrappers and the ABI's gates know.

    surface.py cdef                    declarations for cffi
    surface.py map                     the linker's export map (committed as libniem/niem.map)
    surface.py json                    the surface as JSON, comments included
    surface.py layout                  static assertions on every size, offset and constant (committed as tests/abi/layout.c)
    surface.py check [--library SO]    headers = export map = cdef = layout, and = the symbols that SO exports

The headers are kept regular on purpose; a declaration that is not understood is an error, never skipped.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADERS = ROOT / "include"
MAP = ROOT / "libniem" / "niem.map"
LAYOUT = ROOT / "tests" / "abi" / "layout.c"

# Sizes on LP64, which is what the layout is stated for; 64-bit Windows has the same, since `long` is not used.
SCALARS = {"char": 1, "int32_t": 4, "uint32_t": 4, "int64_t": 8, "uint64_t": 8, "uint8_t": 1, "double": 8}
POINTER = 8
GUARD = re.compile(r"NIEM(_[A-Z]+)?_H")
NO_CONSTANTS = {"NIEM_API", "NIEM_STATIC", "NIEM_BUILDING"}
LIMITS = {"INT64_MIN": -(2**63), "INT64_MAX": 2**63 - 1, "INT32_MIN": -(2**31), "INT32_MAX": 2**31 - 1}

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
      | (?P<directive>^[ \t]*\#(?:\\\n|/\*.*?\*/|[^\n])*)
      | (?P<space>\s+)
      | (?P<string>"[^"\n]*")
      | (?P<name>[A-Za-z_]\w*)
      | (?P<number>-?\d\w*)
      | (?P<mark>[{}()\[\]*,;=])""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


class SurfaceError(Exception):
    """A header says what this reader does not understand, or what the ABI does not allow."""


def tidy_comment(text):
    """Its words, each paragraph and each item of a list ("- ...") on one line."""
    text = text[2:-2] if text.startswith("/*") else text[2:]
    lines = [line.strip().lstrip("*").strip() for line in text.strip().split("\n")]
    tidy = ""
    for line, before in zip(lines, ["", *lines]):
        starts = "\n" if line.startswith("- ") and before else "\n\n" if line and not before else ""
        tidy += (starts or " ") + line if line else ""
    return tidy.strip()


class Tokens:
    """The tokens of one header that count: without comments, directives and what is for C++ only."""

    def __init__(self, path):
        self.path = path
        self.items = []  # (text, line, comment above, comment behind)
        self.defines = []  # (name, value, line, comment)
        self.place = 0
        self.read(path.read_text(encoding="utf-8"))

    def fail(self, message, line=None):
        if line is None:
            line = self.items[min(self.place, len(self.items) - 1)][1] if self.items else 1
        raise SurfaceError(f"{self.path.name}, line {line}: {message}")

    def read(self, text):
        position, line = 0, 1
        taken = []  # one entry for each open #if: is this branch read?
        above, above_end = "", 0
        while position < len(text):
            match = TOKEN.match(text, position)
            if match is None:
                self.fail(f"{text[position:].split()[0]!r} is not understood", line)
            kind, piece = match.lastgroup, match.group()
            if kind == "directive":
                self.directive(piece.strip(), taken, line, above if above_end >= line - 1 else "")
            elif all(taken):
                if kind == "comment":
                    if self.items and self.items[-1][1] == line:
                        self.items[-1][3] = tidy_comment(piece)
                    else:
                        above, above_end = tidy_comment(piece), line + piece.count("\n")
                elif kind != "space":
                    if line > above_end + 1:
                        above = ""
                    above_end = line
                    self.items.append([piece, line, above, ""])
            line += piece.count("\n")
            position = match.end()
        if taken:
            self.fail("an #if without its #endif", line)

    def directive(self, text, taken, line, above):
        text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
        word, _, rest = re.sub(r"\s+", " ", text.replace("\\\n", " ")).lstrip("# ").partition(" ")
        rest = rest.strip()
        if word in ("ifndef", "ifdef", "if"):
            self.condition(word, rest, taken, line)
        elif word in ("elif", "else"):
            taken[-1] = False  # in these headers the first branch is the one that is read, or none is
        elif word == "endif":
            taken.pop()
        elif word == "define" and all(taken):
            name, _, value = rest.partition(" ")
            if name != "NIEM_API" and not GUARD.fullmatch(name):
                self.defines.append((name, value.strip(), line, above))
        elif word not in ("include", "define"):
            self.fail(f"#{word} is not understood", line)

    def condition(self, word, rest, taken, line):
        if word == "ifndef" and GUARD.fullmatch(rest):
            taken.append(True)
        elif (word, rest) == ("if", "defined(NIEM_STATIC)"):
            taken.append(True)
        elif (word, rest) == ("ifdef", "__cplusplus") or not all(taken):
            taken.append(False)
        else:
            self.fail(f"#{word} {rest} is not understood", line)

    def peek(self, ahead=0):
        return self.items[self.place + ahead][0] if self.place + ahead < len(self.items) else ""

    def next(self):
        if self.place >= len(self.items):
            self.fail("the header ends inside a declaration")
        self.place += 1
        return self.items[self.place - 1]

    def expect(self, *wanted):
        text = self.next()[0]
        if text not in wanted:
            self.place -= 1
            self.fail(f"{text!r} stands where {' or '.join(wanted)} should")
        return text

    def name(self):
        text = self.next()[0]
        if not re.fullmatch(r"[A-Za-z_]\w*", text):
            self.place -= 1
            self.fail(f"{text!r} stands where a name should")
        return text


class Surface:
    def __init__(self, folder=HEADERS):
        self.constants = []  # name, value, header, doc
        self.handles = []  # name, header, doc
        self.aliases = {}  # name -> scalar
        self.structs = []  # name, fields, header, doc
        self.callbacks = []  # name, returns, parameters, header, doc
        self.functions = []  # name, returns, parameters, header, doc
        self.order = []  # (kind, item) as declared
        self.types = {"void"} | set(SCALARS)
        for path in ordered_headers(folder):
            self.read(Tokens(path))
        self.hold_rules()

    def add(self, kind, item):
        names = {entry["name"] for _, entry in self.order}
        if item["name"] in names:
            raise SurfaceError(f"{item['header']}: {item['name']} is declared twice")
        getattr(self, kind).append(item)
        self.order.append((kind, item))

    def read(self, tokens):
        header = tokens.path.name
        for name, value, line, doc in tokens.defines:
            self.add("constants", {"name": name, "value": integer(tokens, value, line), "header": header, "doc": doc})
        while tokens.peek():
            doc = tokens.items[tokens.place][2]
            word = tokens.next()[0]
            if word == "typedef":
                self.read_typedef(tokens, header, doc)
            elif word == "enum":
                self.read_enum(tokens, header, doc)
            elif word == "NIEM_API":
                self.read_function(tokens, header, doc)
            else:
                tokens.place -= 1
                tokens.fail(f"a declaration that begins with {word!r} is not understood")

    def read_enum(self, tokens, header, doc):
        if tokens.peek() != "{":
            tokens.fail("an enum with a name: the ABI has none, since its type differs by compiler")
        tokens.expect("{")
        while tokens.peek() != "}":
            place = tokens.place
            line = tokens.items[place][1]
            name = tokens.name()
            if tokens.peek() != "=":
                tokens.fail(f"{name} has no value of its own; write it out, since it is part of the ABI")
            tokens.expect("=")
            value = integer(tokens, tokens.next()[0], line)
            if tokens.peek() == ",":
                tokens.expect(",")
            behind = [item[3] for item in tokens.items[place : tokens.place] if item[3]]
            item = {"name": name, "value": value, "header": header, "doc": behind[0] if behind else doc}
            self.add("constants", item)
        tokens.expect("}")
        tokens.expect(";")

    def read_typedef(self, tokens, header, doc):
        if tokens.peek() == "struct":
            self.read_struct(tokens, header, doc)
        elif tokens.peek(1) == "(":
            returns = self.read_type(tokens)
            tokens.expect("(")
            tokens.expect("*")
            name = tokens.name()
            tokens.expect(")")
            parameters = self.read_parameters(tokens)
            tokens.expect(";")
            self.types.add(name)
            self.add("callbacks", {"name": name, "returns": returns, "parameters": parameters, "header": header, "doc": doc})
        else:
            scalar, name = tokens.name(), tokens.name()
            tokens.expect(";")
            if scalar not in SCALARS:
                tokens.fail(f"typedef of {scalar}: only of {', '.join(SCALARS)}")
            self.types.add(name)
            self.aliases[name] = scalar

    def read_struct(self, tokens, header, doc):
        tokens.expect("struct")
        tag = tokens.name()
        self.types.add(tag)
        if tokens.peek() != "{":
            tokens.expect(tag)
            tokens.expect(";")
            self.add("handles", {"name": tag, "header": header, "doc": doc})
            return
        tokens.expect("{")
        fields = []
        while tokens.peek() != "}":
            place = tokens.place
            kind, name = self.read_type(tokens), tokens.name()
            array = None
            if tokens.peek() == "[":
                tokens.expect("[")
                array = integer(tokens, tokens.next()[0])
                tokens.expect("]")
            tokens.expect(";")
            behind = [item[3] for item in tokens.items[place : tokens.place] if item[3]]
            fields.append({"name": name, "type": kind, "array": array, "doc": behind[0] if behind else ""})
        tokens.expect("}")
        tokens.expect(tag)
        tokens.expect(";")
        self.add("structs", {"name": tag, "fields": fields, "header": header, "doc": doc})

    def read_function(self, tokens, header, doc):
        returns, name = self.read_type(tokens), tokens.name()
        parameters = self.read_parameters(tokens)
        tokens.expect(";")
        behind = tokens.items[tokens.place - 1][3]
        item = {"name": name, "returns": returns, "parameters": parameters, "header": header, "doc": behind or doc}
        self.add("functions", item)

    def read_parameters(self, tokens):
        tokens.expect("(")
        if tokens.peek() == "void" and tokens.peek(1) == ")":
            tokens.expect("void")
            tokens.expect(")")
            return []
        parameters = []
        while True:
            kind = self.read_type(tokens)
            parameters.append({"name": tokens.name(), "type": kind})
            if tokens.expect(",", ")") == ")":
                return parameters

    def read_type(self, tokens):
        text = ""
        if tokens.peek() == "const":
            text = tokens.next()[0] + " "
        base = tokens.name()
        if base not in self.types:
            tokens.place -= 1
            tokens.fail(f"the type {base} is neither declared above nor one of {', '.join(sorted(SCALARS))}")
        text += base + " " * (tokens.peek() == "*")
        while tokens.peek() in ("*", "const"):
            word = tokens.next()[0]
            text += word + " " * (word == "const")
        return text

    def hold_rules(self):
        """What the ABI does not allow, though C does."""
        structs = {item["name"] for item in self.structs} | {item["name"] for item in self.handles}
        for item in self.functions + self.callbacks:
            by_value = [kind for kind in [item["returns"], *(p["type"] for p in item["parameters"])] if kind in structs]
            if by_value:
                raise SurfaceError(f"{item['header']}: {item['name']} passes {by_value[0]} by value; pass a pointer")
        for item in self.functions:
            last = item["parameters"][-1] if item["parameters"] else {"type": "", "name": ""}
            if item["returns"] == "niem_status" and (last["type"], last["name"]) != ("niem_error *", "err"):
                raise SurfaceError(f"{item['header']}: {item['name']} returns niem_status; its last parameter is niem_error *err")
            if not item["name"].startswith("niem_"):
                raise SurfaceError(f"{item['header']}: {item['name']} does not begin with niem_")
        for item in self.structs:
            if item["name"].endswith("_options") and item["fields"][0] != {**item["fields"][0], "name": "struct_size", "type": "int64_t"}:
                raise SurfaceError(f"{item['header']}: {item['name']} does not begin with int64_t struct_size")


def ordered_headers(folder):
    """The headers of the rooms, each after those that it includes; the umbrella declares nothing."""
    done = []

    def visit(path):
        if path not in done:
            for name in re.findall(r'^#include "(niem/\w+\.h)"', path.read_text(encoding="utf-8"), re.MULTILINE):
                visit(folder / name)
            done.append(path)

    visit(folder / "niem.h")
    missing = set((folder / "niem").glob("*.h")) - set(done)
    if missing:
        raise SurfaceError(f"niem.h does not include {', '.join(sorted(path.name for path in missing))}")
    return done


def integer(tokens, text, line=None):
    if text in LIMITS:
        return LIMITS[text]
    if not re.fullmatch(r"-?\d+", text):
        tokens.fail(f"{text!r} stands where an integer should", line)
    return int(text)


def joined(kind, name):
    return kind + name if kind.endswith("*") else f"{kind} {name}".replace("  ", " ")


def declaration(item, name=None):
    parameters = ", ".join(joined(p["type"], p["name"]) for p in item["parameters"]) or "void"
    return f"{joined(item['returns'], name or item['name'])}({parameters});"


def write_cdef(surface):
    lines = [f"typedef {scalar} {name};" for name, scalar in surface.aliases.items()]
    for kind, item in surface.order:
        name = item["name"]
        if kind == "constants":  # "...": the compiler tells what cffi cannot read or what each release changes
            told = item["value"] == -(2**63) or name.startswith("NIEM_VERSION_")
            lines.append(f"#define {name} {'...' if told else item['value']}")
        elif kind == "handles":
            lines.append(f"typedef struct {name} {name};")
        elif kind == "callbacks":
            lines.append("typedef " + declaration(item, f"(*{name})"))
        elif kind == "structs":
            lines.append(f"typedef struct {name} {{")
            for field in item["fields"]:
                array = f"[{field['array']}]" if field["array"] is not None else ""
                lines.append(f"  {joined(field['type'], field['name'])}{array};")
            lines.append(f"}} {name};")
        else:
            lines.append(declaration(item))
    return "\n".join(lines) + "\n"


def write_map(surface):
    names = sorted(item["name"] for item in surface.functions)
    return "NIEM_0 {\n  global:\n" + "".join(f"    {name};\n" for name in names) + "  local:\n    *;\n};\n"


def write_json(surface):
    everything = {
        "aliases": surface.aliases,
        "constants": surface.constants,
        "handles": surface.handles,
        "structs": surface.structs,
        "callbacks": surface.callbacks,
        "functions": surface.functions,
    }
    return json.dumps(everything, indent=1, ensure_ascii=False) + "\n"


def field_size(surface, sizes, field):
    """Size and alignment of a field on LP64."""
    base = field["type"]
    if base.endswith("*") or base.endswith("* const") or base in {item["name"] for item in surface.callbacks}:
        size = align = POINTER
    elif base in sizes:
        size, align = sizes[base]
    else:
        size = align = SCALARS[surface.aliases.get(base, base)]
    return (size * field["array"] if field["array"] is not None else size), align


def layout_of(surface):
    """name -> (size, [(field, offset)]) of every public struct."""
    sizes, layouts = {}, {}
    for item in surface.structs:
        offset, most, fields = 0, 1, []
        for field in item["fields"]:
            size, align = field_size(surface, sizes, field)
            offset = -(-offset // align) * align
            fields.append((field["name"], offset))
            offset, most = offset + size, max(most, align)
        total = -(-offset // most) * most
        sizes[item["name"]] = (total, most)
        layouts[item["name"]] = (total, fields)
    return layouts


def write_layout(surface):
    lines = [
        "/* The ABI, written down: sizes, offsets, constants and prototypes, for machines with 64-bit pointers. Generated by",
        " *   bindings/surface.py layout > tests/abi/layout.c",
        " * and committed: a change of this file is a change of the ABI, which a release must announce. */",
        "/* clang-format off */",
        "#include <stddef.h>",
        "",
        '#include "niem.h"',
        "",
    ]
    text = 'the ABI has changed: see tests/abi/layout.c'
    lines.append('#define HOLD(what) _Static_assert(what, "' + text + '")')
    for name, (size, fields) in layout_of(surface).items():
        lines += ["", f"HOLD(sizeof({name}) == {size});"]
        lines += [f"HOLD(offsetof({name}, {field}) == {offset});" for field, offset in fields]
    lines.append("")
    for item in surface.constants:
        if item["name"].startswith("NIEM_VERSION_"):
            continue
        value = "INT64_MIN" if item["value"] == -(2**63) else item["value"]
        lines.append(f"HOLD({item['name']} == {value});")
    lines.append("")
    for item in surface.callbacks:
        lines.append("typedef " + declaration(item, f"(*expected_{item['name']})"))
        lines.append(f"HOLD(_Generic(({item['name']})0, expected_{item['name']}: 1, default: 0));")
    lines.append("")
    lines += [declaration(item) for item in surface.functions]
    return "\n".join(lines) + "\n"


def exported(library):
    """The symbols that a shared library defines for others; names of versions are no symbols."""
    command = ["nm", "-D", "--defined-only", str(library)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in text.splitlines()]
    return {row[-1].split("@")[0] for row in rows if row[-2] != "A"}


def plain_reading(folder):
    """Functions and constants by a second and simpler reading of the headers, to catch what the first might skip."""
    functions, constants = set(), set()
    for path in sorted(folder.rglob("*.h")):
        text = re.sub(r"/\*.*?\*/", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        functions |= set(re.findall(r"\bNIEM_API\s[^;{}()#]*?(niem_\w+)\s*\(", text))
        constants |= {name for name in re.findall(r"\bNIEM_[A-Z0-9_]+\b", text) if not GUARD.fullmatch(name)}
    return functions, constants - NO_CONSTANTS


def difference(what, found, wanted):
    problems = []
    if wanted - found:
        problems.append(f"{what} lacks {', '.join(sorted(wanted - found))}")
    if found - wanted:
        problems.append(f"{what} has too much: {', '.join(sorted(found - wanted))}")
    return problems


def check(surface, library):
    functions = {item["name"] for item in surface.functions}
    plain_functions, plain_constants = plain_reading(HEADERS)
    problems = difference("the plain reading of the headers", plain_functions, functions)
    problems += difference("the plain reading of the headers", plain_constants, {item["name"] for item in surface.constants})
    problems += difference("the cdef", set(re.findall(r"\b(niem_\w+)\(", write_cdef(surface))), functions)
    if MAP.read_text(encoding="utf-8") != write_map(surface):
        problems += difference("libniem/niem.map", set(re.findall(r"^    (niem_\w+);", MAP.read_text(encoding="utf-8"), re.MULTILINE)), functions)
        problems.append("libniem/niem.map is not what the headers say: bindings/surface.py map > libniem/niem.map")
    if not LAYOUT.exists() or LAYOUT.read_text(encoding="utf-8") != write_layout(surface):
        problems.append(
            "tests/abi/layout.c is not what the headers say; if this change of the ABI is meant: "
            "bindings/surface.py layout > tests/abi/layout.c"
        )
    if library is not None:
        problems += difference(f"{Path(library).name}", exported(library), functions)
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["cdef", "map", "json", "layout", "check"])
    parser.add_argument("--library", help="check: a shared library that was built")
    arguments = parser.parse_args()
    try:
        surface = Surface()
    except SurfaceError as error:
        sys.exit(f"surface.py: {error}")
    if arguments.what == "check":
        problems = check(surface, arguments.library)
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"{len(surface.functions)} functions, {len(surface.constants)} constants, {len(surface.structs)} structs")
        sys.exit(1 if problems else 0)
    writers = {"cdef": write_cdef, "map": write_map, "json": write_json, "layout": write_layout}
    sys.stdout.write(writers[arguments.what](surface))


if __name__ == "__main__":
    main()
