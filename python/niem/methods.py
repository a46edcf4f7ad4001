"""The methods of composite indices for a bare matrix of units (rows) by indicators (columns).

A matrix is a pandas DataFrame, or whatever NumPy makes an array of two dimensions of. Doubles are read in
place, strided views too; other numbers are converted to doubles first, text is never parsed. NaN (None, NA,
a masked element) is a missing value. An infinity, or a number beyond 1e100 in magnitude, is a NiemValueError
with its row and column, counted from 1. Inputs are never changed. For a DataFrame the results carry its
index and columns: matrices are DataFrames, numbers for each row or column are Series; otherwise they are
arrays.

Options have the names of the fields in C. A word stands for a constant: ``deviation="population"``. Where an
option has a number for each column (or row), it is a sequence in the order of the columns, one number for
all of them, or a dict or Series by the labels of the DataFrame, each of which it must have. An option that a
method does not use is refused, never ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

import numpy as np
import pandas as pd

from . import _core
from ._core import NULL, call, choices, make
from ._niem import ffi, lib
from .errors import refuse
from .numbers import pointer

BY_COLUMN = frozenset(
    "directions low high targets weights columns predictors least_shares most_shares least_weights"
    " kinds middle spread choices shares blocks".split()
)
BY_ROW = frozenset("groups units times forced".split())
LABELS = frozenset("groups units blocks".split())  # any labels: to C they are numbers


# --- matrices ---


class Matrix:
    """A `niem_matrix` over the caller's numbers, which live as long as this, and the labels of a frame."""

    def __init__(self, x: Any, name: str = "x") -> None:
        self.values = reals(x, name)
        if self.values.ndim != 2:
            raise refuse(
                "argument",
                name,
                f"must be a matrix of rows and columns, not an array of {self.values.ndim} dimensions",
            )
        if any(stride % 8 for stride in self.values.strides) or not self.values.flags.aligned:
            self.values = np.ascontiguousarray(self.values)
        self.shape = self.values.shape
        frame = isinstance(x, pd.DataFrame)
        self.index: Any = x.index if frame else None
        self.columns: Any = x.columns if frame else None
        strides = [stride // 8 for stride in self.values.strides]
        self.struct = ffi.new("niem_matrix *", [pointer(self.values), *self.shape, *strides])

    def like(self, values: Any) -> Any:
        """A matrix of the same shape, with the same labels."""
        return values if self.index is None else pd.DataFrame(values, index=self.index, columns=self.columns)

    def by_row(self, values: Any) -> Any:
        return values if self.index is None else pd.Series(values, index=self.index)

    def by_column(self, values: Any) -> Any:
        return values if self.columns is None else pd.Series(values, index=self.columns)


def reals(x: Any, name: str) -> Any:
    """Native doubles, where possible without a copy."""
    if type(x) is np.ndarray and x.dtype == np.float64 and x.dtype.isnative:
        return x
    try:
        if isinstance(x, np.ma.MaskedArray):
            x = np.where(np.ma.getmaskarray(x), np.nan, x.data)
        values = x.to_numpy() if hasattr(x, "to_numpy") else np.asarray(x)
        if values.dtype.kind not in "biufO":
            raise TypeError(f"{values.dtype} is no type of numbers")
        if values.dtype == object:
            values = without_text(values)
        return values.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError) as error:
        raise refuse("argument", name, f"must be numbers: {error}") from None


def without_text(values: Any) -> Any:
    """Python objects with NaN for each of the values that stand for none; "1.5" is no number."""
    found = next((value for value in values.flat if isinstance(value, (str, bytes))), None)
    if found is not None:
        raise TypeError(f"{found[:60]!r} is text")
    return np.where(pd.isna(values), np.nan, values)


# --- options ---


class Struct(_core.Struct):
    """An options struct in which a list may have its length in `n_columns`, or before it."""

    def __init__(self, initializer: Any) -> None:
        super().__init__(initializer)
        fields = dict(self.pointer.item.fields)
        for name in self.counts:
            own = [count for count in (f"n_{name}", "n_columns") if count in fields]
            self.counts[name] = own[0] if own else self.counts[name]
        for count in self.counts.values():
            self.fields.pop(count, None)


class Options(_core.Options):
    """The options of a function on matrices; `words` begins the names of its methods' constants."""

    def __init__(self, function: str, initializer: Any, words: str = "") -> None:
        super().__init__(function)
        self.structs = [Struct(initializer)]
        self.names = list(self.structs[0].fields)
        self.words = words

    def read(self, x: Matrix, values: Mapping[str, Any]) -> "Filled":
        given = {name.rstrip("_"): value for name, value in values.items() if value is not None}  # lambda_
        self.check_names(name.rstrip("_") for name in values)
        return Filled(self.structs, given, x, self.words)


