/* The two flat tables of composite-index makers: what framework and answers they give, what is refused and where. */
#include "base/platform.h"

#include "made.h"

#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static const char INDICATORS[] =
    "iCode,iName,Level,Parent,Direction,Weight,Unit,Target,Denominator,Type,Worst,Best\n"
    "Roads,Roads,1,Means,1,1,km,,Area,Indicator,0,100\n"
    "Debt,\"Debt, public\",1,Means,-1,0.5,%,20,NA,Indicator,200,0\n"
    "Books,Books,1,Minds,1,,number,NA,,Indicator,0,10\n"
    "Means,,2,Whole,1,2,,,,Aggregate,,\n"
    "Minds,Minds and manners,2,Whole,1,1,,,,Aggregate,,\n"
    "Whole,The whole,3,NA,,,,,,Aggregate,,\n"
    "size,Size,,,,,,,,Group,,\n"
    "Area,Land area,,,NA,,km2,,,Denominator,,\n"
    "Note,Remark,,,,,,,,Other,,\n";
static const char DATA[] =
    "uName,uCode,Time,size,Area,Note,Roads,Debt,Books\n"
    "Aland,A,2020,S,10,1,50,100,5\n"
    "Bland,B,2020,L,20,NA,NaN,50,\n"
    "Aland,A,2022,S,10,2,60,90,6\n";

static niem_status parse_tables(niem_framework **out, niem_problems **problems, const char *indicators,
                                const char *data, const niem_framework_tables_options *options, niem_error *err) {
  return niem_framework_parse_tables(out, problems, indicators, (int64_t)strlen(indicators), data,
                                     data == NULL ? 0 : (int64_t)strlen(data), options, err);
}

