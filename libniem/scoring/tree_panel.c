/* Scoring an index of weighted means over the whole panel: rows in blocks, and in a block all of its units, rounds and
 * groups side by side, a lane each (tree_lanes.h). Answers are loaded into the lanes of their leaves tile by tile, then
 * node after node is made from the leaves up, and published. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/threads.h"
#include "model/goalposts.h"
#include "scoring/plan.h"
#include "scoring/tree_lanes.h"

#include <string.h>

enum { NODE_ARRAYS = 12 };

/* The scratch space of one worker. Leaf arrays stand by leaf of the index, node arrays by inner node, each TREE_LANES
 * wide. */
typedef struct block {
  double *hi, *lo; /* of the leaves */
  double *nodes[NODE_ARRAYS];
  int64_t *next;     /* of each lane's cell: the first answer that is not loaded */
  ni_leaf **members; /* for merges over common indicators: leaves of each member */
  ni_node_value *member_nodes;
} block;

/* How the scores of a leaf come into its lanes. */
enum {
  FROM_POINTS,  /* of the options */
  FROM_NUMBERS, /* the lanes hold the numbers, which goalposts make into scores when the leaf is added */
  FROM_LEAVES   /* one by one: a checklist, a logarithm */
};

/* An indicator as a leaf of the index. Leaves of the index stand in the order of the framework, as a cell's answers
 * do. */
typedef struct leaf_source {
  int32_t slot; /* its place among the leaves; -1: none */
  uint8_t from;
  uint8_t asked_of_all; /* groups */
  const double *points;
} leaf_source;

/* Indicators [from, to) of the framework and their leaves: few enough for their lanes to stay in the nearest cache
 * while they are loaded. */
enum { TILE = 128 };
typedef struct tile {
  int32_t from, to;
  int32_t slot, n_slots;
  int32_t open; /* all of them are leaves, asked of all groups */
} tile;

typedef struct scoring {
  niem_scores *scores;
  const ni_plan *plan;
  const ni_index *index;
  const ni_missing_rule *missing;
  ni_score *out;
  leaf_source *leaves;     /* by indicator */
  ni_goalposts *goalposts; /* by indicator, where leaves come from numbers */
  double *unanswered;      /* what stands in the lanes of a leaf without a row: a gap, or not applicable */
  int32_t whole;           /* no leaf is made one by one: nothing in lo */
  int32_t n_own;
  int32_t rows_at_once;
  int32_t lanes;        /* rows_at_once x groups of their own, in whole multiples of TREE_LANES */
  int32_t most_members; /* of a merge over common indicators; 0 */
  block *blocks;
} scoring;

static void free_block(block *b, int32_t members) {
  ni_free(b->hi);
  ni_free(b->lo);
  ni_free(b->nodes[0]);
  ni_free(b->next);
  for (int32_t k = 0; b->members != NULL && k < members; k++) {
    ni_free(b->members[k]);
  }
  ni_free(b->members);
  ni_free(b->member_nodes);
}

static int make_block(block *b, const scoring *sc) {
  const size_t leaf_size = (size_t)sc->index->n_leaves * (size_t)sc->lanes;
  const size_t node_size = (size_t)sc->index->n_inner * (size_t)sc->lanes;
  b->hi = ni_alloc(leaf_size, sizeof(double));
  b->lo = ni_alloc(sc->whole ? 0 : leaf_size, sizeof(double));
  b->nodes[0] = ni_alloc_zero(NODE_ARRAYS * node_size, sizeof(double));
  b->next = ni_alloc((size_t)sc->lanes, sizeof *b->next);
  b->members = ni_alloc_zero((size_t)sc->most_members, sizeof *b->members);
  b->member_nodes = ni_alloc((size_t)sc->most_members * (size_t)sc->index->n_nodes, sizeof *b->member_nodes);
  if (b->hi == NULL || b->lo == NULL || b->nodes[0] == NULL || b->next == NULL || b->members == NULL ||
      b->member_nodes == NULL) {
    return 0;
  }
  for (size_t a = 1; a < NODE_ARRAYS; a++) {
    b->nodes[a] = b->nodes[0] + a * node_size;
  }
  for (int32_t k = 0; k < sc->most_members; k++) {
    b->members[k] = ni_alloc((size_t)sc->scores->framework->n_indicators, sizeof **b->members);
    if (b->members[k] == NULL) {
      return 0;
    }
  }
  return 1;
}

