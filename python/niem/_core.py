"""Between Python and C: calls, handles, options, texts, progress and interrupts."""

from __future__ import annotations

import contextlib
import functools
import json
import operator
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Callable, Optional, Union

import numpy as np

from . import errors
from ._niem import ffi, lib

NULL = ffi.NULL
Progress = Union[None, bool, Callable[[float], object]]


# --- calls and handles ---


def call(function: Any, *arguments: Any, problems: Any = None) -> None:
    """Call a function that ends in `niem_error *err`; a status other than OK is raised.

    `problems` is the `niem_problems **` among the arguments, unless there is none.
    """
    err = ffi.new("niem_error *")
    if function(*arguments, err) != lib.NIEM_OK:
        raise errors.from_c(err, None if problems is None else own(problems[0], lib.niem_problems_free))


def own(pointer: Any, free: Any) -> Any:
    """A handle that frees itself; None for NULL."""
    return None if pointer == NULL else ffi.gc(pointer, free)


def make(kind: str, free: Any, function: Any, *arguments: Any) -> Any:
    """Call a function whose first argument is the handle that it makes."""
    out = ffi.new(f"{kind} **")
    call(function, out, *arguments)
    return own(out[0], free)


def make_with_problems(kind: str, free: Any, function: Any, *arguments: Any) -> tuple[Any, Any]:
    """The same for a function that makes a list of problems as well, on success and failure alike."""
    out, problems = ffi.new(f"{kind} **"), ffi.new("niem_problems **")
    call(function, out, problems, *arguments, problems=problems)
    return own(out[0], free), own(problems[0], lib.niem_problems_free)


def buffer(function: Any, *arguments: Any) -> Any:
    """The buffer that a function makes."""
    return make("niem_buffer", lib.niem_buffer_free, function, *arguments)


def bytes_of(made: Any) -> bytes:
    """The bytes of a buffer."""
    data: bytes = ffi.buffer(lib.niem_buffer_data(made), lib.niem_buffer_size(made))[:]
    return data


def buffer_bytes(function: Any, *arguments: Any) -> bytes:
    """The bytes of the buffer that a function makes."""
    return bytes_of(buffer(function, *arguments))


def optional_text(pointer: Any) -> Optional[str]:
    return None if pointer == NULL else errors.text(pointer)


class Immutable:
    """What all objects share that hold an immutable handle: a copy is the object itself."""

    __slots__ = ()

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self


# --- texts ---


def encoded(value: Any, name: str) -> bytes:
    """UTF-8 of an id or another short text; a whole number, as rounds often are, is taken as its digits."""
    if not isinstance(value, str):
        value = whole_number(value, name)
    try:
        data: bytes = value.encode("utf-8")
    except UnicodeEncodeError:
        raise errors.refuse(
            "encoding", name, f"{value[:60]!r} is not Unicode text: it holds half of a surrogate pair"
        ) from None
    if b"\0" in data:
        raise errors.refuse(
            "encoding", name, f"{value[:60]!r} holds a NUL character; ids and paths have none"
        )
    return data


def whole_number(value: Any, name: str) -> str:
    try:
        if not isinstance(value, (bool, np.bool_)):
            return str(operator.index(value))
    except TypeError:
        pass
    raise errors.refuse("argument", name, f"must be a text, not {type(value).__name__}")


def path_bytes(path: Any) -> bytes:
    """A path as the library takes it."""
    data = os.fsencode(path)
    if b"\0" in data:
        raise errors.refuse("encoding", "path", f"{os.fsdecode(data)[:60]!r} holds a NUL character")
    return data


def is_path(source: Any) -> bool:
    return isinstance(source, (str, os.PathLike))


def text_list(values: list[bytes]) -> tuple[Any, Any]:
    """A `const char *const *` over texts that end in NUL, and what must live as long as it is used."""
    joined = b"\0".join(values) + b"\0"
    base = ffi.from_buffer(joined)
    lengths = np.fromiter((len(value) + 1 for value in values), np.uintp, len(values))
    places = int(ffi.cast("uintptr_t", base)) + np.concatenate(
        [np.zeros(1, np.uintp), np.cumsum(lengths)[:-1]]
    )
    places = places.astype(np.uintp)
    return ffi.cast("const char *const *", ffi.from_buffer(places)), (joined, base, places)


