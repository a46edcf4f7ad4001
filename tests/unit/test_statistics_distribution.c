/* niem/statistics.h: probabilities, critical values and adjusted p-values. Expected probabilities are those of mpmath
 * at 400 digits; adjusted p-values those of R 4.2 (p.adjust). */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fail_allocation.h"
#include "methods_matrix.h"
#include "statistics/distribution.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

typedef struct known {
  int32_t distribution;
  double x, df1, df2, lower, upper;
} known;

static const known table[] = {
    {0, 0.0, 0.0, 0.0, 0.5, 0.5},
    {0, 0.25, 0.0, 0.0, 0.59870632568292372424, 0.40129367431707627576},
    {0, 1.0, 0.0, 0.0, 0.84134474606854294859, 0.15865525393145705141},
    {0, 1.75, 0.0, 0.0, 0.95994084313618290958, 0.040059156863817090419},
    {0, -3.5, 0.0, 0.0, 0.00023262907903552503635, 0.99976737092096447496},
    {0, 6.0, 0.0, 0.0, 0.99999999901341235496, 9.865876450376981407e-10},
    {0, 37.0, 0.0, 0.0, 1.0, 5.7255712225245768227e-300},
    {0, -37.5, 0.0, 0.0, 4.6053530095819548438e-308, 1.0},
    {1, 0.001, 0.5, 0.0, 0.50026967616575618097, 0.49973032383424381903},
    {1, 0.75, 0.5, 0.0, 0.66516743285874487215, 0.33483256714125512785},
    {1, -2.5, 0.5, 0.0, 0.20048526452664659183, 0.79951473547335340817},
    {1, 12.0, 0.5, 0.0, 0.90746973946539894045, 0.092530260534601059551},
    {1, 1000000.0, 0.5, 0.0, 0.99967929902458580115, 0.00032070097541419884777},
    {1, 0.001, 1.0, 0.0, 0.50031830978008055895, 0.49968169021991944105},
    {1, 0.75, 1.0, 0.0, 0.70483276469913345165, 0.29516723530086654835},
    {1, -2.5, 1.0, 0.0, 0.12111894159084339872, 0.87888105840915660128},
    {1, 12.0, 1.0, 0.0, 0.97353532394041012455, 0.026464676059589875452},
    {1, 1000000.0, 1.0, 0.0, 0.99999968169011381632, 3.1830988618368456824e-7},
    {1, 0.001, 3.0, 0.0, 0.500367552515269531, 0.499632447484730469},
    {1, 0.75, 3.0, 0.0, 0.7461427102879328938, 0.2538572897120671062},
    {1, -2.5, 3.0, 0.0, 0.043853323504032773625, 0.95614667649596722637},
    {1, 12.0, 3.0, 0.0, 0.99937749209960533163, 0.000622507900394668369},
    {1, 1000000.0, 3.0, 0.0, 0.9999999999999999989, 1.102657790839614531e-18},
    {1, 0.001, 9.5, 0.0, 0.50038859930340065678, 0.49961140069659934322},
    {1, 0.75, 9.5, 0.0, 0.76428991886967221895, 0.23571008113032778105},
    {1, -2.5, 9.5, 0.0, 0.016292528894802192975, 0.98370747110519780703},
    {1, 12.0, 9.5, 0.0, 0.99999976437414928028, 2.3562585071971601064e-7},
    {1, 1000000.0, 9.5, 0.0, 1.0, 5.5568339612071764622e-54},
    {1, 0.001, 49.0, 0.0, 0.5003969121171800463, 0.4996030878828199537},
    {1, 0.75, 49.0, 0.0, 0.77157956938823978867, 0.22842043061176021133},
    {1, -2.5, 49.0, 0.0, 0.0079078944235900428893, 0.99209210557640995711},
    {1, 12.0, 49.0, 0.0, 0.99999999999999983096, 1.6904052473986992109e-16},
    {1, 1000000.0, 49.0, 0.0, 1.0, 1.4568014047172069273e-254},
    {1, 0.001, 1000.0, 0.0, 0.50039884249077363486, 0.49960115750922636514},
    {1, 0.75, 1000.0, 0.0, 0.77328444140316313387, 0.22671555859683686613},
    {1, -2.5, 1000.0, 0.0, 0.0062892839005453984049, 0.9937107160994546016},
    {1, 12.0, 1000.0, 0.0, 1.0, 2.1620286933872637331e-31},
    {1, 1000000.0, 1000.0, 0.0, 1.0, 0},
    {1, 0.001, 100000.0, 0.0, 0.50039894121655610962, 0.49960105878344389038},
    {1, 0.75, 100000.0, 0.0, 0.77337176538632396882, 0.22662823461367603118},
    {1, -2.5, 100000.0, 0.0, 0.006210459596279522691, 0.99378954040372047731},
    {1, 12.0, 100000.0, 0.0, 1.0, 1.8722529059781754731e-33},
    {1, 1000000.0, 100000.0, 0.0, 1.0, 0},
    {2, 0.0025, 0.25, 0.0, 0.46038502238024144201, 0.53961497761975855799},
    {2, 0.125, 0.25, 0.0, 0.74572005647392774993, 0.25427994352607225007},
    {2, 0.25, 0.25, 0.0, 0.8078004494080599459, 0.1921995505919400541},
    {2, 0.325, 0.25, 0.0, 0.831462037985535686, 0.168537962014464314},
    {2, 2.0, 0.25, 0.0, 0.96918040565052077988, 0.030819594349479220119},
    {2, 0.01, 1.0, 0.0, 0.079655674554057963757, 0.92034432544594203624},
    {2, 0.5, 1.0, 0.0, 0.52049987781304653768, 0.47950012218695346232},
    {2, 1.0, 1.0, 0.0, 0.68268949213708589717, 0.31731050786291410283},
    {2, 1.3, 1.0, 0.0, 0.7457867763960356202, 0.2542132236039643798},
    {2, 8.0, 1.0, 0.0, 0.99532226501895273416, 0.0046777349810472658379},
    {2, 0.02, 2.0, 0.0, 0.0099501662508319466322, 0.99004983374916805337},
    {2, 1.0, 2.0, 0.0, 0.3934693402873665764, 0.6065306597126334236},
    {2, 2.0, 2.0, 0.0, 0.6321205588285576784, 0.3678794411714423216},
    {2, 2.6, 2.0, 0.0, 0.72746820696598740898, 0.27253179303401259102},
    {2, 16.0, 2.0, 0.0, 0.99966453737209748816, 0.00033546262790251183882},
    {2, 0.075, 7.5, 0.0, 2.6303989831411708842e-7, 0.99999973696010168588},
    {2, 3.75, 7.5, 0.0, 0.15333640519969000753, 0.84666359480030999247},
    {2, 7.5, 7.5, 0.0, 0.56871055953910471337, 0.43128944046089528663},
    {2, 9.75, 7.5, 0.0, 0.75820714630050896407, 0.24179285369949103593},
    {2, 60.0, 7.5, 0.0, 0.99999999973220786761, 2.6779213238767330199e-10},
    {2, 0.6, 60.0, 0.0, 5.8064574252776729421e-49, 1.0},
    {2, 30.0, 60.0, 0.0, 0.00041844966832768697019, 0.99958155033167231303},
    {2, 60.0, 60.0, 0.0, 0.52428301389368006904, 0.47571698610631993096},
    {2, 78.0, 60.0, 0.0, 0.94088272027646662544, 0.059117279723533374558},
    {2, 480.0, 60.0, 0.0, 1.0, 8.0271340809465421467e-67},
    {2, 15.0, 1500.0, 0.0, 0, 1.0},
    {2, 750.0, 1500.0, 0.0, 3.557522467319611313e-65, 1.0},
    {2, 1500.0, 1500.0, 0.0, 0.50485580666423206854, 0.49514419333576793146},
    {2, 1950.0, 1500.0, 0.0, 0.9999999999999737313, 2.6268701357954228727e-14},
    {2, 12000.0, 1500.0, 0.0, 1.0, 0},
    {3, 0.0625, 0.5, 3.0, 0.36419795230615579745, 0.63580204769384420255},
    {3, 0.75, 0.5, 3.0, 0.65311180317262169158, 0.34688819682737830842},
    {3, 1.0, 0.5, 3.0, 0.69314490797841244445, 0.30685509202158755555},
    {3, 2.5, 0.5, 3.0, 0.81666191826009934734, 0.18333808173990065266},
    {3, 40.0, 0.5, 3.0, 0.99044238609380089642, 0.0095576139061991035777},
    {3, 0.0625, 1.0, 10.0, 0.19235179426338597101, 0.80764820573661402899},
    {3, 0.75, 1.0, 10.0, 0.59322572087645903001, 0.40677427912354096999},
    {3, 1.0, 1.0, 10.0, 0.65910686769794012733, 0.34089313230205987267},
    {3, 2.5, 1.0, 10.0, 0.85507239459591957991, 0.14492760540408042009},
    {3, 40.0, 1.0, 10.0, 0.99991369783846845749, 0.000086302161531542508228},
    {3, 0.0625, 4.0, 24.0, 0.0076868446333351686454, 0.99231315536666483135},
    {3, 0.75, 4.0, 24.0, 0.43226389238463973693, 0.56773610761536026307},
    {3, 1.0, 4.0, 24.0, 0.57313152224112384313, 0.42686847775887615687},
    {3, 2.5, 4.0, 24.0, 0.93068460541834048934, 0.069315394581659510659},
    {3, 40.0, 4.0, 24.0, 0.99999999972270059552, 2.7729940447752370068e-10},
    {3, 0.0625, 48.0, 2304.0, 7.9359241248551940442e-21, 0.99999999999999999999},
    {3, 0.75, 48.0, 2304.0, 0.1028085662129644681, 0.8971914337870355319},
    {3, 1.0, 48.0, 2304.0, 0.52631494058307808908, 0.47368505941692191092},
    {3, 2.5, 48.0, 2304.0, 0.999999923730870398, 7.6269129601997967618e-8},
    {3, 40.0, 48.0, 2304.0, 1.0, 9.6586905548010991722e-264},
    {3, 0.0625, 700.0, 35.0, 1.2319452309244300792e-67, 1.0},
    {3, 0.75, 700.0, 35.0, 0.097017774255113605013, 0.90298222574488639499},
    {3, 1.0, 700.0, 35.0, 0.47050998686790759088, 0.52949001313209240912},
    {3, 2.5, 700.0, 35.0, 0.99931429881484350372, 0.00068570118515649628125},
    {3, 40.0, 700.0, 35.0, 1.0, 3.3826298276240099566e-22},
    {3, 0.0625, 3000.0, 3000.5, 0, 1.0},
    {3, 0.75, 3000.0, 3000.5, 1.8511264978212726499e-15, 0.99999999999999814887},
    {3, 1.0, 3000.0, 3000.5, 0.50000040461721254776, 0.49999959538278745224},
    {3, 2.5, 3000.0, 3000.5, 1.0, 1.0262559673712399746e-134},
    {3, 40.0, 3000.0, 3000.5, 1.0, 0},
};
enum { KNOWN = sizeof table / sizeof *table };