static node_lanes node_at(const block *b, const scoring *sc, int32_t inner, int32_t first_lane) {
  const size_t at = (size_t)inner * (size_t)sc->lanes + (size_t)first_lane;
  node_lanes lanes = {b->nodes[0] + at, b->nodes[1] + at, b->nodes[2] + at,  b->nodes[3] + at,
                      b->nodes[4] + at, b->nodes[5] + at, b->nodes[6] + at,  b->nodes[7] + at,
                      b->nodes[8] + at, b->nodes[9] + at, b->nodes[10] + at, b->nodes[11] + at};
  return lanes;
}

/* The leaves of a tile as if there were no answers: a gap where the group is asked, not applicable elsewhere and in
 * lanes beyond the rows. */
static void clear_tile(const scoring *sc, const block *b, tile t, int32_t used) {
  const size_t lanes = (size_t)sc->lanes;
  const size_t from = (size_t)t.slot * lanes;
  const size_t n = (size_t)t.n_slots * lanes;
  memcpy(b->hi + from, sc->unanswered + from, n * sizeof(double));
  if (!sc->whole) {
    memset(b->lo + from, 0, n * sizeof(double));
  }
  for (size_t leaf = from; leaf < from + n && used < sc->lanes; leaf += lanes) {
    for (int32_t lane = used; lane < sc->lanes; lane++) {
      b->hi[leaf + (size_t)lane] = NOT_APPLICABLE;
    }
  }
}

/* What conditions say of a cell's questions, before its answers are looked at. */
static void clear_by_conditions(const scoring *sc, const block *b, tile t, int32_t lane, const uint8_t *applies) {
  for (int32_t i = t.from; i < t.to; i++) {
    if (sc->leaves[i].slot >= 0) {
      const size_t place = (size_t)sc->leaves[i].slot * (size_t)sc->lanes + (size_t)lane;
      b->hi[place] = applies[i] == NI_APPLIES_NOT ? NOT_APPLICABLE : GAP;
    }
  }
}

/* Answers of a cell from place `at` on into their lane: where the tile is open, up to the first that needs a closer
 * look. Its place is returned, or where the tile or the cell ends. (A loop without calls, or it would be slower by
 * half.) */
static int64_t load_open(const scoring *sc, const block *b, int64_t at, int64_t end, tile t, int32_t lane) {
  const ni_answer_rows rows = sc->scores->answers->rows;
  const leaf_source *leaves = sc->leaves;
  const int64_t lanes = sc->lanes;
  const int64_t first =
      (t.slot - t.from) * lanes + lane; /* in an open tile leaves follow each other as indicators do */
  for (; at < end && rows.indicator[at] < t.to && rows.state[at] == NIEM_ANSWERED; at++) {
    const leaf_source *source = &leaves[rows.indicator[at]];
    double *own = &b->hi[rows.indicator[at] * lanes + first];
    if (source->from == FROM_NUMBERS) {
      *own = rows.value[at].number;
    } else if (source->from == FROM_POINTS) {
      *own = source->points[rows.value[at].option];
    } else {
      break;
    }
  }
  return at;
}

/* One answer into its lane, which is a gap or not applicable so far. Of a question that may or may not apply (`known`
 * is 0) an answer counts as a gap. */
