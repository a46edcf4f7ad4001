"""Scores of the National Integration Evaluation Mechanism, and of any index that is a tree of indicators.

>>> import niem
>>> fw = niem.load_framework("niem")
>>> answers = niem.read_answers("answers.csv", fw)
>>> scores = niem.score(fw, answers)
>>> scores.to_frame(level="dimension", round="2021")
>>> scores.rank("overall", round="2021")
>>> scores.change("2019", "2021")
>>> scores.explain("PL", "2021", node="housing")

Everything is computed by libniem, the library in C, which gives the same bits in Python, R and C.
"""

from . import errors
from ._core import STATES
from ._core import VERSION as __version__
from .answers import Answers, read_answers
from .assessment import (
    agreement,
    check,
    codebook,
    completeness,
    data_gaps,
    disagreements,
    form,
    revision,
    revision_effects,
    standards,
    synthetic,
)
from .comparison import compare_methods, compare_scores, method_correlations
from .errors import NiemError
from .filled import read_questionnaire
from .flat import answers_from_table, framework_from_tables
from .framework import Framework, load_framework, shipped_frameworks
from .method import Method, load_method
from .methods import (
    Normaliser,
    aggregate,
    benefit_of_doubt,
    denominate,
    impute,
    normalise,
    outranking,
    screen,
    smaa,
    treat,
    weights,
    weights_ahp,
    weights_budget,
)
from .numbers import exact_mean, exact_sum, quantile, rank_values, round_significant
from .numbers import exp as exp
from .numbers import log as log
from .numbers import round as round
from .plot_results import plot_change, plot_corr, plot_sensitivity, plot_uncertainty
from .questionnaire import write_questionnaire
from .scores import Change, Scores, load_scores, score
from .sensitivity import (
    noisy_weights,
    sensitivity_indices,
    sensitivity_sample,
    sobol_sequence,
    transform_inputs,
)
from .statistics import (
    adjust_p_values,
    correlate,
    critical_value,
    cronbach_alpha,
    describe,
    mcdonald_omega,
    principal_components,
    probability,
)
from .table import Table
from .uncertain import Uncertainty, sensitivity, uncertainty

# Not among them: exp, log and round, which a star import would put in the place of Python's own.
__all__ = [
    "Answers",
    "Change",
    "Framework",
    "Method",
    "NiemError",
    "Normaliser",
    "STATES",
    "Scores",
    "Table",
    "Uncertainty",
    "__version__",
    "adjust_p_values",
    "aggregate",
    "agreement",
    "answers_from_table",
    "benefit_of_doubt",
    "check",
    "codebook",
    "compare_methods",
    "compare_scores",
    "completeness",
    "correlate",
    "critical_value",
    "cronbach_alpha",
    "data_gaps",
    "denominate",
    "describe",
    "disagreements",
    "errors",
    "exact_mean",
    "exact_sum",
    "form",
    "framework_from_tables",
    "impute",
    "load_framework",
    "load_method",
    "load_scores",
    "mcdonald_omega",
    "method_correlations",
    "noisy_weights",
    "normalise",
    "outranking",
    "plot_change",
    "plot_corr",
    "plot_sensitivity",
    "plot_uncertainty",
    "principal_components",
    "probability",
    "quantile",
    "rank_values",
    "read_answers",
    "read_questionnaire",
    "revision",
    "revision_effects",
    "round_significant",
    "score",
    "screen",
    "sensitivity",
    "sensitivity_indices",
    "sensitivity_sample",
    "shipped_frameworks",
    "smaa",
    "sobol_sequence",
    "standards",
    "synthetic",
    "transform_inputs",
    "treat",
    "uncertainty",
    "weights",
    "weights_ahp",
    "weights_budget",
    "write_questionnaire",
]