class Filled(_core.Filled):
    """An options struct ready for a call."""

    def __init__(self, structs: Any, values: Mapping[str, Any], x: Matrix, words: str) -> None:
        self.x = x
        self.words = words
        super().__init__(structs, values)

    @property
    def pointer(self) -> Any:
        return self.pointers[0]

    def convert(self, name: str, kind: Any, value: Any) -> Any:
        if kind.cname == "double":
            if isinstance(value, (str, bytes)):
                raise refuse("argument", name, f"must be a number, not {type(value).__name__}")
            return _core.real(name, value)
        if name == "reference_row" and self.x.index is not None and not is_integer(value):
            return place(name, value, self.x.index, "row of x")
        return constant(name, value, self.words if name == "method" else f"NIEM_{name.upper()}_", kind)

    def convert_list(self, name: str, kind: Any, value: Any) -> tuple[Any, int]:
        return self.c_list(name, kind.item.cname, value)

    def c_list(self, name: str, kind: str, value: Any) -> tuple[Any, int]:
        """A list as a pointer and a length, in the order of the columns or rows that it belongs to."""
        if name in BY_COLUMN:
            value = repeated(value, self.x.shape[1], kind) if is_number(value) else value
            value = in_order(name, value, self.x.columns, "column")
        elif name in BY_ROW:
            value = in_order(name, value, self.x.index, "row")
        elif isinstance(value, Mapping):
            raise refuse("argument", name, "must be a sequence, not a dict")
        values = reals(value, name) if kind == "double" else integers(name, value)
        if values.ndim != 1 or not values.size:
            raise refuse("argument", name, "must be a sequence of one number at least, or None")
        values = self.keeping(np.ascontiguousarray(values))
        return ffi.cast(f"{kind} *", self.keeping(ffi.from_buffer(values))), values.size


def is_integer(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, np.bool_, np.number))


def repeated(value: Any, n: int, kind: str) -> Any:
    """One number for all."""
    return np.full(n, float(value)) if kind == "double" else [value] * n


def constant(name: str, value: Any, prefix: str, kind: Any) -> int:
    """An integer; or the word of a constant: ties="dense" is NIEM_TIES_DENSE, and truncate=False, where 0 is
    the default, NIEM_TRUNCATE_NO.
    """
    words = choices(prefix)
    if isinstance(value, (bool, np.bool_)) and "no" in words:
        value = "yes" if value else "no"
    if isinstance(value, str):
        return _core.meant(name, value, words)
    return _core.integer(name, value, ffi.sizeof(kind))


def integers(name: str, value: Any) -> Any:
    """Numbers for C's int32_t."""
    values = value.to_numpy() if hasattr(value, "to_numpy") else np.asarray(value, dtype=object)
    if values.ndim != 1:
        return values
    if name in LABELS:
        return numbered(name, values)
    if any(isinstance(entry, (str, bytes)) for entry in values):
        raise refuse("argument", name, "must be integers, not text")
    return np.array([_core.integer(name, entry) for entry in values], dtype=np.int32)


def numbered(name: str, values: Any) -> Any:
    """Labels of groups, units or blocks as numbers; -1, no group, is a missing label or a negative number."""
    codes = pd.factorize(values)[0].astype(np.int32)
    if name == "groups":
        codes[[is_number(entry) and bool(entry < 0) for entry in values]] = -1
    elif (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0]) + 1
        what = ("block", "weight") if name == "blocks" else ("unit", "row")
        raise refuse("value", name, f"the {what[0]} is missing; every {what[1]} belongs to one", row=row)
    return codes


def in_order(name: str, value: Any, labels: Any, kind: str) -> Any:
    """What is given by label, in the order of x; sequences as they are."""
    if not isinstance(value, (Mapping, pd.Series)):
        return value
    if labels is None:
        if isinstance(value, pd.Series):
            return value
        raise refuse("argument", name, f"the {kind}s of x have no labels; give a sequence, one for each")
    given = value if isinstance(value, pd.Series) else by_label(value)
    if given.index.equals(labels):
        return given
    if not (given.index.is_unique and labels.is_unique):
        raise refuse("ambiguous", name, f"labels of {kind}s are there twice; give a sequence, one for each")
    unknown = [label for label in given.index if label not in labels]
    if unknown:
        raise refuse("reference", name, f"{unknown[0]!r} is no {kind} of x")
    lacking = [label for label in labels if label not in given.index]
    if lacking:
        raise refuse("reference", name, f"has no entry for the {kind} {lacking[0]!r}; give one for each")
    return given.loc[labels]


def by_label(value: Mapping[Any, Any]) -> Any:
    """A dict as a series, whose numbers are what they would be in a list."""
    entries = np.empty(len(value), dtype=object)
    entries[:] = list(value.values())
    return pd.Series(entries, index=pd.Index(list(value)), dtype=object)