def json_bytes(value: Any, name: str) -> bytes:
    """A Python object as JSON for the library; a number that JSON has not is refused with its place."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=plain)
    except ValueError:
        raise errors.refuse(
            "value", not_finite(value, ""), "the number is not finite; JSON has finite numbers only"
        ) from None
    except RecursionError:
        raise errors.refuse("limit", name, f"nested deeper than {lib.NIEM_MAX_JSON_DEPTH} levels") from None
    except TypeError as error:
        raise errors.refuse("argument", name, f"cannot be written as JSON: {error}") from None
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise errors.refuse(
            "encoding", name, "a text holds half of a surrogate pair; it is not Unicode text"
        ) from None


@contextlib.contextmanager
def by_pointer() -> Iterator[None]:
    """Around the reading of a dict, whose problems have a JSON pointer but no line to look at."""
    try:
        yield
    except errors.NiemError as error:
        if error.where.startswith("/"):
            error.row = error.column = 0
        raise


def plain(value: Any) -> Any:
    """NumPy's numbers and arrays as Python's."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no JSON type")


def not_finite(value: Any, pointer: str) -> str:
    """JSON pointer of the first number that is not finite."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    entries: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        entries = value.items()
    elif isinstance(value, (list, tuple)):
        entries = enumerate(value)
    for key, entry in entries:
        if isinstance(entry, (float, np.floating)):
            if not np.isfinite(entry):
                return f"{pointer}/{key}"
        elif found := not_finite(entry, f"{pointer}/{key}"):
            return found
    return ""


# --- options ---


class Struct:
    """What an options struct of C looks like, found out from its `_init` function."""

    def __init__(self, initializer: Any) -> None:
        self.initializer = initializer
        self.pointer = ffi.typeof(initializer).args[0]
        fields = self.pointer.item.fields
        self.counts = list_counts(fields)
        skip = {"struct_size", "reserved", *self.counts.values()}
        self.fields = {name: field.type for name, field in fields if name not in skip}

    def new(self) -> Any:
        made = ffi.new(self.pointer)
        self.initializer(made)
        return made


def list_counts(fields: Any) -> dict[str, str]:
    """Which field holds the length of each list: the next `n_...` after it."""
    counts: dict[str, str] = {}
    waiting: list[str] = []
    for name, field in fields:
        if field.type.kind == "pointer" and field.type.cname != "char *":
            waiting.append(name)
        elif name.startswith("n_"):
            counts.update({entry: name for entry in waiting})
            waiting = []
    return counts


class Options:
    """Option structs filled from keyword arguments by the names that the structs' fields have in C.

    A keyword goes to every struct that has a field of its name; a keyword that none has is a TypeError. The
    fields are those that the structs have, so that a field that C adds is an argument without another line.
    """

    def __init__(self, function: str, *initializers: Any) -> None:
        self.function = function
        self.structs = [Struct(initializer) for initializer in initializers]
        self.names = list(dict.fromkeys(name for struct in self.structs for name in struct.fields))

    def check_names(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.names:
                raise TypeError(f"{self.function}() has no argument '{name}'; it has {', '.join(self.names)}")

    def fill(self, values: Mapping[str, Any]) -> "Filled":
        self.check_names(values)
        return Filled(self.structs, {name: value for name, value in values.items() if value is not None})


class Filled:
    """Structs ready for a call; what their pointers point to lives as long as this."""

    def __init__(self, structs: list[Struct], values: Mapping[str, Any]) -> None:
        self.keep: list[Any] = []
        self.pointers = [self.fill(struct, values) for struct in structs]

    def fill(self, struct: Struct, values: Mapping[str, Any]) -> Any:
        made = struct.new()
        for name in values:
            if name not in struct.fields:
                continue
            kind = struct.fields[name]
            if name in struct.counts:
                pointer, n = self.convert_list(name, kind, values[name])
                set_count(made, struct.counts[name], name, n)
                setattr(made, name, pointer)
            else:
                setattr(made, name, self.convert(name, kind, values[name]))
        return made

    def convert(self, name: str, kind: Any, value: Any) -> Any:
        """The value of a field from a Python value, by the field's type."""
        if kind.cname == "char *":
            return self.keeping(ffi.new("char[]", encoded(json_text(name, value), name)))
        return real(name, value) if kind.cname == "double" else integer(name, value, ffi.sizeof(kind))

    def convert_list(self, name: str, kind: Any, value: Any) -> tuple[Any, int]:
        """A list as a pointer and a length. An empty one is refused: to C it is no list, which means all."""
        entries = [value] if isinstance(value, str) else list(value)
        if not entries:
            raise errors.refuse("argument", name, "is empty; name one at least, or leave it out for all")
        if kind.item.kind == "pointer":
            pointer, kept = text_list([encoded(entry, name) for entry in entries])
        else:
            kept = np.array([real(name, entry) for entry in entries])
            pointer = ffi.cast("double *", self.keeping(ffi.from_buffer(kept)))
        self.keeping(kept)
        return pointer, len(entries)

    def keeping(self, value: Any) -> Any:
        self.keep.append(value)
        return value


