"""Sensitivity of any model to its uncertain inputs, and weights with noise.

A sample is drawn here, the model is run on its rows by the caller, and what came out is read here:

>>> import numpy as np, niem
>>> u = niem.sensitivity_sample(256, ["rain", "wind"])           # a frame: a column for each input
>>> x = niem.transform_inputs(u, low=[0, 10], high=[1, 20])
>>> y = 3 * x["rain"] + x["wind"]
>>> niem.sensitivity_indices(y, ["rain", "wind"]).indices["first"].round(2).tolist()
[0.08, 0.92]

Points, replicates and resamples are numbered: the same seed gives the same bits, whatever the number of
threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import _core
from ._core import NULL, call
from ._niem import ffi, lib
from .errors import refuse
from .methods import Matrix, Options, constant, is_number
from .numbers import pointer

SOBOL = _core.Options("sobol_sequence", lib.niem_sobol_options_init)
SAMPLE = _core.Options("sensitivity_sample", lib.niem_sensitivity_sample_options_init)
INDICES = _core.Options("sensitivity_indices", lib.niem_sensitivity_options_init)
INPUTS = Options("transform_inputs", lib.niem_inputs_options_init)
NOISE = Options("noisy_weights", lib.niem_noise_options_init, "NIEM_NOISE_")
WORDS = {
    "scramble": "NIEM_SCRAMBLE_",
    "source": "NIEM_SAMPLE_",
    "first": "NIEM_FIRST_",
    "interval": "NIEM_INTERVAL_",
}


def in_numbers(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options with the numbers of the words among them."""
    return {
        name: constant(name, value, WORDS[name], ffi.typeof("int32_t"))
        if name in WORDS and value is not None
        else value
        for name, value in options.items()
    }


def named(d: Any) -> tuple[int, Any]:
    """How many inputs there are, and their names where there are some."""
    if is_number(d):
        return _core.integer("d", d, 8), None
    names = list(d)
    return len(names), names


def filled_sample(function: Any, rows: int, d: Any, n: int, options: Any, threads: int, progress: Any) -> Any:
    count, names = named(d)
    out = np.empty((max(rows, 0), max(count, 0)))
    with _core.execution(threads, progress) as running:
        call(function, pointer(out), n, count, options.pointers[0], running)
    return out if names is None else pd.DataFrame(out, columns=names)


def sobol_sequence(n: int, d: Any, *, threads: int = 0, progress: Any = None, **options: Any) -> Any:
    """Points of Sobol's sequence, spread evenly in the unit cube.

    Parameters
    ----------
    n : int
        Points; take a power of 2.
    d : int or sequence of str
        Coordinates, at most 1024; or their names, and the points are a DataFrame.
    scramble : str, optional
        ``"none"`` (default): as Joe & Kuo and SciPy have it, within [0, 1), the first point is the origin.
        ``"linear"``: a random matrix and a digital shift (Matousek 1998). ``"owen"``: nested uniform
        scrambling (Owen 1995). Scrambled points are within (0, 1).
    skip : int, optional
        Points that are left out before the first; 0.
    seed : int, optional
        Of the scrambling; 1.
    threads, progress : optional
        As for `score`.

    Returns
    -------
    numpy.ndarray or pandas.DataFrame
        A row for each point.

    References
    ----------
    Sobol' (1967); Joe & Kuo (2008).
    """
    n = _core.integer("n", n, 8)
    filled = SOBOL.fill(in_numbers(options))
    count = named(d)[0]
    rows = n if 0 < n and 0 < count <= lib.NIEM_MAX_SOBOL_COLUMNS else 0
    return filled_sample(lib.niem_sobol_sequence, rows, d, n, filled, threads, progress)


def transform_inputs(x: Any, **options: Any) -> Any:
    """Uniform numbers made into inputs, by the inverse of each distribution.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Numbers within [0, 1], a column an input.
    kinds : by column, optional
        ``"uniform"`` on [low, high] (default); ``"discrete"``: one of `choices`, from 0; ``"triangular"`` on
        [low, high], most likely at `middle`; ``"normal"`` of mean `middle` and standard deviation `spread`,
        cut to [low, high].
    low, high : by column, optional
        0 and 1; a normal input is not cut where it has none. NaN or None in a list is none.
    middle, spread : by column, optional
        The middle of the range; normal: 0 and 1.
    choices : by column, optional
        How many a discrete input has, 0 for the others.
    probabilities : sequence of float, optional
        Those of all discrete inputs, one after another, of any sum for each; by default all choices of an
        input are alike. [0, 1] is cut by them, whatever was drawn.

    Returns
    -------
    numpy.ndarray or pandas.DataFrame
        Of the shape of `x`.
    """
    matrix = Matrix(x)
    for name in ("kinds", "choices"):
        if options.get(name) is not None:
            options[name] = by_input(name, options[name])
    filled = INPUTS.read(matrix, options)
    out = np.empty(matrix.shape)
    call(lib.niem_transform_inputs, pointer(out), matrix.struct, filled.pointer)
    return matrix.like(out)