static void load_answer(const scoring *sc, const block *b, int64_t at, int32_t indicator, int32_t lane, int known) {
  const niem_scores *scores = sc->scores;
  const leaf_source *source = &sc->leaves[indicator];
  const size_t place = (size_t)source->slot * (size_t)sc->lanes + (size_t)lane;
  const int32_t state = scores->settled == NULL ? scores->answers->rows.state[at] : scores->settled[at].state;
  const ni_value value = scores->settled == NULL ? scores->answers->rows.value[at] : scores->settled[at].value;
  if (source->slot < 0 || b->hi[place] != GAP) { /* no leaf of this index; not asked; does not apply */
    return;
  }
  if (state == NIEM_NOT_APPLICABLE) {
    b->hi[place] = NOT_APPLICABLE;
  } else if (state != NIEM_ANSWERED || !known) {
    b->hi[place] = GAP;
  } else if (source->from == FROM_NUMBERS) {
    b->hi[place] = value.number;
  } else if (source->from == FROM_POINTS) {
    b->hi[place] = source->points[value.option];
  } else {
    const ni_leaf leaf = ni_scores_leaf_at(scores, at, lane % sc->n_own, indicator);
    b->hi[place] = leaf.score.hi;
    b->lo[place] = leaf.score.lo;
  }
}

/* The answers of a cell from place `at` on, as far as they belong to the tile, into a lane that is cleared; where they
 * end is returned. `applies` is NULL where no question hangs on a condition. */
static int64_t load_answers(const scoring *sc, const block *b, int64_t at, int64_t end, tile t, int32_t lane,
                            const uint8_t *applies) {
  const niem_scores *scores = sc->scores;
  for (; at < end; at++) {
    at = t.open && applies == NULL ? load_open(sc, b, at, end, t, lane) : at;
    if (at == end) {
      break;
    }
    const int32_t indicator =
        scores->settled == NULL ? scores->answers->rows.indicator[at] : scores->settled[at].indicator;
    if (indicator >= t.to) {
      break;
    }
    load_answer(sc, b, at, indicator, lane, applies == NULL || applies[indicator] != NI_APPLIES_UNKNOWN);
  }
  return at;
}

static void load_tile(const scoring *sc, const block *b, tile t, int64_t begin, int64_t end) {
  const niem_scores *scores = sc->scores;
  const int32_t used = (int32_t)(end - begin) * sc->n_own;
  clear_tile(sc, b, t, used);
  for (int32_t lane = 0; lane < used; lane++) {
    const int64_t cell = begin * sc->n_own + lane;
    const uint8_t *applies = NULL;
    if (scores->applies != NULL) {
      applies = scores->applies + cell * scores->framework->n_indicators;
      clear_by_conditions(sc, b, t, lane, applies);
    }
    const int64_t from = t.from == 0 ? scores->cell_start[cell] : b->next[lane];
    const int64_t to = scores->cell_start[cell + 1];
    b->next[lane] = load_answers(sc, b, from, to, t, lane, applies);
  }
}

/* The leaves of rows [begin, end) into their lanes. */
static void load_rows(const scoring *sc, const block *b, int64_t begin, int64_t end) {
  tile t = {0, 0, 0, 0, 0};
  while (t.to < sc->scores->framework->n_indicators) {
    t.from = t.to;
    t.slot += t.n_slots;
    t.n_slots = 0;
    t.open = sc->scores->settled == NULL;
    for (; t.to < sc->scores->framework->n_indicators && t.n_slots < TILE; t.to++) {
      t.n_slots += sc->leaves[t.to].slot >= 0;
      t.open = t.open && sc->leaves[t.to].asked_of_all;
    }
    load_tile(sc, b, t, begin, end);
  }
}

/* Numbers to scores in all lanes; what is no number stays as it is. A loop for each kind of goalposts, without a branch
 * inside: compilers make vector instructions of these. Where `lo` would be 0 everywhere it is left alone,
 * and 0 is returned. */
