"""docs/peers.md: what it points to is there. A link into a vector file names one of its cases, into a test one of its functions, into a
tutorial one of its headings; and no row of the tables of what there is lacks its link."""

import json
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "peers.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\[([^][]+)\]\((\S+\.(?:json|c|py|R|md))\)", TEXT)))
# What COINr 1.1.14 and Compind 3.4 export, but for methods of S3 classes.
COINR = """
    new_coin check_iData check_iMeta is.coin is.purse build_example_coin build_example_purse COIN_to_coin get_data get_dset Screen
    get_data_avail Denominate get_denom_corr Impute i_mean i_median i_mean_grp i_median_grp impute_panel Treat qTreat winsorise log_CT
    log_CT_plus log_CT_orig log_GII boxcox skew kurt check_SkewKurt Normalise qNormalise n_minmax n_zscore n_scaled n_goalposts
    n_dist2targ n_dist2ref n_dist2max n_fracmax n_rank n_prank n_borda Aggregate a_amean a_gmean a_hmean a_genmean a_copeland
    outrankMatrix get_eff_weights get_PCA get_opt_weights get_noisy_weights get_corr get_pvals get_corr_flags get_cronbach get_stats
    get_sensitivity SA_sample SA_estimate plot_uncertainty plot_sensitivity remove_elements Regen change_ind compare_coins
    compare_coins_multi compare_coins_corr Custom get_results get_unit_summary get_str_weak get_trends CAGR prc_change approx_df
    plot_framework plot_bar plot_dist plot_dot plot_scatter plot_corr import_coin_tool export_to_excel rank_df round_df signif_df
    compare_df replace_df icodes_to_inames ucodes_to_unames names_to_codes""".split()
COMPIND = """
    normalise_ci ci_bod ci_bod_constr ci_bod_constr_bad ci_bod_dir ci_bod_mdir ci_bod_var_w ci_rbod ci_mpi ci_ampi ci_generalized_mean
    ci_geom_gen ci_geom_bod_intertemp ci_mean_min ci_owa ci_ogwa ci_factor ci_factor_mixed ci_wroclaw ci_smaa_constr bandwidth_CI
    plot_M_robust_ci""".split()


def names(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return {case["name"] for case in json.loads(text)["cases"]}
    if path.suffix == ".c":
        return set(re.findall(r"^static void (\w+)\(void \*\*state\)", text, re.MULTILINE))
    if path.suffix == ".py":
        return set(re.findall(r"^def (test_\w+)\(", text, re.MULTILINE))
    if path.suffix == ".R":
        return set(re.findall(r'^test_that\("([^"]+)"', text, re.MULTILINE))
    return set(re.findall(r"^##+ (.+)$", text, re.MULTILINE))


@pytest.mark.parametrize("label, link", [pair for pair in LINKS if ("tests/" in pair[1] or "conformance/" in pair[1] or "tutorials/" in pair[1]) and pair[0] != "a test of its own"])
def test_what_is_named_is_there(label, link):
    assert label in names(DOCS / link)


def rows(text):
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_row_is_shown_by_something():
    table = [row for row in rows(TEXT) if row[-1].strip("| ") != "shown by"]
    assert len(table) > 50
    assert [row[0] for row in table if len(row) != 4 or not all(row) or "](" not in row[3]] == []


@pytest.mark.parametrize("name", COINR + COMPIND)
def test_every_function_of_the_peers_is_spoken_of(name):
    assert re.search(rf"`{re.escape(name)}[`(*]", TEXT)