def set_count(struct: Any, count: str, name: str, n: int) -> None:
    """The length of a list; lists that share one must agree on it."""
    agreed = getattr(struct, count)
    if agreed not in (0, n):
        raise errors.refuse("argument", name, f"has {n} entries where {agreed} are expected, one for each")
    setattr(struct, count, n)


def json_text(name: str, value: Any) -> Any:
    """Where C takes JSON text, Python's dict does."""
    return json_bytes(value, name).decode("utf-8") if isinstance(value, Mapping) else value


@functools.lru_cache(maxsize=None)
def choices(prefix: str) -> dict[str, int]:
    """The constants of an enumeration by the ends of their names: {"minmax": 0, "zscore": 1, ...}."""
    found = {name[len(prefix) :].lower(): int(getattr(lib, name)) for name in dir(lib) if name.startswith(prefix)}
    found.pop("end", None)
    return dict(sorted(found.items(), key=lambda entry: entry[1]))


def meant(name: str, word: str, words: Mapping[str, int]) -> int:
    """The constant that a word stands for."""
    if word not in words:
        wanted = f"one of {', '.join(words)}" if words else "an integer"
        raise errors.refuse("argument", name, f"{word[:60]!r} is not {wanted}")
    return words[word]


def integer(name: str, value: Any, size: int = 4, family: str = "") -> int:
    """A number; the name of a constant of its family (ties="dense" is NIEM_TIES_DENSE); or one character, as its
    code.
    """
    if isinstance(value, str):
        if len(value) == 1:
            return ord(value)
        return meant(name, value, choices(f"NIEM_{(family or name).upper()}_"))
    try:
        number = operator.index(bool(value) if isinstance(value, np.bool_) else value)
    except TypeError:
        raise errors.refuse("argument", name, f"must be an integer, not {type(value).__name__}") from None
    most: int = 2 ** (8 * size - 1)
    if not -most <= number < most:
        raise errors.refuse("argument", name, f"{number} is beyond {8 * size} bits")
    return number


def real(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise errors.refuse("argument", name, f"must be a number, not {type(value).__name__}") from None


# --- long calls: progress and interrupts ---


class Running(threading.local):
    """The long calls of this thread, the innermost last: C calls back on the thread that called it."""

    def __init__(self) -> None:
        self.calls: list[LongCall] = []


RUNNING = Running()


class LongCall:
    """Shows progress, and carries an exception (Ctrl-C above all) through C to the caller."""

    def __init__(self, show: Callable[[float], object]) -> None:
        self.show = show
        self.raised: Optional[BaseException] = None


def remember(kind: Any, raised: Any, traceback: Any) -> None:
    """What cffi calls when the callback raised; the callback then returns 1, which cancels the call."""
    if RUNNING.calls:
        RUNNING.calls[-1].raised = raised if isinstance(raised, BaseException) else kind(raised)


def report_progress(done: float, context: Any) -> int:
    if RUNNING.calls:
        RUNNING.calls[-1].show(done)
    return 0


ffi.def_extern(name="ni_python_progress", error=1, onerror=remember)(report_progress)


@contextlib.contextmanager
def execution(threads: int, progress: Progress) -> Iterator[Any]:
    """A `niem_exec` for one call. What the callback raised, KeyboardInterrupt too, is raised again here."""
    made = ffi.new("niem_exec *")
    lib.niem_exec_init(made)
    made.threads = integer("threads", threads)
    made.progress = lib.ni_python_progress
    with contextlib.ExitStack() as stack:
        running = LongCall(shown_by(progress, stack))
        RUNNING.calls.append(running)
        try:
            yield made
        except errors.NiemError:
            if running.raised is None:
                raise
        finally:
            RUNNING.calls.remove(running)
        if running.raised is not None:
            raise running.raised


def shown_by(progress: Progress, stack: contextlib.ExitStack) -> Callable[[float], object]:
    """How progress is shown: by the caller's function, by tqdm where it is installed, or not at all."""
    if callable(progress):
        return progress
    if not progress:
        return lambda done: None
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return lambda done: None
    bar = stack.enter_context(tqdm(total=100, unit="%", leave=False))
    return lambda done: bar.update(int(100 * done) - bar.n)


# --- loading ---


def check_self() -> None:
    """Refuse to be imported where the numerics contract does not hold."""
    try:
        call(lib.niem_self_test)
    except errors.NiemError as error:
        raise ImportError(f"niem cannot be used in this process: {error}") from None


check_self()
VERSION = errors.text(lib.niem_version())
STATES = tuple(errors.text(lib.niem_state_name(state)) for state in range(lib.NIEM_STATE_END))