def place(name: str, label: Any, labels: Any, kind: str) -> int:
    """Where a label stands, from 0."""
    found = labels.get_loc(label) if label in labels else None
    if found is None:
        raise refuse("reference", name, f"{label!r} is no {kind}")
    if not isinstance(found, int):
        raise refuse("ambiguous", name, f"{label!r} is there more than once; give its place, from 0")
    return found


def fields(struct: Any) -> dict[str, Any]:
    """A struct of C as a dict."""
    return {name: getattr(struct, name) for name, _ in ffi.typeof(struct).fields}


def same_labels(name: str, given: Any, wanted: Any, message: str) -> None:
    """Rows or columns that are matched by their place must not have other labels."""
    if given is not None and wanted is not None and not given.equals(wanted):
        raise refuse("mismatch", name, message)


# --- normalisation ---


NORMALISE = Options("normalise", lib.niem_normalise_options_init, "NIEM_NORMALISE_")


def normalise(x: Any, method: Any = "minmax", **options: Any) -> Any:
    """Bring indicators of different units to one scale.

    x' below is the value times its direction.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators.
    method : str, optional
        ``"minmax"`` (default): (x' - min) / (max - min), onto [0, 100]. ``"zscore"``: (x' - mean) /
        deviation. ``"scaled"``: (x' - low) / (high - low), onto [0, 100] (Global Innovation Index).
        ``"goalposts"``: the same, cut at the posts (Human Development Index). ``"rank"``: 1 is the least
        value, so that more is better. ``"percentile_rank"``: (rank - 1) / (n - 1). ``"borda"``: rank - 1.
        ``"distance_target"``: 1 - (target - x') / (target - min); ``"distance_reference"`` and
        ``"distance_maximum"``: the same with the value of the unit in `reference_row` or the greatest one.
        ``"fraction_maximum"``: x' / max. ``"bands"``: a score for each class between percentiles.
        ``"about_mean"``: `lower`, middle or `upper` as x' is below, within or above mean -+ `threshold` *
        abs(mean). ``"ampi"``: 70 to 130 about the reference 100, for ``aggregate(method="ampi")``.
    directions : by column, optional
        1 where more is better (default), -1 where less is.
    low, high : by column, optional
        Goalposts and scaled: the posts, low < high whatever the direction. AMPI: the least and the greatest
        value over all rounds; by default those of `x`.
    targets : by column, optional
        Distance to target. AMPI: the reference values; by default the means.
    lower, upper : float, optional
        The scores' scale; [0, 100] by default, for distances and fractions [0, 1], about the mean [-1, 1].
    mean, sd : float, optional
        The mean and the standard deviation that z-scores shall have; 0 and 1.
    deviation : str, optional
        ``"sample"`` divides by n - 1 (default), ``"population"`` by n.
    ties : str, optional
        Of the methods of ranks: ``"min"`` (default), ``"max"``, ``"average"``, ``"dense"``, ``"first"``.
    tolerance : float, optional
        Ranks: neighbours that differ by at most this tie; 0.
    truncate : bool or str, optional
        Whether what lies beyond the posts, the target or the fitted extremes is cut there; by default for
        goalposts only.
    logarithmic : bool, optional
        Goalposts: of the logarithms of values and posts, which must be positive.
    negative_maximum : bool, optional
        Fraction of the maximum: go on where the greatest x' of a column is negative.
    threshold : float, optional
        About the mean; 0.2.
    constant : float, optional
        The score of every value of a column in which all are the same, where the method divides by their
        spread; by default such a column is refused.
    reference_row : int or label, optional
        From 0, or a label of the DataFrame's index.
    cuts, scores : sequence of float, optional
        Bands: percentiles as shares in (0, 1), rising (type 7; .15 .25 .65 .85 .95), and one score more than
        there are cuts (evenly from `lower` to `upper`). A value at a cut is above it.

    Returns
    -------
    numpy.ndarray or pandas.DataFrame
        Of the shape of `x`. A missing value stays missing and counts for nobody.

    Raises
    ------
    NiemValueError
        An infinity; a column in which all values are the same.
    NiemArgumentError
        An unknown method, an option that the method does not use, a list of the wrong length.

    References
    ----------
    OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 5; Mazziotta & Pareto (2016).
    """
    matrix = Matrix(x)
    filled = NORMALISE.read(matrix, {"method": method, **options})
    out = np.empty(matrix.shape)
    call(lib.niem_normalise, pointer(out), matrix.struct, filled.pointer)
    return matrix.like(out)