ON_LANES int score_numbers(double *restrict hi, double *restrict lo, const double *restrict numbers,
                           const ni_goalposts *goalposts) {
  const ni_goalposts g = *goalposts;
  if (ni_goalposts_exact(&g) && g.from == 0) { /* the way from 0 is the number itself */
    for (int l = 0; l < TREE_LANES; l++) {
      const ni_dd score = ni_goalposts_clamp(&g, numbers[l], ni_dd_from(g.sign * numbers[l]));
      hi[l] = numbers[l] > GAP ? score.hi : numbers[l];
    }
    return 0;
  }
  if (ni_goalposts_exact(&g)) {
    for (int l = 0; l < TREE_LANES; l++) {
      const ni_dd score = ni_goalposts_clamp(&g, numbers[l], ni_goalposts_way(&g, numbers[l]));
      hi[l] = numbers[l] > GAP ? score.hi : numbers[l];
      lo[l] = numbers[l] > GAP ? score.lo : 0;
    }
    return 1;
  }
  for (int l = 0; l < TREE_LANES; l++) {
    const ni_dd share = ni_goalposts_share(&g, ni_goalposts_way(&g, numbers[l]));
    const ni_dd score = ni_goalposts_clamp(&g, numbers[l], share);
    hi[l] = numbers[l] > GAP ? score.hi : numbers[l];
    lo[l] = numbers[l] > GAP ? score.lo : 0;
  }
  return 1;
}

NI_WIDE static void evaluate_node(const scoring *sc, const block *b, const ni_node *node, int32_t first_lane) {
  sums s;
  memset(&s, 0, sizeof s);
  for (int32_t k = 0; k < node->n_children; k++) {
    const ni_node *child = &sc->index->nodes[node->children[k]];
    if (child->leaf < 0) {
      const node_lanes lanes = node_at(b, sc, child->inner, first_lane);
      add_inner(&s, TREE_LANES, &lanes, node->weights[k]);
      continue;
    }
    const size_t at = (size_t)sc->leaves[child->leaf].slot * (size_t)sc->lanes + (size_t)first_lane;
    const ni_scale *scale = &sc->scores->framework->indicators[child->leaf].scale;
    const int32_t from = sc->leaves[child->leaf].from;
    double hi[TREE_LANES], lo[TREE_LANES];
    leaf_lanes leaf = {b->hi + at, from == FROM_LEAVES ? b->lo + at : NULL};
    if (from == FROM_NUMBERS) {
      leaf.lo = score_numbers(hi, lo, b->hi + at, &sc->goalposts[child->leaf]) ? lo : NULL;
      leaf.hi = hi;
    }
    if (node->equal) {
      add_leaf_equal(&s, TREE_LANES, leaf, scale->least, scale->most);
    } else {
      add_leaf_weighted(&s, TREE_LANES, leaf, node->weights[k], scale->least, scale->most);
    }
  }
  const node_lanes out = node_at(b, sc, node->inner, first_lane);
  finish(&s, TREE_LANES, node, sc->missing, &out);
}

static ni_score *score_at(const scoring *sc, int32_t inner, int64_t row, int32_t group) {
  return &sc->out[ni_scores_place(sc->scores, inner, row, group)];
}

static void publish_merge(const scoring *sc, const block *b, const ni_group *merge, int32_t inner, int32_t first_lane,
                          ni_score *out) {
  ni_node_value members[NIEM_MAX_GROUPS];
  const node_lanes lanes = node_at(b, sc, inner, 0);
  for (int32_t k = 0; k < merge->n_members; k++) {
    members[k] = read_lane(&lanes, first_lane + merge->members[k]);
  }
  const ni_node_value merged = ni_merge_values(merge, members);
  *out = ni_publish(&merged);
}