static niem_distribution_options of(const known *k, int32_t tail) {
  niem_distribution_options o;
  niem_distribution_options_init(&o);
  o.distribution = k->distribution;
  o.tail = tail;
  o.df1 = k->distribution == NIEM_DISTRIBUTION_NORMAL ? GAP : k->df1;
  o.df2 = k->distribution == NIEM_DISTRIBUTION_F ? k->df2 : GAP;
  return o;
}

static double probability(const known *k, double x, int32_t tail) {
  double p = -1;
  const niem_distribution_options o = of(k, tail);
  assert_int_equal(niem_probability(&p, &x, 1, &o, NULL), NIEM_OK);
  return p;
}

static double critical(const known *k, double p, int32_t tail) {
  double x = -1;
  const niem_distribution_options o = of(k, tail);
  assert_int_equal(niem_critical_value(&x, &p, 1, &o, NULL), NIEM_OK);
  return x;
}

static void known_probabilities(void **state) {
  (void)state;
  for (int i = 0; i < KNOWN; i++) {
    const known *k = &table[i];
    assert_close(probability(k, k->x, NIEM_TAIL_LOWER), k->lower, 5e-14);
    assert_close(probability(k, k->x, NIEM_TAIL_UPPER), k->upper, 5e-14);
    if (k->distribution <= NIEM_DISTRIBUTION_T) {
      assert_close(probability(k, -k->x, NIEM_TAIL_LOWER), k->upper, 5e-14);
      assert_close(probability(k, k->x, NIEM_TAIL_BOTH), 2 * (k->x < 0 ? k->lower : k->upper), 5e-14);
    }
  }
}