class Normaliser(_core.Immutable):
    """What a normalisation learned on one matrix (all rounds together, or a base round), to apply to others.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        The matrix to learn from: extremes, means, deviations, ranks of its columns.
    method, **options
        As `normalise` has them.

    Raises
    ------
    NiemUnsupportedError
        Ranks with ``ties="first"`` or a tolerance, which belong to one matrix.

    Notes
    -----
    What it holds in C is freed with it.
    """

    def __init__(self, x: Any, method: Any = "minmax", **options: Any) -> None:
        matrix = Matrix(x)
        filled = NORMALISE.read(matrix, {"method": method, **options})
        free = lib.niem_normaliser_free
        self._handle = make("niem_normaliser", free, lib.niem_normaliser_fit, matrix.struct, filled.pointer)
        self._columns = matrix.columns

    def apply(self, x: Any) -> Any:
        """Normalise a matrix by what was learned.

        Parameters
        ----------
        x : array_like or pandas.DataFrame, 2-D
            With the columns of the fitted matrix, in their order.

        Returns
        -------
        numpy.ndarray or pandas.DataFrame
            Applied to the fitted matrix, what `normalise` gives. A value beyond the fitted extremes gets a
            score beyond the scale (unless truncated), or the rank that it would have had, at most n.

        Raises
        ------
        NiemMismatchError
            Other columns than those of the fit.
        NiemValueError
            A value in a column that had none in the fit.
        """
        matrix = Matrix(x)
        same_labels("x", matrix.columns, self._columns, "has other columns than the fit, or in another order")
        out = np.empty(matrix.shape)
        call(lib.niem_normaliser_apply, pointer(out), self._handle, matrix.struct)
        return matrix.like(out)


# --- aggregation ---


AGGREGATE = Options("aggregate", lib.niem_aggregate_options_init, "NIEM_AGGREGATE_")
OUTRANKING = Options("outranking", lib.niem_aggregate_options_init)


def aggregate(x: Any, method: Any = "arithmetic", **options: Any) -> Any:
    """One number for each unit.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators. Missing values are skipped and the weights of the others count for all.
    method : str, optional
        ``"arithmetic"`` (default), ``"geometric"``, ``"harmonic"``, ``"power"``: means; the geometric and
        the harmonic one of positive values, the power mean of positive ones, or 0 for a positive `power`.
        ``"median"``, ``"minimum"``, ``"maximum"``. ``"owa"``: ordered weighted average (Yager 1988),
        ``"ogwa"``: the same of logarithms, of positive values.
        ``"mean_min"``: Casadio Tarabusi & Guarini (2013). ``"mpi"``: Mazziotta & Pareto, of indicators
        standardised to mean 100 and sd 10; ``"ampi"``: after ``normalise(method="ampi")``. ``"copeland"``:
        units outranked less units that outrank. ``"borda"``: sum over criteria of the units beaten, half of
        those tied with. ``"wroclaw"``: distance from the best values (Florek et al. 1952), where 0 is the
        ideal.
    weights : by column, optional
        Finite, not negative, not all zero; equal when not given. OWA, OGWA, MPI and AMPI have none.
    order_weights : sequence of float, optional
        OWA, OGWA: weights of places, the first of the greatest value.
    power : float, optional
        In [-1000, 1000]; 1. For 0 the geometric mean.
    alpha, beta : float, optional
        Mean-min: in [0, 1], 0.5; not negative, 0.
    offset : float, optional
        Geometric, harmonic, power: added to every value before, and taken from the mean after; 0.
    penalty : int, optional
        MPI, AMPI: -1 for an index where more is better (default), 1 where more is worse.
    deviation : str, optional
        MPI and Wroclaw (``"sample"`` by default), AMPI (``"population"``).
    ties : str, optional
        Borda: ``"average"`` (default), ``"min"``, ``"max"``, ``"dense"``, ``"first"``.
    tolerance : float, optional
        Copeland, Borda: values that differ by at most this tie; 0.
    min_available : float, optional
        A row with a smaller share of values gets NaN; in [0, 1], 0.

    Returns
    -------
    numpy.ndarray or pandas.Series
        One number for each row; NaN for a row without a value, or whose values have no weight.

    Raises
    ------
    NiemValueError
        A value that the method has no room for, with its row and column: 0 and below in a geometric mean.

    References
    ----------
    OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 6.
    """
    matrix = Matrix(x)
    filled = AGGREGATE.read(matrix, {"method": method, **options})
    out = np.empty(matrix.shape[0])
    call(lib.niem_aggregate, pointer(out), matrix.struct, filled.pointer)
    return matrix.by_row(out)