/* A merge over the indicators answered in all of its groups: the members' trees over those alone, then the mean. */
static niem_status publish_common_merge(const scoring *sc, const block *b, const ni_group *merge, int32_t group,
                                        int64_t row, niem_error *err) {
  const niem_framework *framework = sc->scores->framework;
  for (int32_t k = 0; k < merge->n_members; k++) {
    ni_scores_leaves(sc->scores, row, merge->members[k], b->members[k]);
  }
  ni_keep_common(framework, b->members, merge->n_members);
  for (int32_t k = 0; k < merge->n_members; k++) {
    const niem_status status =
        ni_tree_evaluate(sc->plan, b->members[k], b->member_nodes + (size_t)k * (size_t)sc->index->n_nodes, err);
    if (status != NIEM_OK) {
      return status;
    }
  }
  for (int32_t inner = 0; inner < sc->index->n_inner; inner++) {
    ni_node_value members[NIEM_MAX_GROUPS];
    for (int32_t k = 0; k < merge->n_members; k++) {
      members[k] = b->member_nodes[(size_t)k * (size_t)sc->index->n_nodes + (size_t)sc->index->inner[inner]];
    }
    const ni_node_value merged = ni_merge_values(merge, members);
    *score_at(sc, inner, row, group) = ni_publish(&merged);
  }
  return NIEM_OK;
}

/* A node's rows of the block: the groups of their own, and merges of them. */
static void publish_node(const scoring *sc, const block *b, int32_t inner, int64_t begin, int64_t end) {
  const niem_framework *framework = sc->scores->framework;
  const node_lanes lanes = node_at(b, sc, inner, 0);
  for (int64_t row = begin; row < end; row++) {
    const int32_t first_lane = (int32_t)(row - begin) * sc->n_own;
    for (int32_t g = 0; g < sc->n_own; g++) {
      const ni_node_value value = read_lane(&lanes, first_lane + g);
      *score_at(sc, inner, row, g) = ni_publish(&value);
    }
    for (int32_t g = sc->n_own; g < framework->n_groups; g++) {
      if (!framework->groups[g].common) {
        publish_merge(sc, b, &framework->groups[g], inner, first_lane, score_at(sc, inner, row, g));
      }
    }
  }
}

static niem_status publish_common_merges(const scoring *sc, const block *b, int64_t row, niem_error *err) {
  const niem_framework *framework = sc->scores->framework;
  niem_status status = NIEM_OK;
  for (int32_t g = sc->n_own; status == NIEM_OK && g < framework->n_groups; g++) {
    if (framework->groups[g].common) {
      status = publish_common_merge(sc, b, &framework->groups[g], g, row, err);
    }
  }
  return status;
}

static niem_status score_rows(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const scoring *sc = context;
  const block *b = &sc->blocks[worker];
  niem_status status = NIEM_OK;
  load_rows(sc, b, begin, end);
  for (int32_t i = sc->index->n_nodes - 1; i >= 0; i--) { /* children stand after their parent */
    for (int32_t lane = 0; lane < sc->lanes && sc->index->nodes[i].leaf < 0; lane += TREE_LANES) {
      evaluate_node(sc, b, &sc->index->nodes[i], lane);
    }
  }
  for (int32_t inner = 0; inner < sc->index->n_inner; inner++) {
    publish_node(sc, b, inner, begin, end);
  }
  for (int64_t row = begin; status == NIEM_OK && row < end; row++) {
    status = publish_common_merges(sc, b, row, err);
  }
  return status;
}

/* The leaves of the index in the order of the framework. */
static void number_leaves(scoring *sc) {
  const niem_framework *framework = sc->scores->framework;
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    sc->leaves[i].slot = -1;
    sc->leaves[i].asked_of_all = 0;
  }
  for (int32_t i = 0; i < sc->index->n_nodes; i++) {
    if (sc->index->nodes[i].leaf >= 0) {
      sc->leaves[sc->index->nodes[i].leaf].slot = 0;
    }
  }
  for (int32_t i = 0, slot = 0; i < framework->n_indicators; i++) {
    sc->leaves[i].slot = sc->leaves[i].slot < 0 ? -1 : slot++;
  }
}

