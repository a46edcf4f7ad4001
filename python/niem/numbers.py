"""The deterministic arithmetic below the scores, for bare vectors: the same bits on every machine.

A vector is whatever NumPy makes an array of doubles of; arrays of doubles are read in place, strided ones
too. NaN (None, NA) is a missing value and is skipped, unless said otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ._core import call, integer, real
from ._niem import ffi, lib
from .errors import refuse


def array(x: Any, name: str = "x") -> Any:
    """Doubles, where possible without a copy."""
    try:
        if isinstance(x, (pd.Series, pd.api.extensions.ExtensionArray)):
            return x.to_numpy(dtype=np.float64, na_value=np.nan)
        if hasattr(x, "to_numpy") and not isinstance(x, pd.DataFrame):
            x = x.to_numpy()
        return np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise refuse("argument", name, f"must be numbers: {error}") from None


def vector(x: Any, name: str = "x") -> tuple[Any, Any, int, int]:
    """Pointer, array (which must live as long), length and stride of a vector."""
    values = array(x, name)
    if values.ndim != 1:
        raise refuse(
            "argument",
            name,
            f"must be a vector, not an array of {values.ndim} dimensions; choose a row or a column",
        )
    if values.strides[0] % 8 or not values.flags.aligned or not values.dtype.isnative:
        values = np.ascontiguousarray(values, dtype=np.float64)
    return pointer(values), values, values.size, values.strides[0] // 8 if values.size else 1


def pointer(values: Any) -> Any:
    return ffi.cast("double *", values.ctypes.data)


def elementwise(function: Any, x: Any, *arguments: Any) -> Any:
    """A function of each element: an array of the same shape, a float for one number."""
    values = np.ascontiguousarray(array(x))
    out = np.empty(np.shape(values))
    call(function, pointer(out), pointer(values), values.size, 1, *arguments)
    return out if np.ndim(x) else float(out.reshape(-1)[0])


def exact_sum(x: Any) -> float:
    """The exact sum, rounded once; the order never matters.

    Parameters
    ----------
    x : array_like, 1-D
        NaN is skipped.

    Returns
    -------
    float
        0 for no value; NaN where infinities of both signs meet.
    """
    out = ffi.new("double *")
    x_pointer, kept, n, stride = vector(x)
    call(lib.niem_exact_sum, out, x_pointer, n, stride)
    return float(out[0])


def exact_mean(x: Any, weights: Any = None) -> float:
    """The mean, or the weighted mean, of an exact numerator and denominator (at most 0.501 ulp off).

    Parameters
    ----------
    x : array_like, 1-D
        NaN is skipped, with its weight.
    weights : array_like, 1-D, optional
        As many as `x`; finite and not negative.

    Returns
    -------
    float
        NaN for no value, or for weights that sum to zero.

    Raises
    ------
    NiemValueError
        A weight that is negative or not finite.
    """
    out = ffi.new("double *")
    x_pointer, kept, n, stride = vector(x)
    if weights is None:
        call(lib.niem_exact_mean, out, x_pointer, n, stride, ffi.NULL, 1)
        return float(out[0])
    w_pointer, w_kept, n_weights, w_stride = vector(weights, "weights")
    if n_weights != n:
        raise refuse("argument", "weights", f"has {n_weights} entries where x has {n}")
    call(lib.niem_exact_mean, out, x_pointer, n, stride, w_pointer, w_stride)
    return float(out[0])


def quantile(x: Any, probabilities: Any) -> Any:
    """Quantiles of type 7 (Hyndman & Fan 1996), the default of R and NumPy.

    Parameters
    ----------
    x : array_like, 1-D
        NaN is skipped.
    probabilities : float or array_like, 1-D
        In [0, 1].

    Returns
    -------
    float or numpy.ndarray
        As `probabilities`; NaN for no value.

    Raises
    ------
    NiemError
        A probability outside [0, 1].
    """
    x_pointer, kept, n, stride = vector(x)
    asked = np.ascontiguousarray(array(probabilities, "probabilities")).reshape(-1)
    out = np.empty(asked.size)
    call(lib.niem_quantile, pointer(out), x_pointer, n, stride, pointer(asked), asked.size)
    return out if np.ndim(probabilities) else float(out[0])


def rank_values(x: Any, descending: bool = False, ties: Any = "min", tolerance: float = 0.0) -> Any:
    """Ranks 1..n of the values.

    Parameters
    ----------
    x : array_like, 1-D
    descending : bool, optional
        Rank 1 for the greatest.
    ties : str, optional
        Ranks of tied values: ``"min"`` (default), ``"max"``, ``"average"``, ``"dense"`` or ``"first"``.
    tolerance : float, optional
        Neighbours in order that differ by at most this tie; not negative.

    Returns
    -------
    numpy.ndarray
        Float64; NaN for NaN.
    """
    x_pointer, kept, n, stride = vector(x)
    out = np.empty(n)
    how = integer("descending", descending), integer("ties", ties), real("tolerance", tolerance)
    call(lib.niem_rank_values, pointer(out), x_pointer, n, stride, *how)
    return out


def log(x: Any) -> Any:
    """Natural logarithm of each element, at most 1 ulp off; NaN stays NaN.

    Parameters
    ----------
    x : float or array_like, any shape

    Returns
    -------
    float or numpy.ndarray
        -inf for 0, NaN for negative numbers.
    """
    return elementwise(lib.niem_log, x)


def exp(x: Any) -> Any:
    """Exponential of each element, at most 1 ulp off; NaN stays NaN.

    Parameters
    ----------
    x : float or array_like, any shape
    """
    return elementwise(lib.niem_exp, x)


def round(x: Any, digits: int = 0) -> Any:
    """Each element rounded half away from zero, judged on the shortest decimal that reads back as the number.

    Parameters
    ----------
    x : float or array_like, any shape
        NaN stays NaN.
    digits : int, optional
        Decimals, 0 to 15. So ``round(2.675, 2)`` is 2.68, where Python's own gives 2.67.
    """
    return elementwise(lib.niem_round, x, integer("digits", digits))


def round_significant(x: Any, digits: int) -> Any:
    """Each element rounded to significant digits, half away from zero, judged as `round` does.

    Parameters
    ----------
    x : float or array_like, any shape
        NaN stays NaN.
    digits : int
        1 to 17. So ``round_significant(0.02855, 2)`` is 0.029.
    """
    return elementwise(lib.niem_round_significant, x, integer("digits", digits))