static void there_and_back(void **state) {
  (void)state;
  const double shares[] = {1e-290, 1e-20, 1e-4, 0.025, 0.2, 0.375, 0.4999999, 0.5, 0.5000001, 0.75, 0.975, 1 - 1e-12};
  for (int i = 0; i < KNOWN; i++) {
    const known *k = &table[i];
    for (size_t s = 0; s < sizeof shares / sizeof *shares; s++) {
      for (int32_t tail = 0; tail < 2; tail++) {
        if (k->distribution != NIEM_DISTRIBUTION_NORMAL && (k->df1 < 5 || (k->df2 > 0 && k->df2 < 9)) &&
            (s == 0 || shares[s] > 0.99)) {
          continue; /* may be beyond 1e100 */
        }
        const double x = critical(k, shares[s], tail);
        assert_close(probability(k, x, tail), shares[s], 1e-12);
      }
    }
  }
  const known normal = table[0];
  assert_close(critical(&normal, 0.975, NIEM_TAIL_LOWER), 1.9599639845400542355, 2e-15);
  assert_close(critical(&normal, 0.05, NIEM_TAIL_BOTH), 1.9599639845400542355, 2e-15);
  assert_close(critical(&normal, 0.5 + 1e-9, NIEM_TAIL_LOWER), 2.5066282037387114e-9, 1e-15);
  assert_true(critical(&normal, 0.5, NIEM_TAIL_UPPER) == 0);
}

