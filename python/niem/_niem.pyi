"""The compiled core: cffi's two objects, typed by the C compiler."""

from typing import Any

ffi: Any
lib: Any