static niem_framework *tables_of(const char *indicators, const char *data) {
  niem_framework *framework = NULL;
  niem_error err;
  if (parse_tables(&framework, NULL, indicators, data, NULL, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(framework);
  return framework;
}

static niem_table *part_of(const niem_framework *framework, const char *part) {
  niem_table *table = NULL;
  assert_int_equal(niem_framework_table(&table, framework, part, NULL, NULL), NIEM_OK);
  return table;
}

/* The canonical JSON holds a piece. */
static void holds(const niem_framework *framework, const char *piece) {
  niem_buffer *json = NULL;
  assert_int_equal(niem_framework_json(&json, framework, NULL), NIEM_OK);
  if (strstr(niem_buffer_data(json), piece) == NULL) {
    print_error("no %s in %s\n", piece, niem_buffer_data(json));
    fail();
  }
  niem_buffer_free(json);
}

/* --- what is right --- */

static void test_levels(void **state) {
  (void)state;
  niem_framework *framework = tables_of(INDICATORS, DATA);
  assert_string_equal(niem_framework_id(framework), "Whole");
  assert_string_equal(niem_framework_title(framework), "The whole");
  assert_string_equal(niem_framework_default_index(framework), "Whole");
  niem_table *t = part_of(framework, "nodes");
  assert_int_equal(niem_table_rows(t), 6);
  const int64_t means = row_with(t, "node", "level2=Means");
  assert_string_equal(text_at(t, "level", means), "level2");
  assert_string_equal(text_at(t, "parent", means), "Whole");
  assert_true(real_at(t, "weight", means) == 2);
  assert_true(real_at(t, "weight", row_with(t, "node", "Debt")) == 0.5);
  assert_true(real_at(t, "weight", row_with(t, "node", "Books")) == 1);
  niem_table_free(t);
  t = part_of(framework, "indicators");
  const int64_t debt = row_with(t, "indicator", "Debt");
  assert_int_equal(niem_table_rows(t), 5);
  assert_string_equal(text_at(t, "label", debt), "Debt, public");
  assert_string_equal(text_at(t, "unit_of_measure", debt), "%");
  assert_int_equal(integer_at(t, "direction", debt), -1);
  assert_true(real_at(t, "target", debt) == 20 && real_at(t, "worst", debt) == 200);
  assert_string_equal(text_at(t, "denominator", row_with(t, "indicator", "Roads")), "Area");
  assert_int_equal(integer_at(t, "scored", row_with(t, "indicator", "Note")), 0);
  assert_int_equal(integer_at(t, "scored", debt), 1);
  niem_table_free(t);
  niem_framework_free(framework);
}

static void test_units(void **state) {
  (void)state;
  niem_framework *framework = tables_of(INDICATORS, DATA);
  niem_table *t = part_of(framework, "units");
  assert_int_equal(niem_table_rows(t), 2);
  assert_string_equal(text_at(t, "label", row_with(t, "unit", "B")), "Bland");
  niem_table_free(t);
  t = part_of(framework, "peers");
  assert_int_equal(niem_table_rows(t), 2);
  assert_string_equal(text_at(t, "unit", row_with(t, "peers", "size:L")), "B");
  assert_string_equal(text_at(t, "set", 0), "size");
  assert_string_equal(text_at(t, "label", 0), "S");
  niem_table_free(t);
  t = part_of(framework, "rounds");
  assert_int_equal(niem_table_rows(t), 2);
  assert_string_equal(text_at(t, "round", 1), "2022");
  niem_table_free(t);
  niem_framework_free(framework);
}

/* Numbers stand in their order, words behind them, days are dates; without a column of time there is one round. */
static void test_rounds(void **state) {
  (void)state;
  static const struct {
    const char *data, *rounds;
  } cases[] = {
      {"uCode,Time\nA,10\nA,9\nA,b\nA,a\n",
       "\"rounds\":[{\"id\":\"9\"},{\"id\":\"10\"},{\"id\":\"a\"},{\"id\":\"b\"}]"},
      {"unit,ROUND\nA,2021-03-31\nA,2019-03-31\n",
       "\"rounds\":[{\"date\":\"2019-03-31\",\"id\":\"2019-03-31\"},"
       "{\"date\":\"2021-03-31\",\"id\":\"2021-03-31\"}]"},
      {"uCode\nNA\n", "\"rounds\":[{\"id\":\"all\"}],"},
      {"uCode,label\nNA,Namibia\n", "\"units\":[{\"id\":\"NA\",\"label\":\"Namibia\"}]"},
  };
  niem_framework_tables_options options;
  niem_framework_tables_options_init(&options);
  static const char *const ignore[] = {"X", "spare"};
  options.ignore = ignore;
  options.n_ignore = 2;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    niem_framework *framework = NULL;
    assert_int_equal(parse_tables(&framework, NULL, "id,parent,spare\nX,T,\nT,,\n", cases[i].data, &options, NULL),
                     NIEM_OK);
    holds(framework, cases[i].rounds);
    niem_framework_free(framework);
  }
  niem_framework *framework = NULL;
  options.round = "2020";
  options.id = "mine";
  options.version = "2.1";
  options.title = "Mine";
  assert_int_equal(parse_tables(&framework, NULL, "id,parent\nX,T\nT,\n", "uCode\nA\n", &options, NULL), NIEM_OK);
  holds(framework, "\"id\":\"mine\"");
  holds(framework, "\"rounds\":[{\"id\":\"2020\"}],\"title\":\"Mine\",\"units\":[{\"id\":\"A\"}],\"version\":\"2.1\"");
  niem_framework_free(framework);
}

/* Where indicators hang at different depths the tree is written out; types follow from it. */
static void test_nodes(void **state) {
  (void)state;
  niem_framework *framework = tables_of(
      "code\tname\tparent\tweight\tdenominator\nT\tTop\t\t\t\nX\t\tT\t0.25\tD\nS\tSub\tT\t3\t\nY\t\tS\t\t\n"
      "Z\t\tS\t0\t\nD\t\t\t\t\n",
      NULL);
  holds(framework,
        "\"indexes\":[{\"id\":\"T\",\"label\":\"Top\",\"nodes\":[{\"children\":[\"X\",\"S\"],\"id\":\"T\","
        "\"label\":\"Top\",\"weights\":{\"S\":3,\"X\":0.25}},{\"children\":[\"Y\",\"Z\"],\"id\":\"S\","
        "\"label\":\"Sub\",\"weights\":{\"Z\":0}}]}]");
  holds(framework, "{\"id\":\"D\",\"scale\":{\"kind\":\"numeric\"},\"scored\":false}");
  holds(framework, "{\"denominator\":\"D\",\"id\":\"X\",\"scale\":{\"kind\":\"numeric\"}}");
  niem_framework_free(framework);
  framework = tables_of("iCode,Parent\nX,T\nT,\n", NULL);
  holds(framework,
        "\"indexes\":[{\"id\":\"T\",\"levels\":[]}],\"indicators\":[{\"id\":\"X\",\"scale\":{\"kind\":"
        "\"numeric\"}}],\"version\":\"1\"}");
  niem_framework_free(framework);
}

/* The same tables as European spreadsheets write them, from memory and from files. */
static void test_spreadsheets(void **state) {
  (void)state;
  static const char semicolons[] =
      "\xEF\xBB\xBFicode;INAME;level;parent;direction;weight;unit;target;denominator;type;worst;best\r\n"
      "Roads;Roads;1;Means;1;1;km;;Area;indicator;0;100\r\n"
      "Debt;Debt, public;1;Means;-1,0;0,5;%;20;;INDICATOR;200;0\r\n"
      "Books;Books;1;Minds;+1;;number;;;Indicator;0;10\r\n"
      "Means;;2;Whole;1;2;;;;Aggregate;;\r\n"
      "Minds;Minds and manners;2;Whole;1;1;;;;Aggregate;;\r\n"
      "Whole;The whole;3;;;;;;;Aggregate;;\r\n"
      "size;Size;;;;;;;;Group;;\r\nArea;Land area;;;;;km2;;;Denominator;;\r\nNote;Remark;;;;;;;;Other;;\r\n";
  niem_framework *one = tables_of(INDICATORS, DATA);
  niem_framework *other = tables_of(semicolons, DATA);
  assert_string_equal(niem_framework_digest(one), niem_framework_digest(other));
  niem_framework_free(other);
  write_file("test_flat_indicators.csv", semicolons, sizeof semicolons - 1);
  write_file("test_flat_data.csv", DATA, sizeof DATA - 1);
  niem_problems *problems = NULL;
  assert_int_equal(
      niem_framework_read_tables(&other, &problems, "test_flat_indicators.csv", "test_flat_data.csv", NULL, NULL),
      NIEM_OK);
  assert_string_equal(niem_framework_digest(one), niem_framework_digest(other));
  assert_int_equal(niem_problems_count(problems), 0);
  niem_problems_free(problems);
  niem_answers *answers[2] = {NULL, NULL};
  assert_int_equal(niem_answers_read_table(&answers[0], NULL, one, "test_flat_data.csv", NULL, NULL), NIEM_OK);
  assert_int_equal(niem_answers_parse_table(&answers[1], NULL, one, DATA, sizeof DATA - 1, NULL, NULL), NIEM_OK);
  char *digests[2] = {answers_digest(answers[0]), answers_digest(answers[1])};
  assert_string_equal(digests[0], digests[1]);
  for (int i = 0; i < 2; i++) {
    free(digests[i]);
    niem_answers_free(answers[i]);
  }
  niem_framework_free(one);
  niem_framework_free(other);
  (void)remove("test_flat_indicators.csv");
  (void)remove("test_flat_data.csv");
}

/* The wide table says what the long one does, and the scores are those of hand: Roads 50 and Debt 50 weigh 1 and 0.5,
 * Books is 50. */
static void test_answers(void **state) {
  (void)state;
  niem_framework *framework = tables_of(INDICATORS, DATA);
  niem_answers *wide = NULL;
  niem_error err;
  niem_problems *problems = NULL;
  assert_int_equal(niem_answers_parse_table(&wide, &problems, framework, DATA, sizeof DATA - 1, NULL, &err), NIEM_OK);
  assert_int_equal(niem_answers_count(wide), 15);
  assert_int_equal(niem_problems_total(problems, NIEM_WARNING), 0);
  niem_problems_free(problems);
  niem_answers *rows = answers_of(framework,
                                  "unit,round,indicator,answer\nA,2020,Area,10\nA,2020,Note,1\nA,2020,Roads,50\n"
                                  "A,2020,Debt,100\nA,2020,Books,5\nB,2020,Area,20\nB,2020,Note,\nB,2020,Roads,\n"
                                  "B,2020,Debt,50\nB,2020,Books,\nA,2022,Area,10\nA,2022,Note,2\nA,2022,Roads,60\n"
                                  "A,2022,Debt,90\nA,2022,Books,6\n");
  char *digests[2] = {answers_digest(wide), answers_digest(rows)};
  assert_string_equal(digests[0], digests[1]);
  niem_scores *scores = NULL;
  assert_int_equal(niem_score(&scores, framework, wide, NULL, NULL, NULL, &err), NIEM_OK);
  assert_true(value_of(scores, "A", "2020", "all", "Whole") == 50);
  assert_true(value_of(scores, "B", "2020", "all", "Means") == 75);
  niem_scores_free(scores);
  niem_answers_free(wide);
  niem_answers_free(rows);
  free(digests[0]);
  free(digests[1]);
  niem_framework_free(framework);
}

/* Every kind of scale; groups in a column or an option; what is not asked of a group is not missing. */
static void test_questionnaire(void **state) {
  (void)state;
  char *text = edited(BASE, "{\"id\":\"c\",\"points\":0}", "{\"id\":\"NA\",\"points\":0}");
  niem_framework *framework = framework_of(text);
  static const char table[] =
      "unit,round,group,RES-1,RES-2,HOU-1,HOU-2,Homes,coder\n"
      "PL,r1,ref,NA,yes,12.5,p|r,x,ann\nPL,r1,sub,a,,na,none,,ann\n";
  niem_answers_table_options options;
  niem_answers_table_options_init(&options);
  static const char *const ignore[] = {"Homes"};
  options.ignore = ignore;
  options.n_ignore = 1;
  niem_answers *wide = NULL;
  niem_error err;
  if (niem_answers_parse_table(&wide, NULL, framework, table, sizeof table - 1, &options, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(wide);
  niem_answers *rows =
      answers_of(framework,
                 "unit,round,group,indicator,answer,coder\nPL,r1,ref,RES-1,NA,ann\nPL,r1,ref,RES-2,yes,ann\n"
                 "PL,r1,ref,HOU-1,12.5,ann\nPL,r1,ref,HOU-2,p|r,ann\nPL,r1,sub,RES-1,a,ann\n"
                 "PL,r1,sub,HOU-1,,ann\nPL,r1,sub,HOU-2,none,ann\n");
  char *digests[2] = {answers_digest(wide), answers_digest(rows)};
  assert_string_equal(digests[0], digests[1]);
  niem_answers_free(wide);
  options.group = "sub";
  options.round = "r2";
  options.coder = "jan";
  niem_problems *problems = NULL;
  assert_int_equal(niem_answers_parse_table(&wide, &problems, framework, "uCode,R1\nPL,b\n", 14, &options, &err),
                   NIEM_OK);
  check_error(niem_problems_get(problems, 0), NIEM_OK, 0, "R1", "alias \"R1\" read as \"RES-1\"");
  niem_table *t = NULL;
  assert_int_equal(niem_answers_table(&t, wide, NULL), NIEM_OK);
  assert_string_equal(text_at(t, "group", 0), "sub");
  assert_string_equal(text_at(t, "round", 0), "r2");
  assert_string_equal(text_at(t, "coder", 0), "jan");
  niem_table_free(t);
  niem_problems_free(problems);
  niem_answers_free(wide);
  niem_answers_free(rows);
  free(digests[0]);
  free(digests[1]);
  niem_framework_free(framework);
  free(text);
}

/* --- what is wrong --- */

/* One edit of the table of indicators (0) or of the data (1), and what is then told first. */
typedef struct fault {
  int of_data;
  const char *old, *new_text;
  niem_status status;
  int row;
  const char *where, *part;
} fault;

static const fault FAULTS[] = {
    /* the table of indicators: its header */
    {0, "iCode", "kode", NIEM_ERROR_FORMAT, 0, "", "indicators: there is no column \"iCode\""},
    {0, "Parent", "Above", NIEM_ERROR_FORMAT, 0, "", "there is no column \"Parent\""},
    {0, "Unit", "label", NIEM_ERROR_DUPLICATE, 0, "label", "\"iName\" and \"label\" mean the same"},
    {0, "iCode", "\xFF", NIEM_ERROR_ENCODING, 0, NULL, "indicators: "},
    /* rows of the table of indicators */
    {0, "Books,Books", "Bo=oks,Books", NIEM_ERROR_VALUE, 3, "iCode", "code \"Bo=oks\" must have 1 to 200 bytes"},
    {0, "Books,Books", "NA,Books", NIEM_ERROR_FORMAT, 3, "iCode", "blank; each row needs a code"},
    {0, "Books,Books", "Debt,Books", NIEM_ERROR_DUPLICATE, 3, "iCode", "\"Debt\" stands in row 2 already"},
    {0, "Books,Books,1,Minds", "Books,Books,1,Mindz", NIEM_ERROR_REFERENCE, 3, "Parent", "\"Mindz\" is no code"},
    {0, "Books,Books,1,Minds", "Books,Books,1,", NIEM_ERROR_TREE, 3, "Parent", "indicator \"Books\" has no Parent"},
    {0, "Books,Books,1,Minds", "Books,Books,1,Debt", NIEM_ERROR_TREE, 3, "Parent",
     "\"Debt\" is of type Indicator and cannot stand above \"Books\""},
    {0, "Books,Books,1,Minds", "Books,Books,1,Means", NIEM_ERROR_TREE, 5, "iCode", "no row names aggregate \"Minds\""},
    {0, "Books,Books,1,", "Books,Books,2,", NIEM_ERROR_TREE, 3, "Level", "level 2 of \"Books\" is not below level 2"},
    {0, "Books,Books,1,", "Books,Books,0,", NIEM_ERROR_VALUE, 3, "Level", "0 is no level"},
    {0, "Books,Books,1,", "Books,Books,1.5,", NIEM_ERROR_VALUE, 3, "Level", "1.5 is no level"},
    {0, "Minds,1,,number", "Minds,2,,number", NIEM_ERROR_VALUE, 3, "Direction", "2 is no direction; write 1"},
    {0, "Minds,1,,number", "Minds,up,,number", NIEM_ERROR_SYNTAX, 3, "Direction", "\"up\" is no number"},
    {0, "Minds,1,,number,NA,,Indicator,0,10", "Minds,,,number,NA,,Indicator,,", NIEM_ERROR_FORMAT, 3, "Direction",
     "\"Books\" needs a direction"},
    {0, "-1,0.5", "-1,-0.5", NIEM_ERROR_VALUE, 2, "Weight", "-0.5 is no weight"},
    {0, "-1,0.5", "-1,1e-10", NIEM_ERROR_VALUE, 2, "Weight", "1e-10 is no weight"},
    {0, "-1,0.5", "-1,\"0,5\"", NIEM_ERROR_SYNTAX, 2, "Weight", "\"0,5\" has a decimal comma"},
    {0, "-1,0.5", "-1,1e999", NIEM_ERROR_VALUE, 2, "Weight", "number \"1e999\" is too large"},
    {0, "Minds,1,,number", "Minds,1,0,number", NIEM_ERROR_VALUE, 5, "Weight", "below \"Minds\" are all 0"},
    {0, ",%,20,", ",%,-1e101,", NIEM_ERROR_VALUE, 2, "Target", "is no quantity"},
    {0, ",km,,Area", ",km,,Aria", NIEM_ERROR_REFERENCE, 1, "Denominator", "\"Aria\" is no code of this table"},
    {0, ",km,,Area", ",km,,Roads", NIEM_ERROR_VALUE, 1, "Denominator", "\"Roads\" is its own denominator"},
    {0, ",km,,Area", ",km,,size", NIEM_ERROR_VALUE, 1, "Denominator", "\"size\" is of type Group and cannot divide"},
    {0, "Aggregate,,\nMinds", "Aggregat,,\nMinds", NIEM_ERROR_VALUE, 4, "Type", "\"Aggregat\" is no type"},
    {0, "2,Whole,1,2,,,,Agg", "2,Whole,1,2,,,Area,Agg", NIEM_ERROR_VALUE, 4, "Denominator", "which nothing divides"},
    {0, "Area,Land area,,", "Area,Land area,,Whole", NIEM_ERROR_TREE, 8, "Parent", "stands outside the tree"},
    {0, ",,,Other", ",,,", NIEM_ERROR_FORMAT, 9, "Type", "\"Note\" has no parent and nothing below it"},
    {0, "Whole,The whole,3,NA", "Whole,The whole,3,Means", NIEM_ERROR_TREE, 4, "Parent",
     "\"Means\" stands above itself, over its Parent \"Whole\": a cycle"},
    {0, "Minds and manners,2,Whole", "Minds and manners,2,", NIEM_ERROR_TREE, 6, "Parent",
     "two aggregates have no Parent, \"Minds\" and \"Whole\""},
    {0, "Indicator,0,10\n", "Indicator,0,\n", NIEM_ERROR_FORMAT, 3, "Worst", "goalposts come in pairs"},
    {0, "Indicator,0,10\n", "Indicator,,10\n", NIEM_ERROR_FORMAT, 3, "Best", "goalposts come in pairs"},
    {0, "Indicator,0,10\n", "Indicator,10,10\n", NIEM_ERROR_VALUE, 3, "Worst", "must differ"},
    {0, "Indicator,0,10\n", "Indicator,10,0\n", NIEM_ERROR_VALUE, 3, "Direction", "Best is below Worst"},
    {0, "Indicator,0,10\n", "Indicator,0\n", NIEM_ERROR_FORMAT, 3, NULL, "indicators: line 4 has 11 fields"},
    {0, "Note,Remark", "Note,\"Remark", NIEM_ERROR_SYNTAX, 9, NULL, "never closed"},
    {0, "Books,Books", "\"Books\"x,Books", NIEM_ERROR_SYNTAX, 3, "iCode", "text after the closing quote"},
    /* the data: its header */
    {1, "Note,Roads", "Nota,Roads", NIEM_ERROR_REFERENCE, 0, "Nota", "data: column \"Nota\" is not in the table of"},
    {1, "Note,Roads", "Means,Roads", NIEM_ERROR_VALUE, 0, "Means", "\"Means\" is an aggregate"},
    {1, "Note,Roads", "Debt,Roads", NIEM_ERROR_DUPLICATE, 0, "Debt", "column \"Debt\" stands twice"},
    {1, "uName,uCode", "unit,uCode", NIEM_ERROR_DUPLICATE, 0, "uCode", "\"unit\" and \"uCode\" mean the same"},
    {1, "uName,uCode", "uName,label", NIEM_ERROR_DUPLICATE, 0, "label", "mean the same"},
    {1, "uCode", "round", NIEM_ERROR_DUPLICATE, 0, "Time", "mean the same"},
    /* rows of the data */
    {1, "Bland,B", "Bland,", NIEM_ERROR_FORMAT, 2, "uCode", "blank; name the unit"},
    {1, "Bland,B", "Bland,B|C", NIEM_ERROR_VALUE, 2, "uCode", "unit \"B|C\" must have 1 to 200 bytes"},
    {1, "2022", "NA", NIEM_ERROR_FORMAT, 3, "Time", "blank; name the round"},
    {1, "2022", "20/22", NIEM_ERROR_VALUE, 3, "Time", "round \"20/22\" must have"},
    {1, "2022", "2020", NIEM_ERROR_DUPLICATE, 3, "uCode", "unit \"A\" in round \"2020\" stands in row 1 already"},
    {1, "2022,S", "2022,L", NIEM_ERROR_VALUE, 3, "size", "unit \"A\" is in \"L\" here and in \"S\" before"},
    {1, "2022,S", "2022,S=", NIEM_ERROR_VALUE, 3, "size", "\"S=\" cannot name a group of units"},
    {1, "Aland,A,2022,S,10,2,60,90,6", "Aland", NIEM_ERROR_FORMAT, 3, NULL, "data: line 4 has 1 field"},
};

static void refuse(const char *indicators, const char *data, const niem_framework_tables_options *options,
                   niem_status status, int64_t row, const char *where, const char *part) {
  niem_framework *framework = (niem_framework *)(uintptr_t)1;
  niem_problems *problems = NULL;
  niem_error err;
  const niem_status found = parse_tables(&framework, &problems, indicators, data, options, &err);
  assert_null(framework);
  check_error(&err, status, row, where, part);
  assert_int_equal(found, status);
  assert_true(niem_problems_total(problems, NIEM_ERROR) > 0);
  niem_problems_free(problems);
}

static void test_faults(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++) {
    const fault *f = &FAULTS[i];
    char *wrong = edited(f->of_data ? DATA : INDICATORS, f->old, f->new_text);
    refuse(f->of_data ? INDICATORS : wrong, f->of_data ? wrong : DATA, NULL, f->status, f->row, f->where, f->part);
    free(wrong);
  }
  refuse("", NULL, NULL, NIEM_ERROR_FORMAT, 0, NULL, "indicators: the file is empty");
  refuse("iCode,Parent\n", NULL, NULL, NIEM_ERROR_TREE, 0, "Parent", "no aggregate is without a Parent");
  refuse(INDICATORS, "Time,size,Area,Note,Roads,Debt,Books\n", NULL, NIEM_ERROR_FORMAT, 0, "", "no column \"uCode\"");
  refuse(INDICATORS, "uCode,size,Area,Note,Roads,Debt,Books\n", NULL, NIEM_ERROR_FORMAT, 0, "", "there is no row");
  refuse(INDICATORS, "uCode,size,Area,Roads,Debt,Books\nA,S,1,1,1,1\n", NULL, NIEM_ERROR_REFERENCE, 9, "iCode",
         "indicators: \"Note\" has no column in the data");
  refuse("iCode,Parent,Type\nX,T,\nT,,\nA,,Group\nA:b,,Group\n", "uCode,X,A,A:b\nU,1,b:c,c\n", NULL,
         NIEM_ERROR_DUPLICATE, 1, "A:b", "group \"A:b:c\" of column \"A\" has the same name");
}

/* All that is wrong in either table is told at once. */
static void test_all_problems(void **state) {
  (void)state;
  char *indicators = edited(INDICATORS, "-1,0.5", "-2,-0.5");
  char *data = edited(DATA, "Bland,B", "Bland,");
  niem_framework *framework = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  assert_int_equal(parse_tables(&framework, &problems, indicators, data, NULL, &err), NIEM_ERROR_VALUE);
  assert_int_equal(niem_problems_total(problems, NIEM_ERROR), 3);
  check_error(&err, NIEM_ERROR_VALUE, 2, "Direction", "(and 2 more errors");
  niem_problems_free(problems);
  free(indicators);
  free(data);
}

/* What is odd and no error. */
static void test_warnings(void **state) {
  (void)state;
  char *one = edited(INDICATORS, "Whole,1,1,,,,Agg", "Whole,-1,1,,,,Agg");
  char *indicators = edited(one, "Best\n", "Best,Wieght\n");
  for (char *line = strchr(indicators, '\n'); line != NULL && line[1] != '\0'; line = strchr(line + 1, '\n')) {
    char *longer = malloc(strlen(indicators) + 2); /* the new column is blank in each row */
    const size_t at = (size_t)(strchr(line + 1, '\n') - indicators);
    memcpy(longer, indicators, at);
    longer[at] = ',';
    strcpy(longer + at + 1, indicators + at);
    line = longer + (line - indicators);
    free(indicators);
    indicators = longer;
  }
  char *data = edited(DATA, "Aland,A,2022", "Alandia,A,2022");
  niem_framework *framework = NULL;
  niem_problems *problems = NULL;
  assert_int_equal(parse_tables(&framework, &problems, indicators, data, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_problems_total(problems, NIEM_WARNING), 3);
  check_error(niem_problems_get(problems, 0), NIEM_OK, 0, "Wieght", "\"Wieght\" is not read");
  check_error(niem_problems_get(problems, 1), NIEM_OK, 5, "Direction", "direction -1 of aggregate \"Minds\"");
  check_error(niem_problems_get(problems, 2), NIEM_OK, 3, "uName", "\"Alandia\" here and \"Aland\" before");
  niem_problems_free(problems);
  niem_framework_free(framework);
  free(one);
  free(indicators);
  free(data);
}

static void test_depth(void **state) {
  (void)state;
  char text[4096] = "iCode,Parent\nN0,\n";
  for (int depth = 1; depth <= 31; depth++) {
    char line[32];
    (void)snprintf(line, sizeof line, "N%d,N%d\n", depth, depth - 1);
    strcat(text, line);
    if (depth == 30) {
      niem_framework *framework = tables_of(text, NULL);
      holds(framework, "\"levels\":[\"level30\",");
      niem_framework_free(framework);
    }
  }
  refuse(text, NULL, NULL, NIEM_ERROR_LIMIT, 32, "Parent", "\"N31\" is more than 30 steps below the top");
}

static void test_many(void **state) {
  (void)state;
  char *text = malloc(2000000);
  assert_non_null(text);
  int n = sprintf(text, "iCode,Parent\nT,\n");
  for (int i = 0; i < NIEM_MAX_INDICATORS; i++) {
    n += sprintf(text + n, "I%d,T\n", i);
  }
  refuse(text, NULL, NULL, NIEM_ERROR_LIMIT, NIEM_MAX_INDICATORS + 1, "iCode", "at most 100000 rows");
  free(text);
}

/* Spaces at the ends of names and cells are no part of them. */
static void test_spaces(void **state) {
  (void)state;
  niem_framework *framework = tables_of(" iCode ,Parent\nX\t, T\n T ,\n", "uCode , X\n A ,1\n");
  holds(framework, "\"units\":[{\"id\":\"A\"}]");
  niem_answers *answers = NULL;
  assert_int_equal(niem_answers_parse_table(&answers, NULL, framework, "uCode , X\n A , 1 \n", 18, NULL, NULL),
                   NIEM_OK);
  assert_int_equal(niem_answers_count(answers), 1);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

/* Names that are longer than any id. */
static void test_long_names(void **state) {
  (void)state;
  char name[302], text[1000];
  memset(name, 'x', 301);
  name[301] = '\0';
  niem_framework *framework = tables_of(INDICATORS, DATA);
  niem_error err;
  niem_answers *answers = NULL;
  for (int column = 0; column < 3; column++) {
    (void)snprintf(text, sizeof text, "uCode,Time,group,%s\nA,2020,%s,1\n", column == 0 ? name : "Roads",
                   column == 1 ? name : "all");
    if (column == 2) {
      (void)snprintf(text, sizeof text, "uCode,Time,Roads,Debt\n%s,2020,1,2\n", name);
    }
    assert_int_equal(niem_answers_parse_table(&answers, NULL, framework, text, (int64_t)strlen(text), NULL, &err),
                     NIEM_ERROR_REFERENCE);
    assert_null(answers);
  }
  niem_framework_free(framework);
}

static void test_arguments(void **state) {
  (void)state;
  niem_framework *framework = (niem_framework *)(uintptr_t)1;
  niem_error err;
  niem_framework_tables_options options;
  niem_framework_tables_options_init(NULL);
  assert_int_equal(niem_framework_parse_tables(NULL, NULL, "", 0, NULL, 0, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_framework_parse_tables(&framework, NULL, NULL, 0, NULL, 0, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_null(framework);
  assert_int_equal(niem_framework_parse_tables(&framework, NULL, "", -1, NULL, 0, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_framework_parse_tables(&framework, NULL, "", 0, "", -1, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_framework_read_tables(NULL, NULL, "x", NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_framework_read_tables(&framework, NULL, NULL, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_framework_read_tables(&framework, NULL, "no such file", NULL, NULL, &err), NIEM_ERROR_IO);
  static const struct {
    const char *id, *round, *title;
    int32_t separator, decimal_comma;
    int64_t n_ignore;
    niem_status status;
    const char *where;
  } cases[] = {{"a/b", NULL, NULL, 0, 0, 0, NIEM_ERROR_ARGUMENT, "id"},
               {NULL, "", NULL, 0, 0, 0, NIEM_ERROR_ARGUMENT, "round"},
               {NULL, NULL, "\xFF", 0, 0, 0, NIEM_ERROR_ENCODING, "title"},
               {NULL, NULL, NULL, '|', 0, 0, NIEM_ERROR_ARGUMENT, "separator"},
               {NULL, NULL, NULL, 0, 2, 0, NIEM_ERROR_ARGUMENT, "decimal_comma"},
               {NULL, NULL, NULL, ',', 1, 0, NIEM_ERROR_ARGUMENT, "decimal_comma"},
               {NULL, NULL, NULL, 0, 0, 1, NIEM_ERROR_ARGUMENT, "ignore"},
               {NULL, NULL, NULL, 0, 0, -1, NIEM_ERROR_ARGUMENT, "ignore"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    niem_framework_tables_options_init(&options);
    options.id = cases[i].id;
    options.round = cases[i].round;
    options.title = cases[i].title;
    options.separator = cases[i].separator;
    options.decimal_comma = cases[i].decimal_comma;
    options.n_ignore = cases[i].n_ignore;
    assert_int_equal(parse_tables(&framework, NULL, INDICATORS, DATA, &options, &err), cases[i].status);
    assert_null(framework);
    check_error(&err, cases[i].status, 0, cases[i].where, "");
  }
}

/* --- answers that are wrong --- */

static void refuse_answers(const niem_framework *framework, const char *text, const niem_answers_table_options *options,
                           int64_t errors, niem_status status, int64_t row, const char *where, const char *part) {
  niem_answers *answers = (niem_answers *)(uintptr_t)1;
  niem_problems *problems = NULL;
  niem_error err;
  const niem_status found =
      niem_answers_parse_table(&answers, &problems, framework, text, (int64_t)strlen(text), options, &err);
  assert_null(answers);
  check_error(&err, status, row, where, part);
  assert_int_equal(found, status);
  assert_int_equal(niem_problems_total(problems, NIEM_ERROR), errors);
  niem_problems_free(problems);
}

static void test_wrong_answers(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int errors;
    niem_status status;
    int row;
    const char *where, *part;
  } cases[] = {
      {"uCode,Time,size,Roads,Rodes\n", 1, NIEM_ERROR_REFERENCE, 0, "Rodes", "\"Rodes\" is no indicator of framework"},
      {"uCode,unit,Roads\n", 1, NIEM_ERROR_DUPLICATE, 0, "unit", "means what another one does"},
      {"uCode,Roads,Roads\n", 1, NIEM_ERROR_DUPLICATE, 0, "Roads", "means what another one does"},
      {"Roads,Debt\n", 1, NIEM_ERROR_FORMAT, 0, "", "there is no column \"uCode\""},
      {"uCode,size\n", 1, NIEM_ERROR_FORMAT, 0, "", "there is no column of an indicator"},
      {"uCode,Time,Roads,Debt\n", 1, NIEM_ERROR_FORMAT, 0, "answers", "there is no row"},
      {"uCode,Time,Roads,Debt\n,2020,1,2\nA,,1,2\nA,2020,x,\"1,5\"\n", 4, NIEM_ERROR_FORMAT, 1, "uCode",
       "blank; name the unit"},
      {"uCode,Time,Roads,Debt\nA,,1,2\n", 1, NIEM_ERROR_FORMAT, 1, "Time", "blank; name the round"},
      {"uCode,Roads,Debt\nA,1,2\n", 1, NIEM_ERROR_FORMAT, 1, "round", "by the option \"round\""},
      {"uCode,Time,group,Roads,Debt\nA,2020,ref,1,2\n", 1, NIEM_ERROR_REFERENCE, 1, "group", "groups are all"},
      {"uCode,Time,Roads,Debt\nA,2020,1,two\n", 1, NIEM_ERROR_SYNTAX, 1, "Debt", "\"two\" is no number"},
      {"uCode,Time,Roads,Debt\nA,2020,1,-\n", 1, NIEM_ERROR_VALUE, 1, "Debt", "leave the cell blank, or write NA"},
      {"uCode,Time,Roads,Debt\nA,2020,1,2\nA,2020,1,2\n", 2, NIEM_ERROR_DUPLICATE, 2, NULL, ""},
      {"uCode,Time,Roads,Debt\nA,2020,1\n", 1, NIEM_ERROR_FORMAT, 1, NULL, "line 2 has 3 fields"},
      {"\xFF", 1, NIEM_ERROR_ENCODING, 0, NULL, ""},
      {"", 1, NIEM_ERROR_FORMAT, 0, NULL, "empty"},
  };
  niem_framework *framework = tables_of(INDICATORS, DATA);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    refuse_answers(framework, cases[i].text, NULL, cases[i].errors, cases[i].status, cases[i].row, cases[i].where,
                   cases[i].part);
  }
  niem_framework_free(framework);
  char *closed = edited(BASE, "\"peers\":[{\"id\":\"v4\",\"units\":[\"PL\",\"HU\"]}],", "\"closed\":true,");
  framework = framework_of(closed);
  refuse_answers(framework, "unit,round,group,HOU-1,HOU-2\nDE,r1,ref,1,p\n", NULL, 1, NIEM_ERROR_REFERENCE, 1, "unit",
                 "unit \"DE\" is not in framework");
  refuse_answers(framework, "unit,round,group,HOU-1,HOU-2\nPL,r9,ref,1,p\n", NULL, 1, NIEM_ERROR_REFERENCE, 1, "round",
                 "round \"r9\" is not in framework");
  refuse_answers(framework, "unit,round,group,HOU-1,HOU-2\nPL,r1,both,1,p\n", NULL, 1, NIEM_ERROR_REFERENCE, 1, "group",
                 "groups are ref, sub");
  refuse_answers(framework, "unit,round,group,HOU-1,HOU-2\nPL,r1,,1,p\n", NULL, 1, NIEM_ERROR_FORMAT, 1, "group",
                 "blank; name the group");
  refuse_answers(framework, "unit,round,group,HOU-1,HOU-2\nPL,r1,ref,1,z\n", NULL, 1, NIEM_ERROR_REFERENCE, 1, "HOU-2",
                 "item \"z\" is not one of p, q, r");
  niem_framework_free(framework);
  free(closed);
  framework = framework_of(
      "{\"format\":\"niem-framework/1\",\"id\":\"x\",\"version\":\"1\",\"indicators\":[{\"id\":"
      "\"K\",\"scale\":{\"kind\":\"composite\",\"of\":[\"A\"]}},{\"id\":\"A\",\"scale\":{\"kind\":"
      "\"binary\"}}]}");
  refuse_answers(framework, "unit,K,A\nDE,1,yes\n", NULL, 1, NIEM_ERROR_VALUE, 0, "K", "is made of others");
  niem_framework_free(framework);
}

static void test_answer_arguments(void **state) {
  (void)state;
  niem_framework *framework = tables_of(INDICATORS, DATA);
  niem_answers *answers = (niem_answers *)(uintptr_t)1;
  niem_problems *problems = (niem_problems *)(uintptr_t)1;
  niem_answers_table_options options;
  niem_error err;
  niem_answers_table_options_init(NULL);
  niem_answers_table_options_init(&options);
  assert_int_equal(niem_answers_parse_table(NULL, NULL, framework, DATA, 1, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_parse_table(&answers, &problems, NULL, DATA, 1, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_null(answers);
  assert_null(problems);
  assert_int_equal(niem_answers_parse_table(&answers, NULL, framework, NULL, 1, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_parse_table(&answers, NULL, framework, DATA, -1, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_read_table(&answers, NULL, framework, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_read_table(&answers, NULL, framework, "no such file", NULL, &err), NIEM_ERROR_IO);
  options.separator = 'x';
  assert_int_equal(niem_answers_parse_table(&answers, NULL, framework, DATA, 1, &options, &err), NIEM_ERROR_ARGUMENT);
  niem_framework_free(framework);
}

/* --- memory --- */

static niem_framework *made;

/* 1 where memory ran out, 0 where all went well; anything else fails the test. */
static int settle(niem_status status, const niem_error *err, const void *out) {
  allocations_left = status == NIEM_OK ? allocations_left : -1;
  if ((status == NIEM_OK) != (out != NULL) || (status != NIEM_OK && status != NIEM_ERROR_MEMORY)) {
    show(err);
    fail();
  }
  return status != NIEM_OK;
}

static int parse_once(const char *indicators, const char *data) {
  niem_framework *out = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  const niem_status status = parse_tables(&out, &problems, indicators, data, NULL, &err);
  const int failed = settle(status, &err, out);
  niem_framework_free(out);
  niem_problems_free(problems);
  return failed;
}

static int answer_once(void) {
  niem_answers *out = NULL;
  niem_error err;
  const niem_status status = niem_answers_parse_table(&out, NULL, made, DATA, sizeof DATA - 1, NULL, &err);
  const int failed = settle(status, &err, out);
  niem_answers_free(out);
  return failed;
}

static void test_memory(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(parse_once(INDICATORS, DATA));
  EACH_ALLOCATION_FAILS(parse_once("iCode,Parent\nT,\nX,T\nS,T\nY,S\n", NULL));
  made = tables_of(INDICATORS, DATA);
  EACH_ALLOCATION_FAILS(answer_once());
  niem_framework_free(made);
}

/* --- the example of COINr, where its tables are at hand: the ASEM Sustainable Connectivity Portal's --- */

static char *reference(const char *name) {
  char path[4096];
  const char *folder = getenv("NIEM_REFERENCE_DATA");
  (void)snprintf(path, sizeof path, "%s/refs/asem/%s", folder == NULL ? "" : folder, name);
  FILE *file = folder == NULL ? NULL : fopen(path, "rb");
  if (file == NULL) {
    return NULL;
  }
  fclose(file);
  return read_whole(path);
}

static int64_t count_rows(const niem_framework *framework, const char *part) {
  niem_table *t = part_of(framework, part);
  const int64_t n = niem_table_rows(t);
  niem_table_free(t);
  return n;
}

static void check_asem(const char *indicators, const char *data, int64_t rounds) {
  niem_framework *framework = tables_of(indicators, data);
  niem_answers *answers = NULL;
  assert_int_equal(count_rows(framework, "indicators"), 49 + 4);
  assert_int_equal(count_rows(framework, "nodes"), 49 + 8 + 2 + 1);
  assert_int_equal(count_rows(framework, "units"), 51);
  assert_int_equal(count_rows(framework, "rounds"), rounds);
  assert_int_equal(count_rows(framework, "peers"), 4 * 51);
  niem_table *t = part_of(framework, "indicators");
  int64_t scored = 0;
  for (int64_t i = 0; i < niem_table_rows(t); i++) {
    scored += integer_at(t, "scored", i);
  }
  assert_int_equal(scored, 49);
  assert_string_equal(text_at(t, "denominator", row_with(t, "indicator", "Flights")), "Population");
  niem_table_free(t);
  assert_int_equal(niem_answers_parse_table(&answers, NULL, framework, data, (int64_t)strlen(data), NULL, NULL),
                   NIEM_OK);
  assert_int_equal(niem_answers_count(answers), rounds * 51 * 53);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

static void test_asem(void **state) {
  (void)state;
  char *indicators = reference("asem_iMeta.csv");
  char *data = reference("asem_iData.csv");
  char *panel = reference("asem_iData_panel.csv");
  if (indicators == NULL || data == NULL || panel == NULL) {
    print_message("NIEM_REFERENCE_DATA does not lead to refs/asem: skipped\n");
  } else {
    check_asem(indicators, data, 1);
    check_asem(indicators, panel, 5);
  }
  free(indicators);
  free(data);
  free(panel);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_levels),
                                     cmocka_unit_test(test_units),
                                     cmocka_unit_test(test_rounds),
                                     cmocka_unit_test(test_nodes),
                                     cmocka_unit_test(test_answers),
                                     cmocka_unit_test(test_spreadsheets),
                                     cmocka_unit_test(test_questionnaire),
                                     cmocka_unit_test(test_faults),
                                     cmocka_unit_test(test_all_problems),
                                     cmocka_unit_test(test_warnings),
                                     cmocka_unit_test(test_depth),
                                     cmocka_unit_test(test_many),
                                     cmocka_unit_test(test_spaces),
                                     cmocka_unit_test(test_long_names),
                                     cmocka_unit_test(test_arguments),
                                     cmocka_unit_test(test_wrong_answers),
                                     cmocka_unit_test(test_answer_arguments),
                                     cmocka_unit_test(test_memory),
                                     cmocka_unit_test(test_asem)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
