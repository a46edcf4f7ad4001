"""What surrounds the scoring of an evaluation round: questionnaire, checks, gaps, coders, revisions,
standards.

The functions that give a frame give a `Table` with ``table=True``, whose ``to_csv(path)`` writes a form that
`read_answers` reads as it is.
"""

from __future__ import annotations

from typing import Any, Optional

from ._core import NULL, Options, buffer_bytes, encoded, make
from ._niem import lib
from .answers import Answers
from .framework import load_framework
from .method import load_method
from .scores import Scores
from .table import result

SYNTHETIC = Options("synthetic", lib.niem_synthetic_options_init)
FORM = Options("form", lib.niem_form_options_init)
CHECK = Options("check", lib.niem_check_options_init)
EFFECTS = Options("revision_effects", lib.niem_query_init)
STANDARDS = Options("standards", lib.niem_query_init, lib.niem_standards_options_init)


def handle(thing: Any, kind: Any, name: str) -> Any:
    """The handle of an object of this package; NULL for None."""
    if thing is None:
        return NULL
    if not isinstance(thing, kind):
        raise TypeError(f"{name} must be niem.{kind.__name__}, not {type(thing).__name__}")
    return thing._handle


def needed(thing: Any, kind: Any, name: str) -> Any:
    """The same where None will not do."""
    if thing is None:
        raise TypeError(f"{name} must be niem.{kind.__name__}, not None")
    return handle(thing, kind, name)


def method_handle(method: Any) -> tuple[Any, Any]:
    """The handle of whatever `load_method` takes, and the method, which must live as long."""
    if method is None:
        return NULL, None
    loaded = load_method(method)
    return loaded._handle, loaded


def form(
    framework: Any,
    unit: str,
    round: str,
    previous: Optional[Answers] = None,
    *,
    table: bool = False,
    **options: Any,
) -> Any:
    """The questionnaire of a unit and round: a row for each group and question that is asked.

    Parameters
    ----------
    framework : Framework
        Or whatever `load_framework` takes.
    unit, round : str
    previous : Answers, optional
        Earlier answers, of any rounds, to look back to.
    groups : list of str, optional
        These groups; all that a question may be asked of when not given.
    language : str, optional
        Of labels, questions, guidance and options; English when not given.
    previous_round : str, optional
        Look back to this round; to the last one before the form's when not given.
    prefill : bool, optional
        Write the previous answers into the form.

    Returns
    -------
    pandas.DataFrame
        The columns from answer to note are to be filled in; those for the reader's eyes are passed over on
        reading.
    """
    loaded = load_framework(framework)
    names = encoded(unit, "unit"), encoded(round, "round")
    filled = FORM.fill(options)
    looked = handle(previous, Answers, "previous")
    return result(lib.niem_form, loaded._handle, *names, looked, *filled.pointers, table=table)


def check(
    answers: Answers,
    previous: Optional[Answers] = None,
    method: Any = None,
    *,
    table: bool = False,
    **options: Any,
) -> Any:
    """Findings on answers, before they are scored; the errors and the largest effects first.

    Parameters
    ----------
    answers : Answers
    previous : Answers, optional
        Earlier answers to compare with; without them each round is compared with one before it in `answers`.
    method : Method, optional
        Or whatever `load_method` takes: it settles coders.
    round : str, optional
        Findings of this round only.
    previous_round : str, optional
        Compare with this round; with the unit's last one before when not given.

    Returns
    -------
    pandas.DataFrame
        severity, kind, unit, round, group, indicator, coder, message, effect (points at the top of the
        default index; NaN where there is none).
    """
    chosen, kept = method_handle(method)
    filled = CHECK.fill(options)
    both = needed(answers, Answers, "answers"), handle(previous, Answers, "previous")
    return result(lib.niem_check, *both, chosen, *filled.pointers, table=table)


def completeness(answers: Answers, method: Any = None, *, table: bool = False) -> Any:
    """How complete the answers are, by unit, round, group and facet.

    Parameters
    ----------
    answers : Answers
    method : Method, optional
        Or whatever `load_method` takes: it settles coders.

    Returns
    -------
    pandas.DataFrame
        unit, round, facet, value, asked, answered, not_applicable, missing, not_collected, not_accessible,
        not_disaggregated, share (answered of those that apply, 0-1; NaN where none does).
    """
    chosen, kept = method_handle(method)
    return result(lib.niem_completeness, needed(answers, Answers, "answers"), chosen, table=table)


def data_gaps(answers: Answers, method: Any = None, *, table: bool = False) -> Any:
    """The data gaps: completeness over the statistical indicators only.

    Parameters
    ----------
    answers : Answers
    method : Method, optional
        Or whatever `load_method` takes: it settles coders.

    Returns
    -------
    pandas.DataFrame
        unit, round, facet, value, n, available, not_collected, not_accessible, not_disaggregated, missing,
        and the five as shares of n, 0-1 (NaN where n is 0).

    Raises
    ------
    NiemUnsupportedError
        The framework has no such indicator.
    """
    chosen, kept = method_handle(method)
    return result(lib.niem_data_gaps, needed(answers, Answers, "answers"), chosen, table=table)