def outranking(x: Any, weights: Any = None, tolerance: float = 0.0) -> Any:
    """How much weight speaks for each unit against each other one.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by criteria; more is better.
    weights : by column, optional
        Finite, not negative, not all zero; equal when not given.
    tolerance : float, optional
        Values that differ by at most this tie.

    Returns
    -------
    numpy.ndarray or pandas.DataFrame
        Units by units: the share, in [0, 1], of the weight of the criteria that both have on which the row is
        better than the column, ties by half. The diagonal is 1; NaN for two units without a criterion in
        common. Element (i, k) and (k, i) add up to 1.

    References
    ----------
    OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 6: the non-compensatory approach.
    """
    matrix = Matrix(x)
    filled = OUTRANKING.read(matrix, {"weights": weights, "tolerance": tolerance})
    given = filled.pointer
    out = np.empty((matrix.shape[0], matrix.shape[0]))
    call(lib.niem_outranking, pointer(out), matrix.struct, given.weights, given.n_weights, given.tolerance)
    return out if matrix.index is None else pd.DataFrame(out, index=matrix.index, columns=matrix.index)


# --- treatment ---


TREAT = Options("treat", lib.niem_treat_options_init)


class Treated(NamedTuple):
    """What `treat` gives."""

    values: Any  # the treated matrix
    report: pd.DataFrame  # a row for each column of the matrix
    marks: Any  # what was done to each value, a sum of: 1 winsorised from above, 2 from below, 4 transformed


def treat(x: Any, **options: Any) -> Treated:
    """Treat outliers: winsorise, test again, transform where that failed.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators. For a panel stack the rounds: they are then treated alike and still compare.
    skewness, kurtosis : float, optional
        Thresholds, 2 and 3.5 (type 2); a column passes below either.
    winsorise : bool, optional
        The first treatment; True.
    max_points : int, optional
        That are winsorised in a column, of both ends; 5. Tied points move together, and never so that all
        values would be the same.
    transform : str, optional
        The second treatment: ``"log_ct"`` (default), ln(x - min + 0.01 (max - min)), the COIN Tool's as
        COINr has it; ``"log_ct_shift"``, ln(x - min + 1); ``"log_ct_signed"``, the first, mirrored where
        skewness is negative; ``"log_gii"``, the Global Innovation Index's; ``"log"``; ``"box_cox"``;
        ``"yeo_johnson"``; ``"none"``.
    combine : bool, optional
        The second begins with the winsorised values; by default with the original ones.
    force : bool, optional
        The first treatment that is switched on is done to every column, tested or not.
    make_positive : bool, optional
        Box-Cox: of x - min + 1.
    factor : float, optional
        Of ``"log_gii"``; 1.
    lambda_ : float, optional
        Box-Cox, Yeo-Johnson (with an underscore, since Python keeps the word for itself); by default the one
        of maximum likelihood within [-5, 5].
    columns : by column, optional
        1 (True) for a column that may be treated, 0 for one that is left; all may by default.

    Returns
    -------
    Treated
        ``values``: of the shape of `x`, missing values stay missing. ``report``: for each column ``treated``
        (a sum of 1 winsorised and 2 transformed), ``passes`` (1 or 0 at the end; -1: cannot be tested, with
        fewer than 4 values or all the same), ``n_high`` and ``n_low`` (points winsorised),
        ``skewness_before``, ``kurtosis_before``, ``skewness``, ``kurtosis``, ``lambda`` (NaN where there is
        none). ``marks``: int32, for each value a sum of 1 winsorised from above, 2 from below, 4
        transformed.

    Raises
    ------
    NiemValueError
        A value that the transformation has no room for: 0 and below in a logarithm.

    References
    ----------
    OECD & JRC, Handbook on Constructing Composite Indicators (2008); JRC COIN Tool; COINr.
    """
    matrix = Matrix(x)
    filled = TREAT.read(matrix, options)
    out, marks = np.empty(matrix.shape), np.empty(matrix.shape, np.int32)
    report = ffi.new("niem_treatment[]", matrix.shape[1])
    places = ffi.cast("int32_t *", pointer(marks))
    call(lib.niem_treat, pointer(out), report, places, matrix.struct, filled.pointer)
    rows = pd.DataFrame([fields(entry) for entry in report], index=matrix.columns)
    return Treated(matrix.like(out), rows, matrix.like(marks))


# --- weights ---


WEIGHTS = Options("weights", lib.niem_weights_options_init, "NIEM_WEIGHTS_")
BENEFIT = Options("benefit_of_doubt", lib.niem_benefit_options_init)


class Weights(NamedTuple):
    """What `weights` gives."""

    weights: Any
    shares: Any  # influence, infomax: shares of the correlations reached; otherwise the weights
    report: dict[str, Any]