def by_input(name: str, value: Any) -> Any:
    """Words as their numbers, and 0 for no choices."""
    if isinstance(value, (Mapping, pd.Series)):
        return {key: by_input(name, [entry])[0] for key, entry in value.items()}
    entries = [value] if isinstance(value, (str, int)) else list(value)
    if name == "choices":
        found = [0 if entry is None or entry != entry else entry for entry in entries]
    else:
        found = [constant(name, entry, "NIEM_INPUT_", ffi.typeof("int32_t")) for entry in entries]
    return found[0] if isinstance(value, (str, int)) else found


def sensitivity_sample(n: int, d: Any, *, threads: int = 0, progress: Any = None, **options: Any) -> Any:
    """The rows at which a model is to be run for its indices of sensitivity, as uniform numbers.

    Parameters
    ----------
    n : int
        Base points; a power of 2 for Sobol's sequence.
    d : int or sequence of str
        Inputs; or their names, and the sample is a DataFrame.
    source : str, optional
        ``"sobol"`` (default): Sobol's sequence, for up to 512 inputs. ``"random"``: independent draws.
    scramble : str, optional
        Of Sobol's sequence: ``"owen"`` (default), ``"linear"`` or ``"none"``.
    second_order : bool, optional
        With the rows that effects of pairs need; False.
    skip : int, optional
        Base points before the first: a sample is made longer by appending one that skips its points; 0.
    seed : int, optional
        1.
    threads, progress : optional
        As for `score`.

    Returns
    -------
    numpy.ndarray or pandas.DataFrame
        n (d + 2) rows, or n (2 d + 2) with second order, base point by base point: A, B, then for each input
        A with that input of B and, with second order, for each input B with that input of A.

    References
    ----------
    Saltelli et al. (2010).
    """
    n = _core.integer("n", n, 8)
    filled = SAMPLE.fill(in_numbers(options))
    rows = lib.niem_sensitivity_rows(n, named(d)[0], filled.pointers[0].second_order)
    if filled.pointers[0].source == lib.NIEM_SAMPLE_SOBOL and named(d)[0] > lib.NIEM_MAX_SOBOL_COLUMNS // 2:
        rows = 0
    return filled_sample(lib.niem_sensitivity_sample, rows, d, n, filled, threads, progress)


class Sensitivity(NamedTuple):
    """What `sensitivity_indices` gives."""

    indices: pd.DataFrame  # a row for each output and input
    pairs: pd.DataFrame  # a row for each output and pair of inputs; without rows where they were not asked for
    outputs: pd.DataFrame  # a row for each output


def frame_of(structs: Any, columns: Mapping[str, Any]) -> pd.DataFrame:
    """An array of structs as columns, behind others."""
    kind = ffi.typeof(structs).item
    dtype = np.dtype([(name, "i8" if field.type.cname == "int64_t" else "f8") for name, field in kind.fields])
    rows = np.frombuffer(ffi.buffer(structs), dtype=dtype)
    own = {name: rows[name].copy() for name in dtype.names or () if not name.startswith("input_")}
    return pd.DataFrame({**columns, **own})