def agreement(answers: Answers, *, table: bool = False) -> Any:
    """Agreement of several coders: unit, round, group, cells, several, agreed, share (agreed of several,
    0-1).
    """
    return result(lib.niem_agreement, needed(answers, Answers, "answers"), table=table)


def disagreements(answers: Answers, adjudicator: Optional[str] = None, *, table: bool = False) -> Any:
    """The cells in which coders disagree, and how each rule of consensus would settle them.

    Parameters
    ----------
    answers : Answers
    adjudicator : str, optional
        The coder who decides under that rule.

    Returns
    -------
    pandas.DataFrame
        unit, round, group, indicator, coders, answers, range (points; NaN for a scale without), unanimous,
        majority, median, adjudicator.
    """
    coder = NULL if adjudicator is None else encoded(adjudicator, "adjudicator")
    return result(lib.niem_disagreements, needed(answers, Answers, "answers"), coder, table=table)


def revision(older: Answers, newer: Answers, *, table: bool = False) -> Any:
    """What a revision changed, row by row.

    Parameters
    ----------
    older, newer : Answers
        Read with the same framework.

    Returns
    -------
    pandas.DataFrame
        unit, round, group, indicator, coder, kind (added, removed, changed), columns, old_answer, new_answer,
        old_state, new_state, old_source, new_source.

    Raises
    ------
    NiemMismatchError
        Answers of another framework.
    """
    both = needed(older, Answers, "older"), needed(newer, Answers, "newer")
    return result(lib.niem_revision, *both, table=table)


def revision_effects(
    older: Answers, newer: Answers, method: Any = None, *, table: bool = False, **query: Any
) -> Any:
    """What a revision did to scores and ranks.

    Parameters
    ----------
    older, newer : Answers
        Read with the same framework.
    method : Method, optional
        Or whatever `load_method` takes.
    index, group, node, level : str, optional
        The top of the default index when not given.

    Returns
    -------
    pandas.DataFrame
        unit, round, group, node, old, new, difference (new - old), old_rank, new_rank; NaN where one has no
        value.
    """
    chosen, kept = method_handle(method)
    filled = EFFECTS.fill(query)
    both = needed(older, Answers, "older"), needed(newer, Answers, "newer")
    return result(lib.niem_revision_effects, *both, chosen, *filled.pointers, table=table)


def standards(scores: Scores, *, table: bool = False, **options: Any) -> Any:
    """Scores turned around: how well each legal standard is implemented.

    Parameters
    ----------
    scores : Scores
    by : str, optional
        ``"ref"`` (default): each citation; ``"instrument"``: each instrument.
    group, round, units, peers : optional
        As in a query.

    Returns
    -------
    pandas.DataFrame
        unit, round, group, instrument, ref, value (0-100), coverage (0-1), n, n_applicable, rank (1 is the
        furthest from met; NaN without a value).

    Raises
    ------
    NiemUnsupportedError
        No scored indicator cites a standard.
    """
    filled = STANDARDS.fill(options)
    return result(lib.niem_standards, needed(scores, Scores, "scores"), *filled.pointers, table=table)


def codebook(framework: Any, language: Optional[str] = None) -> str:
    """The framework as one HTML page that needs no network, searchable and printable.

    Parameters
    ----------
    framework : Framework
        Or whatever `load_framework` takes.
    language : str, optional
        Of the labels; English when not given.
    """
    loaded = load_framework(framework)
    tongue = NULL if language is None else encoded(language, "language")
    return buffer_bytes(lib.niem_codebook, loaded._handle, tongue).decode("utf-8")


def synthetic(framework: Any, **options: Any) -> Answers:
    """Invented answers for demonstrations, documentation and tests.

    Parameters
    ----------
    framework : Framework
        Or whatever `load_framework` takes.
    seed : int, optional
        The same seed gives the same answers everywhere; 0 when not given.
    missing : float, optional
        Share of gaps among ordinary questions, 0-1; 0.04 when not given.
    second_coder : float, optional
        Share of answers that a second coder gives too, 0-1; none when not given.
    units, rounds : list of str, optional
        The framework's own when not given.

    Returns
    -------
    Answers
        The source of every row says that it is synthetic, so that nothing can pass for a finding.
    """
    loaded = load_framework(framework)
    filled = SYNTHETIC.fill(options)
    arguments = (loaded._handle, *filled.pointers)
    return Answers(make("niem_answers", lib.niem_answers_free, lib.niem_synthetic, *arguments), loaded)