def weights(x: Any, method: Any = "equal", **options: Any) -> Weights:
    """Weights from the data.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators. PCA, influence and infomax use the rows without a missing value, of which they
        need more than two; the others use what each column (or pair) has.
    method : str, optional
        ``"equal"`` (default). ``"pca"``: communalities on the first principal components of the
        correlations, over their sum. ``"entropy"``: 1 - Shannon entropy of a column's shares (Zeleny 1982),
        of values that are not negative. ``"critic"``: Diakoulaki et al. (1995). ``"deviation"``: standard
        deviations of the values as they are, so normalise first. ``"influence"``: such that the correlations
        of the columns with the weighted mean are to one another as the targets are. ``"infomax"``: such that
        the mean of these correlations is greatest.
    deviation : str, optional
        CRITIC, deviation: ``"sample"`` (default) or ``"population"``.
    components : int, optional
        PCA: 1; 0 takes those with an eigenvalue of at least 1 (Kaiser).
    targets : by column, optional
        Influence: shares of the correlations, positive, of any sum; equal when not given.
    correlation : str, optional
        Influence, infomax: ``"pearson"`` (default; the weights are solved for), ``"spearman"`` or
        ``"kendall"``, step functions of the weights, which are searched for.
    max_evaluations : int, optional
        Of the search; 20000.

    Returns
    -------
    Weights
        ``weights``: one for each column, not negative, with the sum 1. ``shares``: for influence and infomax
        the shares of the correlations, otherwise the weights. ``report``: ``reached`` (influence: 1 where
        every target is met within 1e-9), ``n_zero`` (columns with a weight of 0), ``n_rows`` (that were
        used), ``departure`` (influence: greatest difference of the shares from what was wanted),
        ``explained`` (PCA: share of the variance), ``mean_correlation`` (influence, infomax), ``evaluations``
        and ``converged`` (of a search; 0 and 1 where the weights were solved for).

    Raises
    ------
    NiemValueError
        A column without spread (PCA, influence, infomax), or no column with any.
    """
    matrix = Matrix(x)
    filled = WEIGHTS.read(matrix, {"method": method, **options})
    out, shares = np.empty(matrix.shape[1]), np.empty(matrix.shape[1])
    report = ffi.new("niem_weights_report *")
    call(lib.niem_weights, pointer(out), pointer(shares), report, matrix.struct, filled.pointer)
    told = fields(report[0])
    del told["reserved"]
    return Weights(matrix.by_column(out), matrix.by_column(shares), told)


def weights_budget(points: Any) -> Any:
    """Weights by budget allocation: experts share out points among indicators.

    Parameters
    ----------
    points : array_like or pandas.DataFrame, 2-D
        Experts by indicators; not negative, of any sum. A blank is no points.

    Returns
    -------
    numpy.ndarray or pandas.Series
        The mean of the experts' shares, one for each indicator, with the sum 1.

    Raises
    ------
    NiemValueError
        Negative points, or an expert without any.
    """
    matrix = Matrix(points, "points")
    out = np.empty(matrix.shape[1])
    call(lib.niem_weights_budget, pointer(out), matrix.struct)
    return matrix.by_column(out)


class Hierarchy(NamedTuple):
    """What `weights_ahp` gives."""

    weights: Any
    ratio: float  # Saaty's consistency ratio
    eigenvalue: float


def weights_ahp(comparisons: Any) -> Hierarchy:
    """Weights by the analytic hierarchy process (Saaty 1980).

    Parameters
    ----------
    comparisons : array_like or pandas.DataFrame, 2-D
        Indicators by indicators, at most 15: how many times the row is more important than the column,
        positive, with a_ik a_ki = 1. One of the two may be missing.

    Returns
    -------
    Hierarchy
        ``weights``: one for each indicator, with the sum 1. ``ratio``: the consistency ratio; above 0.1 the
        comparisons contradict each other too much. ``eigenvalue``: the greatest one.

    Raises
    ------
    NiemValueError
        A comparison that is not positive, or that its counterpart contradicts.
    NiemMismatchError
        Rows of a DataFrame that have other labels than its columns.
    """
    matrix = Matrix(comparisons, "comparisons")
    if not isinstance(matrix.index, pd.RangeIndex):
        same_labels("comparisons", matrix.index, matrix.columns, "rows and columns have different labels")
    out, ratio, eigenvalue = np.empty(matrix.shape[1]), ffi.new("double *"), ffi.new("double *")
    call(lib.niem_weights_ahp, pointer(out), ratio, eigenvalue, matrix.struct)
    return Hierarchy(matrix.by_column(out), float(ratio[0]), float(eigenvalue[0]))


class Benefit(NamedTuple):
    """What `benefit_of_doubt` gives."""

    scores: Any
    weights: Any  # a row for each unit