def sensitivity_indices(y: Any, d: Any, *, threads: int = 0, progress: Any = None, **options: Any) -> Sensitivity:
    """How much of the variance of what comes out of a model each of its inputs explains.

    Parameters
    ----------
    y : array_like, pandas.Series or pandas.DataFrame
        What came out for the rows of `sensitivity_sample`; a column an output. A failed evaluation is NaN: its
        base point is left out of the indices that need it, and of no other.
    d : int or sequence of str
        Inputs, or their names.
    first : str, optional
        Estimator of the first-order effect: ``"saltelli"`` (default; Saltelli et al. 2010, centred),
        ``"janon"`` (Janon et al. 2014), ``"jansen"`` (Jansen 1999), ``"sobol"`` (Sobol' 1993, not centred).
        The total effect is Jansen's.
    second_order : bool, optional
        The sample was drawn with second order; False.
    resamples : int, optional
        Of the bootstrap over base points; 1000, 0 for none.
    level : float, optional
        Of the intervals; 0.95.
    interval : str, optional
        ``"percentile"`` (default) or ``"normal"``: quantiles of the resamples, or their deviation about the
        estimate.
    seed : int, optional
        1.
    threads, progress : optional
        As for `score`.

    Returns
    -------
    Sensitivity
        ``indices``: for each output and input ``first``, ``total``, the error and the bounds of each, and base
        points used and failed. ``pairs``: for each output and two inputs ``second``, what they explain
        together beyond what each does. ``outputs``: ``mean``, ``variance``, sums of the indices. An output
        without a variance has NaN.

    References
    ----------
    Saltelli et al. (2010); Jansen (1999); Janon et al. (2014).
    """
    labels = y.columns if isinstance(y, pd.DataFrame) else None
    values = y if isinstance(y, pd.DataFrame) or np.ndim(y) == 2 else np.asarray(y).reshape(-1, 1)
    matrix = Matrix(values, "y")
    count, names = named(d)
    filled = INDICES.fill(in_numbers(options))
    n_outputs, inputs = matrix.shape[1], max(count, 0)
    second = filled.pointers[0].second_order == 1
    n_pairs = inputs * (inputs - 1) // 2 if second else 0
    if inputs > matrix.shape[0]:
        raise refuse("argument", "n_inputs", f"is {count}; the sample has {matrix.shape[0]} rows")
    indices = ffi.new("niem_sensitivity_index[]", n_outputs * inputs)
    pairs = ffi.new("niem_sensitivity_pair[]", n_outputs * n_pairs)
    outputs = ffi.new("niem_sensitivity_output[]", n_outputs)
    with _core.execution(threads, progress) as running:
        call(
            lib.niem_sensitivity_indices,
            indices,
            pairs if second else NULL,
            outputs,
            matrix.struct,
            count,
            filled.pointers[0],
            running,
        )
    own = np.asarray(range(n_outputs) if labels is None else labels, dtype=object if labels is not None else int)
    of = np.asarray(range(inputs) if names is None else names, dtype=object if names is not None else int)
    a, b = np.triu_indices(inputs, 1)
    a, b = (a, b) if second else (a[:0], b[:0])
    return Sensitivity(
        frame_of(indices, {"output": np.repeat(own, inputs), "input": np.tile(of, n_outputs)}),
        frame_of(
            pairs,
            {
                "output": np.repeat(own, n_pairs),
                "input_a": np.tile(of[a], n_outputs),
                "input_b": np.tile(of[b], n_outputs),
            },
        ),
        frame_of(outputs, {"output": own}),
    )


def noisy_weights(weights: Any, *, threads: int = 0, progress: Any = None, **options: Any) -> Any:
    """Weights that others could have given: replicates of weights with noise.

    Parameters
    ----------
    weights : sequence of float, dict or Series
        Not negative, not all zero; of a dict or Series the labels are the columns of the result.
    method : str, optional
        ``"uniform"`` (default): weight * (1 + share * u), u uniform on (-1, 1). ``"normal"``: weight * (1 +
        share * z), z standard normal, cut evenly to where the weight stays within 0 and twice what it was.
        ``"simplex"``: uniform among all weights of a block; a weight of 0 stays 0.
    shares : float or by weight, optional
        Within [0, 1]; 0.25. The simplex has none.
    blocks : by weight, optional
        Labels: which weights belong together, as the children of one node do; by default all.
    rescale : bool, optional
        Whether the weights of a block add up to what they did; True.
    replicates : int, optional
        1000.
    first : int, optional
        Number of the first replicate; 0.
    seed : int, optional
        1.
    threads, progress : optional
        As for `score`.

    Returns
    -------
    numpy.ndarray or pandas.DataFrame
        A row for each replicate, a column for each weight.
    """
    if isinstance(weights, (Mapping, pd.Series)):
        given = pd.Series(weights)
        row: Any = pd.DataFrame([given.to_numpy()], columns=given.index)
    else:
        row = np.atleast_1d(np.asarray(weights)).reshape(1, -1)
    matrix = Matrix(row, "weights")
    filled = NOISE.read(matrix, options)
    own = np.ascontiguousarray(matrix.values[0])
    out = np.empty((max(int(filled.pointer.replicates), 0), own.size))
    with _core.execution(threads, progress) as running:
        call(lib.niem_noisy_weights, pointer(out), pointer(own), own.size, filled.pointer, running)
    return out if matrix.columns is None else pd.DataFrame(out, columns=matrix.columns)