static void prepare_leaf(scoring *sc, int32_t indicator) {
  const ni_indicator *own = &sc->scores->framework->indicators[indicator];
  leaf_source *source = &sc->leaves[indicator];
  source->points = own->scale.points;
  source->from = FROM_POINTS;
  if (own->scale.kind == NI_NUMERIC && !own->scale.logarithmic) {
    source->from = FROM_NUMBERS;
    sc->goalposts[indicator] = ni_goalposts_of(&own->scale);
  } else if (own->scale.points == NULL) {
    source->from = FROM_LEAVES;
    sc->whole = 0;
  }
  source->asked_of_all = 1;
  for (int32_t lane = 0; lane < sc->lanes; lane++) {
    source->asked_of_all &= own->asked[lane % sc->n_own] != 0;
    sc->unanswered[(size_t)source->slot * (size_t)sc->lanes + (size_t)lane] =
        own->asked[lane % sc->n_own] ? GAP : NOT_APPLICABLE;
  }
}

static niem_status prepare(scoring *sc, niem_error *err) {
  const niem_framework *framework = sc->scores->framework;
  sc->n_own = framework->n_own_groups;
  sc->rows_at_once = sc->n_own >= TREE_LANES ? 1 : TREE_LANES / sc->n_own;
  sc->lanes = (sc->rows_at_once * sc->n_own + TREE_LANES - 1) / TREE_LANES * TREE_LANES;
  for (int32_t g = sc->n_own; g < framework->n_groups; g++) {
    const ni_group *merge = &framework->groups[g];
    sc->most_members = merge->common && merge->n_members > sc->most_members ? merge->n_members : sc->most_members;
  }
  sc->leaves = ni_alloc((size_t)framework->n_indicators, sizeof *sc->leaves);
  sc->goalposts = ni_alloc((size_t)framework->n_indicators, sizeof *sc->goalposts);
  sc->unanswered = ni_alloc((size_t)sc->lanes * (size_t)sc->index->n_leaves, sizeof *sc->unanswered);
  sc->whole = 1;
  if (sc->leaves == NULL || sc->goalposts == NULL || sc->unanswered == NULL) {
    return ni_fail_memory(err);
  }
  number_leaves(sc);
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    if (sc->leaves[i].slot >= 0) {
      prepare_leaf(sc, i);
    }
  }
  return NIEM_OK;
}

niem_status ni_score_index(niem_scores *scores, int32_t index, const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  const ni_plan *plan = scores->indexes[index].plan;
  scoring sc = {.scores = scores, .plan = plan, .index = plan->index, .missing = plan->missing};
  int32_t n_workers = 0;
  niem_exec own;
  niem_exec_init(&own);
  NIEM_TRY(ni_options_read(&own, sizeof own, exec, "exec", err));
  NIEM_TRY(prepare(&sc, err));
  sc.out = ni_alloc((size_t)sc.index->n_inner * (size_t)scores->n_cells, sizeof *sc.out);
  n_workers = ni_workers(scores->n_rows, sc.rows_at_once, &own);
  sc.blocks = ni_alloc_zero((size_t)n_workers, sizeof *sc.blocks);
  if (sc.out == NULL || sc.blocks == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  for (int32_t w = 0; w < n_workers; w++) {
    if (!make_block(&sc.blocks[w], &sc)) {
      status = ni_fail_memory(err);
      goto cleanup;
    }
  }
  NIEM_TRY(ni_parallel_for(scores->n_rows, sc.rows_at_once, &own, score_rows, &sc, err));
  scores->indexes[index].scores = sc.out;
  scores->indexes[index].scored = 1;
  sc.out = NULL;
cleanup:
  for (int32_t w = 0; w < n_workers && sc.blocks != NULL; w++) {
    free_block(&sc.blocks[w], sc.most_members);
  }
  ni_free(sc.blocks);
  ni_free(sc.leaves);
  ni_free(sc.goalposts);
  ni_free(sc.unanswered);
  ni_free(sc.out);
  return status;
}