def benefit_of_doubt(x: Any, **options: Any) -> Benefit:
    """Benefit of the doubt: each unit has the weights that are best for it and give no unit more than 1.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators; not negative, more is better.
    least_shares, most_shares : by column, optional
        Of an indicator in each unit's score, in [0, 1]; 0 and 1.

    Returns
    -------
    Benefit
        ``scores``: in [0, 1], one for each row; a unit with a missing value has NaN, and sets no standard for
        others. ``weights``: of the shape of `x`.

    Raises
    ------
    NiemValueError
        A negative value; shares that cannot add up to 1.

    References
    ----------
    Cherchye, Moesen, Rogge & Van Puyenbroeck (2007).
    """
    matrix = Matrix(x)
    filled = BENEFIT.read(matrix, options)
    out, chosen = np.empty(matrix.shape[0]), np.empty(matrix.shape)
    call(lib.niem_benefit_of_doubt, pointer(out), pointer(chosen), matrix.struct, filled.pointer)
    return Benefit(matrix.by_row(out), matrix.like(chosen))


SMAA = Options("smaa", lib.niem_smaa_options_init)


class Acceptability(NamedTuple):
    """What `smaa` gives."""

    acceptability: Any  # a row for each unit, a column for each rank
    mean_ranks: Any
    central_weights: Any  # a row for each unit


def smaa(x: Any, *, threads: int = 0, progress: Any = None, **options: Any) -> Acceptability:
    """Stochastic multicriteria acceptability analysis: which ranks units have over all possible weights.

    Weights are drawn uniformly among all that are not negative and add up to 1. The same seed gives the same
    bits, whatever the number of threads.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators on one scale, more is better: normalise first. Missing values are skipped and the
        weights of the others count for all.
    replicates : int, optional
        10000.
    seed : int, optional
        1.
    least_weights : by column, optional
        Below which no weight is drawn; adding up to at most 1.
    tolerance : float, optional
        Scores that differ by at most this tie; 1e-9.
    threads, progress : optional
        As for `score`.

    Returns
    -------
    Acceptability
        ``acceptability``: shares of the replicates, a row for each unit and a column for each rank, from 1.
        ``mean_ranks``: one for each unit. ``central_weights``: the mean of the weights with which the unit is
        first; NaN where it never is.

    References
    ----------
    Lahdelma & Salminen (2001).
    """
    matrix = Matrix(x)
    filled = SMAA.read(matrix, options)
    n = matrix.shape[0]
    shares: Any = np.empty((n, n))
    ranks, central = np.empty(n), np.empty(matrix.shape)
    results = pointer(shares), pointer(ranks), pointer(central)
    with _core.execution(threads, progress) as running:
        call(lib.niem_smaa, *results, matrix.struct, filled.pointer, running)
    if matrix.index is not None:
        shares = pd.DataFrame(shares, index=matrix.index, columns=range(1, n + 1))
    return Acceptability(shares, matrix.by_row(ranks), matrix.like(central))


# --- imputation ---


IMPUTE = Options("impute", lib.niem_impute_options_init, "NIEM_IMPUTE_")


class Imputed(NamedTuple):
    """What `impute` gives."""

    values: Any
    marks: Any  # 0 not imputed, 1 imputed, 2 by the fallback
    sources: Any  # latest, constant: the row, from 0, that a value is of; -1 elsewhere
    report: dict[str, Any]


def impute(x: Any, method: Any = "mean", **options: Any) -> Imputed:
    """Fill in missing values. An observed value is never changed.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators. What is not applicable is no gap: leave its rows out.
    method : str, optional
        ``"mean"`` (default), ``"median"``: of the column, in the row's group. ``"row_mean"``,
        ``"row_median"``: normalise first. ``"latest"``: the unit's last earlier value. ``"linear"``: between
        the unit's neighbouring observations in time; ``"linear_constant"``: the same, beyond the first and
        the last their values; ``"constant"``: the unit's last earlier observation, else its first later one,
        a step function over time. ``"neighbours"``: mean of the rows nearest by Gower's distance (1971).
        ``"regression"``: least squares on the predictors that the row has. ``"em"``: multivariate normal,
        maximum likelihood (Dempster, Laird & Rubin 1977).
    groups : by row, optional
        Mean, median: the group of each row, any labels; a missing one, or a negative number, is none.
    fallback : bool, optional
        Mean, median with groups: take the whole column for a row without a group, or whose group has no
        value.
    units, times : by row, optional
        Latest, linear, constant: which unit a row is (any labels), and its time, once for each unit.
    max_age : float, optional
        Latest: in the units of `times`; any by default.
    neighbours : int, optional
        5.
    predictors : by column, optional
        Regression: 1 (True) for columns that predict; all by default.
    tolerance : float, optional
        EM: stop when no mean or covariance of the standardised columns moves by more; 1e-8.
    max_iterations : int, optional
        EM: 1000.

    Returns
    -------
    Imputed
        ``values``: of the shape of `x`; gaps for which there was nothing to go by stay NaN. ``marks``:
        int32, 0 not imputed, 1 imputed, 2 by the fallback. ``sources``: int64, the row (from 0) that
        ``"latest"`` or ``"constant"`` took a value from, -1 elsewhere. ``report``: ``n_missing`` (before), ``n_imputed``,
        ``n_left``, ``iterations`` (EM).

    Raises
    ------
    NiemLimitError
        EM does not converge.
    NiemValueError
        EM: a column without a value, or covariances that are singular.
    """
    matrix = Matrix(x)
    filled = IMPUTE.read(matrix, {"method": method, **options})
    out, report = np.empty(matrix.shape), ffi.new("niem_impute_report *")
    marks, sources = np.empty(matrix.shape, np.int32), np.empty(matrix.shape, np.int64)
    places = ffi.cast("int32_t *", pointer(marks)), ffi.cast("int64_t *", pointer(sources))
    call(lib.niem_impute, pointer(out), *places, report, matrix.struct, filled.pointer)
    return Imputed(matrix.like(out), matrix.like(marks), matrix.like(sources), fields(report[0]))


