"""What a bare matrix of units (rows) by indicators (columns) says of its indicators.

A matrix is a pandas DataFrame, or whatever NumPy makes an array of two dimensions of, as in `niem.normalise`;
NaN (None, NA) is a missing value. For a DataFrame the results carry its labels. Options have the names of the
fields in C, and a word stands for a constant: ``rows="complete"``.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, cast

import numpy as np
import pandas as pd

from . import _core
from ._core import Progress, call, choices
from ._niem import ffi, lib
from .errors import refuse
from .methods import Matrix, Options, constant, fields, same_labels
from .numbers import array, pointer

NOTHING = cast(Matrix, None)  # options that belong to no matrix
DISTRIBUTION = Options("probability", lib.niem_distribution_options_init)
DESCRIBE = Options("describe", lib.niem_describe_options_init)
CORRELATE = Options("correlate", lib.niem_correlate_options_init, "NIEM_CORRELATION_")
ALPHA = Options("cronbach_alpha", lib.niem_alpha_options_init)
OMEGA = Options("mcdonald_omega", lib.niem_omega_options_init)
COMPONENTS = Options("principal_components", lib.niem_components_options_init)


# --- probabilities ---


def of_distribution(function: Any, x: Any, name: str, options: dict[str, Any]) -> Any:
    filled = DISTRIBUTION.read(NOTHING, options)
    values = np.ascontiguousarray(array(x, name))
    out = np.empty(np.shape(values))
    call(function, pointer(out), pointer(values), values.size, filled.pointer)
    if isinstance(x, pd.Series):
        return pd.Series(out, index=x.index)
    return out if np.ndim(x) else float(out.reshape(-1)[0])


def probability(x: Any, distribution: str = "normal", tail: str = "lower", **options: Any) -> Any:
    """Probabilities of a distribution, far tails included.

    Parameters
    ----------
    x : float or array_like
        Within 1e100 in magnitude; NaN stays NaN.
    distribution : str, optional
        ``"normal"`` (standard, default), ``"t"``, ``"chi_squared"``, ``"f"``.
    tail : str, optional
        ``"lower"``: P(X <= x), default. ``"upper"``: P(X > x), without the loss of 1 - P. ``"both"``:
        P(abs(X) > abs(x)), of the normal and the t distribution.
    df1, df2 : float, optional
        Degrees of freedom, within [0.001, 1e9]: `df1` of t, chi-squared and above in F, `df2` below in F.

    Returns
    -------
    float or numpy.ndarray or pandas.Series
        Of the shape of `x`; relative error below 1e-13 down to 1e-300.

    References
    ----------
    Abramowitz & Stegun, Handbook of Mathematical Functions (1964); DiDonato & Morris (1992).
    """
    return of_distribution(
        lib.niem_probability, x, "x", {"distribution": distribution, "tail": tail, **options}
    )


def critical_value(p: Any, distribution: str = "normal", tail: str = "lower", **options: Any) -> Any:
    """The value at which a tail of a distribution has the probability `p`.

    Parameters
    ----------
    p : float or array_like
        In [0, 1]; 0 and 1 give the ends of the distribution.
    distribution, tail, df1, df2
        As in `probability`. The critical value of a two-sided test on the level 5 % is
        ``critical_value(0.05, "t", "both", df1=n - 2)``.

    Returns
    -------
    float or numpy.ndarray or pandas.Series
        Of the shape of `p`.

    Raises
    ------
    NiemValueError
        A value beyond 1e100.
    """
    return of_distribution(
        lib.niem_critical_value, p, "p", {"distribution": distribution, "tail": tail, **options}
    )


def adjust_p_values(p: Any, method: str = "holm") -> Any:
    """p-values adjusted for the number of tests.

    Parameters
    ----------
    p : array_like or pandas.Series, 1-D
        In [0, 1]; NaN stays NaN and is no test.
    method : str, optional
        ``"holm"`` (default), ``"hochberg"``, ``"hommel"``, ``"bonferroni"``: the chance of any false
        rejection. ``"bh"`` (Benjamini & Hochberg 1995), ``"by"`` (Benjamini & Yekutieli 2001): the share of
        false ones among the rejections.

    Returns
    -------
    numpy.ndarray or pandas.Series

    References
    ----------
    Holm (1979); Hochberg (1988); Hommel (1988), by Wright (1992).
    """
    values = np.ascontiguousarray(array(p, "p"))
    if values.ndim != 1:
        raise refuse("argument", "p", f"must be a vector, not an array of {values.ndim} dimensions")
    out = np.empty(values.size)
    number = constant("method", method, "NIEM_ADJUST_", ffi.typeof("int32_t"))
    call(lib.niem_adjust_p_values, pointer(out), pointer(values), values.size, number)
    return pd.Series(out, index=p.index) if isinstance(p, pd.Series) else out


# --- what columns are described by ---


def words(number: int, prefix: str) -> str:
    """The names of the bits of a set."""
    return " ".join(word for word, bit in choices(prefix).items() if number & bit)


def describe(x: Any, **options: Any) -> pd.DataFrame:
    """Describe each column, and flag those that want a second look.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators.
    min_available : float, optional
        Least share of values that are there; 0.65.
    min_nonzero, min_unique : float, optional
        Least share of them that are not 0, and that are different values; 0.5.
    skewness, kurtosis : float, optional
        Outliers: abs(skewness) and kurtosis both above these; 2 and 3.5.
    fence : float, optional
        Outliers one by one: beyond the quartiles by more than this times their distance; 1.5.

    Returns
    -------
    pandas.DataFrame
        A row for each column: ``n``, ``n_missing``, ``n_unique``, ``n_nonzero``, ``n_commonest`` (how often
        the commonest value is there), ``n_low`` and ``n_high`` (beyond the fence); as shares ``available``
        (of the rows), ``unique``, ``nonzero``, ``commonest`` (of the values); ``minimum``, ``maximum``,
        ``mean``, ``median``, ``q05``, ``q25``, ``q75``, ``q95`` (type 7), ``iqr``, ``deviation`` (n - 1),
        ``variation`` (deviation / abs(mean)), ``skewness`` and ``kurtosis`` (type 2); ``flags``: which
        thresholds are missed, of ``available``, ``nonzero``, ``unique``, ``outliers`` and ``constant`` (all
        values the same).

    References
    ----------
    The thresholds are those of COINr's get_stats.
    """
    matrix = Matrix(x)
    filled = DESCRIBE.read(matrix, options)
    found = ffi.new("niem_description[]", matrix.shape[1])
    call(lib.niem_describe, found, matrix.struct, filled.pointer)
    rows = [{**fields(entry), "flags": words(entry.flags, "NIEM_FLAG_")} for entry in found]
    return pd.DataFrame(rows, index=matrix.columns).drop(columns="reserved")


# --- correlations ---


class Correlations(NamedTuple):
    """What `correlate` gives."""

    r: Any
    p: Any  # two-sided
    n: Any  # rows that counted


def correlate(
    x: Any,
    y: Any = None,
    method: str = "pearson",
    threads: int = 0,
    progress: Progress = False,
    **options: Any,
) -> Correlations:
    """Correlations of all columns with one another, or with those of a second matrix.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators.
    y : array_like or pandas.DataFrame, 2-D, optional
        The same units by others, matched by their place; index labels, where both have them, must be equal.
    method : str, optional
        ``"pearson"`` (default), ``"spearman"`` (of mean ranks), ``"kendall"`` (tau-b).
    rows : str, optional
        ``"pairwise"`` (default): for each pair of columns the rows that have both. ``"complete"``: rows
        without a missing value in `x` and `y`.
    test : str, optional
        ``"default"``: Pearson by Student's t with n - 2 degrees of freedom; without ties Spearman for n <= 10
        and Kendall for n < 50 by all permutations. ``"exact"``: refuses pairs for which that cannot be done.
        ``"asymptotic"``: Spearman by t, Kendall by the normal distribution, corrected for ties, without a
        correction for continuity. With ties, and for greater n, the default does that too.
    tolerance : float, optional
        Spearman, Kendall: neighbours in order that differ by at most this tie; 0.
    threads, progress
        As in `niem.score`.

    Returns
    -------
    Correlations
        ``r``, ``p`` (two-sided) and ``n`` (rows that counted), columns of `x` by columns of `y`. NaN with
        fewer than 3 rows, and where a column does not vary in them.

    References
    ----------
    Kendall, Rank Correlation Methods (1948); Knight (1966).
    """
    matrix = Matrix(x)
    second = matrix if y is None else Matrix(y, "y")
    same_labels("y", second.index, matrix.index, "has other rows than x, or in another order")
    filled = CORRELATE.read(matrix, {"method": method, **options})
    shape = (matrix.shape[1], second.shape[1])
    r, p, n = np.empty(shape), np.empty(shape), np.empty(shape, np.int64)
    other = ffi.NULL if y is None else second.struct
    with _core.execution(threads, progress) as running:
        places = pointer(r), pointer(p), ffi.cast("int64_t *", pointer(n))
        call(lib.niem_correlate, *places, matrix.struct, other, filled.pointer, running)
    return Correlations(*(labelled(cells, matrix.columns, second.columns) for cells in (r, p, n)))


def labelled(values: Any, rows: Any, columns: Any) -> Any:
    """A frame where there are labels, otherwise the array."""
    return values if rows is None and columns is None else pd.DataFrame(values, index=rows, columns=columns)


# --- reliability ---


class Reliability(NamedTuple):
    """What `cronbach_alpha` gives."""

    report: dict[str, Any]
    items: pd.DataFrame


class OneFactor(NamedTuple):
    """What `mcdonald_omega` gives."""

    report: dict[str, Any]
    loadings: Any


def report_of(struct: Any) -> dict[str, Any]:
    return {name: value for name, value in fields(struct).items() if name != "reserved"}


def cronbach_alpha(x: Any, **options: Any) -> Reliability:
    """Cronbach's alpha and its kin: do the columns (items) measure one thing?

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by items, two at least.
    directions : by column, optional
        1 (default), or -1 for an item that is reversed.
    rows : str, optional
        ``"complete"`` (default): rows without a missing value. ``"pairwise"``: each covariance of the rows
        that have both, as R's package psych does by default.
    level : float, optional
        Of the confidence interval; 0.95.

    Returns
    -------
    Reliability
        ``report``: ``n`` (rows that counted; pairwise the least number of any pair), ``n_items``,
        ``n_negative`` (items with a negative correlation with the sum of the others: reversed, or out of
        place), ``n_constant`` (items that do not vary), ``alpha``, its interval ``low`` to ``high`` (Feldt
        1965), ``standardised`` (of the correlations), ``average_r``, ``lambda_6`` (Guttman 1945; NaN where an
        item is a combination of others), ``deviation`` and ``error`` (of the sum of the items: standard
        deviation, and standard error of measurement). ``items``: for each ``n``, ``mean`` and ``deviation``
        as it came, ``r_total`` and ``r_rest`` (correlations with the sum of all items and of the others),
        ``smc`` (squared multiple correlation), ``alpha_without`` and ``standardised_without`` it.

    Raises
    ------
    NiemValueError
        Fewer than two columns, or two rows that count.

    References
    ----------
    Cronbach (1951); Guttman (1945); Feldt (1965).
    """
    matrix = Matrix(x)
    filled = ALPHA.read(matrix, options)
    report = ffi.new("niem_alpha *")
    items = ffi.new("niem_alpha_item[]", matrix.shape[1])
    call(lib.niem_cronbach_alpha, report, items, matrix.struct, filled.pointer)
    rows = pd.DataFrame([fields(item) for item in items], index=matrix.columns)
    return Reliability(report_of(report[0]), rows)


def mcdonald_omega(x: Any, **options: Any) -> OneFactor:
    """McDonald's omega of one factor, which is fitted by minimum residuals.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by items, three at least.
    directions : by column, optional
        1 (default), or -1 for an item that is reversed.
    rows : str, optional
        ``"complete"`` (default) or ``"pairwise"``, as in `cronbach_alpha`.

    Returns
    -------
    OneFactor
        ``report``: ``n``, ``n_items``, ``n_heywood`` (items with a loading of 1, which make the model
        doubtful), ``steps``, ``converged`` (1 or 0), ``omega`` (of the sum of the items, by the model),
        ``standardised`` (of the sum of the standardised items), ``observed`` (the same over the observed
        variance, as R's package psych has it), ``explained`` (share of the variance), ``residual`` (root mean
        square of the correlations that the factor leaves). ``loadings``: of the correlations.

    Raises
    ------
    NiemValueError
        Fewer than three columns or two rows, or a column that does not vary.

    References
    ----------
    McDonald, Test Theory (1999); Harman & Jones (1966).
    """
    matrix = Matrix(x)
    filled = OMEGA.read(matrix, options)
    report = ffi.new("niem_omega *")
    loadings = np.empty(matrix.shape[1])
    call(lib.niem_mcdonald_omega, report, pointer(loadings), matrix.struct, filled.pointer)
    return OneFactor(report_of(report[0]), matrix.by_column(loadings))


# --- principal components ---


class Components(NamedTuple):
    """What `principal_components` gives; components are numbered from 1."""

    report: dict[str, Any]
    eigenvalues: pd.DataFrame  # eigenvalue, share, cumulated
    loadings: Any
    communalities: Any
    scores: Any
    adequacy: Any  # Kaiser-Meyer-Olkin by column
    rotated: Any  # None without a rotation
    rotated_shares: Any
    rotation: Any


def principal_components(
    x: Any, of: str = "correlations", rotation: str = "none", **options: Any
) -> Components:
    """Principal components, whether the correlations suit them, and their rotation.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators; the rows without a missing value count, more than two of them.
    of : str, optional
        ``"correlations"`` (default) or ``"covariances"``.
    rotation : str, optional
        ``"none"`` (default) or ``"varimax"`` (Kaiser 1958, normalised).
    components : int, optional
        That are kept; by default those with an eigenvalue of at least the mean one, which is 1 for
        correlations (Kaiser).
    explained : float, optional
        In place of that: keep as few as explain this share of the variance.

    Returns
    -------
    Components
        ``report``: ``n`` (rows that counted), ``n_components`` (that are kept), ``converged`` (the rotation;
        1 where there is none), ``explained`` (share of the variance), ``kmo`` (Kaiser-Meyer-Olkin),
        ``determinant`` (logarithm, of the correlations), ``bartlett``, ``df`` and ``p`` (Bartlett's test of
        sphericity); NaN where the correlations are singular. ``eigenvalues``: of all components.
        ``loadings``: eigenvector times the root of the eigenvalue, the sum of each not negative. ``scores``:
        of the rows, NaN for one with a gap. ``rotated``: by falling share, the sum of each not negative;
        ``rotation``: the loadings times this are the rotated ones.

    Raises
    ------
    NiemValueError
        Too few rows, or a column that does not vary in them.

    References
    ----------
    OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 4; Kaiser & Rice (1974); Bartlett
    (1950).
    """
    matrix = Matrix(x)
    filled = COMPONENTS.read(matrix, {"of": of, "rotation": rotation, **options})
    rows, n = matrix.shape
    sizes = {"eigenvalues": n, "shares": n, "cumulated": n, "communalities": n, "adequacy": n}
    sizes |= {"loadings": n * n, "scores": rows * n}
    if filled.pointer.rotation:
        sizes |= {"rotated": n * n, "rotated_shares": n, "rotation": n * n}
    made = {name: np.empty(size) for name, size in sizes.items()}
    arrays = ffi.new("niem_components_arrays *")
    lib.niem_components_arrays_init(arrays)
    for name, values in made.items():
        setattr(arrays, name, pointer(values))
    report = ffi.new("niem_components_report *")
    call(lib.niem_principal_components, report, arrays, matrix.struct, filled.pointer)
    return components_of(matrix, report_of(report[0]), made)


def components_of(matrix: Matrix, report: dict[str, Any], made: dict[str, Any]) -> Components:
    """The arrays in the shapes and with the labels that they have."""
    k = report["n_components"]
    numbers = range(1, k + 1)

    def cut(name: str, n: int, labels: Any) -> Optional[Any]:
        if name not in made:
            return None
        values = made[name][: n * k].reshape(n, k)
        return values if labels is None else pd.DataFrame(values, index=labels, columns=numbers)

    n = matrix.shape[1]
    table = {"eigenvalue": made["eigenvalues"], "share": made["shares"], "cumulated": made["cumulated"]}
    turned = numbers if matrix.columns is not None else None
    shares = made["rotated_shares"][:k] if "rotated_shares" in made else None
    return Components(
        report,
        pd.DataFrame(table, index=range(1, n + 1)),
        cut("loadings", n, matrix.columns),
        matrix.by_column(made["communalities"]),
        cut("scores", matrix.shape[0], matrix.index),
        matrix.by_column(made["adequacy"]),
        cut("rotated", n, matrix.columns),
        shares if shares is None or turned is None else pd.Series(shares, index=numbers),
        cut("rotation", k, turned),
    )