static void ends_and_gaps(void **state) {
  (void)state;
  const known normal = {NIEM_DISTRIBUTION_NORMAL, 0, 0, 0, 0, 0}, f = {NIEM_DISTRIBUTION_F, 0, 2, 3, 0, 0};
  const double ends[] = {0, 1};
  for (int i = 0; i < 2; i++) {
    assert_true(critical(&normal, ends[i], NIEM_TAIL_LOWER) == (i == 0 ? -(double)INFINITY : (double)INFINITY));
    assert_true(critical(&normal, ends[i], NIEM_TAIL_UPPER) == (i == 1 ? -(double)INFINITY : (double)INFINITY));
    assert_true(critical(&normal, ends[i], NIEM_TAIL_BOTH) == (i == 1 ? 0 : (double)INFINITY));
    assert_true(critical(&f, ends[i], NIEM_TAIL_LOWER) == (i == 0 ? 0 : (double)INFINITY));
  }
  assert_true(probability(&f, -1, NIEM_TAIL_UPPER) == 1 && probability(&f, 0, NIEM_TAIL_LOWER) == 0);
  assert_true(probability(&normal, 1e100, NIEM_TAIL_UPPER) == 0 && probability(&normal, 1e-300, NIEM_TAIL_BOTH) == 1);
  assert_same_bits(probability(&normal, -GAP, NIEM_TAIL_LOWER), ni_nan());
  assert_same_bits(critical(&normal, -GAP, NIEM_TAIL_LOWER), ni_nan());
  assert_int_equal(niem_probability(NULL, NULL, 0, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_critical_value(NULL, NULL, 0, NULL, NULL), NIEM_OK);
}

static niem_status ask(double *out, double x, int32_t distribution, int32_t tail, double df1, double df2,
                       niem_error *err) {
  niem_distribution_options o;
  niem_distribution_options_init(&o);
  o.distribution = distribution;
  o.tail = tail;
  o.df1 = df1;
  o.df2 = df2;
  return niem_probability(out, &x, 1, &o, err);
}

static void what_is_refused(void **state) {
  (void)state;
  double out = 7, x = 1;
  niem_error err;
  niem_distribution_options o;
  niem_distribution_options_init(&o);
  assert_refused(ask(&out, 1, 4, 0, GAP, GAP, &err), &err, NIEM_ERROR_ARGUMENT, "distribution", 0, 0);
  assert_refused(ask(&out, 1, 0, 3, GAP, GAP, &err), &err, NIEM_ERROR_ARGUMENT, "tail", 0, 0);
  assert_refused(ask(&out, 1, 2, 2, 5, GAP, &err), &err, NIEM_ERROR_ARGUMENT, "tail", 0, 0);
  assert_refused(ask(&out, 1, 0, 0, 5, GAP, &err), &err, NIEM_ERROR_ARGUMENT, "df1", 0, 0);
  assert_refused(ask(&out, 1, 1, 0, GAP, GAP, &err), &err, NIEM_ERROR_ARGUMENT, "df1", 0, 0);
  assert_refused(ask(&out, 1, 1, 0, 0, GAP, &err), &err, NIEM_ERROR_VALUE, "df1", 0, 0);
  assert_refused(ask(&out, 1, 1, 0, 1e10, GAP, &err), &err, NIEM_ERROR_VALUE, "df1", 0, 0);
  assert_refused(ask(&out, 1, 1, 0, 3, 4, &err), &err, NIEM_ERROR_ARGUMENT, "df2", 0, 0);
  assert_refused(ask(&out, 1, 3, 0, 3, GAP, &err), &err, NIEM_ERROR_ARGUMENT, "df2", 0, 0);
  assert_refused(ask(&out, (double)INFINITY, 0, 0, GAP, GAP, &err), &err, NIEM_ERROR_VALUE, "x", 1, 0);
  assert_refused(niem_probability(NULL, &x, 1, &o, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_probability(&out, NULL, 1, &o, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  assert_refused(niem_probability(&out, &x, -1, &o, &err), &err, NIEM_ERROR_ARGUMENT, "n", 0, 0);
  o.struct_size = 3;
  assert_refused(niem_probability(&out, &x, 1, &o, &err), &err, NIEM_ERROR_ARGUMENT, "options", 0, 0);
  x = 1.5;
  assert_refused(niem_critical_value(&out, &x, 1, NULL, &err), &err, NIEM_ERROR_VALUE, "p", 1, 0);
  niem_distribution_options_init(&o);
  o.distribution = NIEM_DISTRIBUTION_T;
  o.df1 = 0.01;
  x = 1e-200;
  assert_refused(niem_critical_value(&out, &x, 1, &o, &err), &err, NIEM_ERROR_VALUE, "p", 1, 0);
  assert_true(out == 7);
  niem_distribution_options_init(NULL);
}

static void log_gamma(void **state) {
  (void)state;
  assert_close(ni_dd_value(ni_log_gamma(0.5)), 0.57236494292470008707, 1e-16);
  assert_close(ni_dd_value(ni_log_gamma(1e-4)), 9.2102826586339622105, 2e-16);
  assert_close(ni_dd_value(ni_log_gamma(100.25)), 360.28455963776423497, 2e-16);
  assert_close(ni_dd_value(ni_log_gamma(1e9)), 19723265827.503716771, 2e-16);
  assert_true(fabs(ni_dd_value(ni_log_gamma(1))) < 1e-28 && fabs(ni_dd_value(ni_log_gamma(2))) < 1e-28);
  assert_close(ni_dd_value(ni_log_beta(2.5, 0.5)), 0.16390063283767393729, 1e-14);
}

/* ---- many tests */

enum { TESTS = 8 };
static const double p_values[TESTS] = {0.01, GAP, 0.04, 0.005, 0.03, 0.04, 0.9, 0.02};
static const double adjusted[NIEM_ADJUST_END][TESTS] = {
    {0.06, GAP, 0.12, 0.035, 0.12, 0.12, 0.9, 0.1},
    {0.06, GAP, 0.08, 0.035, 0.08, 0.08, 0.9, 0.08},
    {0.05, GAP, 0.08, 0.035, 0.06, 0.08, 0.9, 0.06},
    {0.07, GAP, 0.28, 0.035, 0.21, 0.28, 1, 0.14},
    {0.035, GAP, 0.046666666666666669, 0.035, 0.046666666666666669, 0.046666666666666669, 0.9, 0.046666666666666669},
    {0.09075, GAP, 0.121, 0.09075, 0.121, 0.121, 1, 0.121}};

static void adjusted_for_many(void **state) {
  (void)state;
  for (int32_t method = 0; method < NIEM_ADJUST_END; method++) {
    double out[TESTS];
    memcpy(out, p_values, sizeof out);
    assert_int_equal(niem_adjust_p_values(out, out, TESTS, method, NULL), NIEM_OK);
    assert_values(out, adjusted[method], TESTS, 1e-14);
    const double one = 0.25;
    assert_int_equal(niem_adjust_p_values(out, &one, 1, method, NULL), NIEM_OK);
    assert_true(out[0] == 0.25);
    assert_int_equal(niem_adjust_p_values(out, p_values + 1, 1, method, NULL), NIEM_OK);
    assert_same_bits(out[0], ni_nan());
    assert_int_equal(niem_adjust_p_values(NULL, NULL, 0, method, NULL), NIEM_OK);
  }
}

static void adjusting_refused(void **state) {
  (void)state;
  double out = 7;
  const double bad[] = {0.5, -0.1};
  niem_error err;
  assert_refused(niem_adjust_p_values(&out, bad, 2, 0, &err), &err, NIEM_ERROR_VALUE, "p", 2, 0);
  assert_refused(niem_adjust_p_values(&out, bad, 1, NIEM_ADJUST_END, &err), &err, NIEM_ERROR_ARGUMENT, "method", 0, 0);
  assert_refused(niem_adjust_p_values(&out, NULL, 1, 0, &err), &err, NIEM_ERROR_ARGUMENT, "p", 0, 0);
  assert_refused(niem_adjust_p_values(NULL, bad, 1, 0, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_adjust_p_values(&out, bad, -1, 0, &err), &err, NIEM_ERROR_ARGUMENT, "n", 0, 0);
  assert_true(out == 7);
}

static void the_same_bits(void **state) {
  (void)state;
  uint64_t digest = DIGEST_START;
  for (int i = 0; i < KNOWN; i++) {
    digest = digest_double(digest, probability(&table[i], table[i].x, NIEM_TAIL_LOWER));
    digest = digest_double(digest, probability(&table[i], table[i].x, NIEM_TAIL_UPPER));
    digest = digest_double(digest, critical(&table[i], 0.3, NIEM_TAIL_UPPER));
  }
  assert_digest("distributions", digest, 0xb1a10ea93d951acbu);
}

static int all_once(void) {
  const double p[] = {0.2, 0.1};
  double out[2];
  const niem_status first = niem_critical_value(out, p, 2, NULL, NULL);
  const niem_status second = first == NIEM_OK ? niem_adjust_p_values(out, p, 2, NIEM_ADJUST_HOMMEL, NULL) : first;
  assert_true(second == NIEM_OK || second == NIEM_ERROR_MEMORY);
  return second != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(all_once());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_probabilities), cmocka_unit_test(there_and_back), cmocka_unit_test(ends_and_gaps),
      cmocka_unit_test(what_is_refused),     cmocka_unit_test(log_gamma),      cmocka_unit_test(adjusted_for_many),
      cmocka_unit_test(adjusting_refused),   cmocka_unit_test(the_same_bits),  cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