# --- screening and denomination ---


SCREEN = Options("screen", lib.niem_screen_options_init, "NIEM_SCREEN_")


class Screened(NamedTuple):
    """What `screen` gives."""

    keep: Any
    available: Any
    nonzero: Any


def screen(x: Any, method: Any = "missing", **options: Any) -> Screened:
    """Which units have enough data.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators; for a group of indicators give its columns.
    method : str, optional
        ``"missing"`` (default), ``"zeros"`` or ``"both"``.
    min_available : float, optional
        Share of values that a unit must have; 2/3.
    min_nonzero : float, optional
        Share of these that must not be 0; 0.05.
    forced : by row, optional
        1: in, -1: out, 0: as screened.

    Returns
    -------
    Screened
        ``keep``: bool, one for each row, so that ``x[keep]`` holds the units that are kept. ``available`` and
        ``nonzero``: the shares, in [0, 1]; ``nonzero`` is NaN for a row without a value, which fails.

    References
    ----------
    OECD & JRC, Handbook on Constructing Composite Indicators (2008), steps 2 and 3.
    """
    matrix = Matrix(x)
    filled = SCREEN.read(matrix, {"method": method, **options})
    n = matrix.shape[0]
    keep, available, nonzero = np.empty(n, np.int32), np.empty(n), np.empty(n)
    shares = pointer(available), pointer(nonzero)
    call(lib.niem_screen, ffi.cast("int32_t *", pointer(keep)), *shares, matrix.struct, filled.pointer)
    return Screened(matrix.by_row(keep != 0), matrix.by_row(available), matrix.by_row(nonzero))


def denominate(x: Any, denominators: Any, which: Any, scales: Any = None) -> Any:
    """Divide indicators by others: per head, per area.

    Parameters
    ----------
    x : array_like or pandas.DataFrame, 2-D
        Units by indicators.
    denominators : array_like or pandas.DataFrame, 2-D
        The same units by denominators.
    which : by column
        The column of `denominators` for each column of `x`: its place from 0, or its label in a DataFrame; -1
        or None for none.
    scales : by column, optional
        What a column is multiplied by; 1. None where there is no denominator.

    Returns
    -------
    numpy.ndarray or pandas.DataFrame
        x * scale / denominator. NaN where the value or the denominator is missing.

    Raises
    ------
    NiemValueError
        A denominator below a value that is not positive.
    NiemMismatchError
        DataFrames with different indexes.
    """
    matrix, below = Matrix(x), Matrix(denominators, "denominators")
    same_labels("denominators", below.index, matrix.index, "has other rows than x, or in another order")
    filled = Filled([], {}, matrix, "")
    wanted = in_order("which", which, matrix.columns, "column")
    places = [denominator(entry, below.columns) for entry in wanted]
    chosen, n = filled.c_list("which", "int32_t", places)
    scale = NULL if scales is None else scale_list(filled, scales, matrix, n)
    out = np.empty(matrix.shape)
    call(lib.niem_denominate, pointer(out), matrix.struct, below.struct, chosen, scale, n)
    return matrix.like(out)


def denominator(entry: Any, labels: Optional[pd.Index]) -> Any:
    """The place of a denominator, from 0; -1 for none."""
    if entry is None or (isinstance(entry, float) and entry != entry) or entry is pd.NA:
        return -1
    if labels is None or is_integer(entry):
        return entry
    return place("which", entry, labels, "column of denominators")


def scale_list(filled: Filled, scales: Any, matrix: Matrix, n: int) -> Any:
    """C has one length for both lists."""
    scales = [scales] * n if is_number(scales) else scales
    found, n_scales = filled.c_list("scales", "double", in_order("scales", scales, matrix.columns, "column"))
    if n_scales != n:
        raise refuse("argument", "scales", f"has {n_scales} entries where {n} are expected, one for each")
    return found
