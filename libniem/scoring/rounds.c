/* The times of rounds in months, in which a year is twelve, with a leap day in it or not. */
#include "base/platform.h"

#include "scoring/rounds.h"

#include "base/number.h"

#include <string.h>

/* Months since the year 0 of a date such as 2021-03-31: whole ones, and the share of the month that its day is. Two
 * rounds on the same day of the year are whole years apart, with a leap day between them or not. */
static ni_dd months_of(const char *date) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = (date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + (date[3] - '0');
  const int month = (date[5] - '0') * 10 + (date[6] - '0');
  const int day = (date[8] - '0') * 10 + (date[9] - '0');
  const int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const ni_dd share = ni_dd_div_d(ni_dd_from(day - 1), days[month - 1] + (month == 2 && leap));
  return ni_dd_add_d(share, NI_MONTHS * year + month - 1);
}

static const char *date_of(const niem_answers *answers, int32_t round) {
  const int32_t listed = answers->round_places[round];
  return listed < 0 ? NULL : answers->framework->rounds[listed].date;
}

static int any_dated(const niem_answers *answers) {
  for (int32_t r = 0; r < answers->n_rounds; r++) {
    if (date_of(answers, r) != NULL) {
      return 1;
    }
  }
  return 0;
}

static int time_of(ni_dd *months, const niem_answers *answers, int32_t round, int dated) {
  const char *date = date_of(answers, round);
  const char *id = answers->rounds[round];
  if (dated) {
    *months = date == NULL ? ni_dd_from(ni_nan()) : months_of(date);
    return date != NULL;
  }
  double years = 0;
  const int is_number = ni_parse_double(id, strlen(id), '.', &years) == NI_NUMBER_OK;
  *months = ni_dd_two_product(years, NI_MONTHS);
  return is_number;
}

ni_rounds_fault ni_round_times(ni_dd *months, const niem_answers *answers) {
  const int dated = any_dated(answers);
  for (int32_t r = 0; r < answers->n_rounds; r++) {
    const ni_rounds_fault timeless = {NI_ROUND_TIMELESS, r, -1};
    months[r] = ni_dd_from(0);
    if (!time_of(&months[r], answers, r, dated)) {
      return timeless;
    }
    for (int32_t before = 0; before < r; before++) {
      const ni_rounds_fault at_once = {NI_ROUNDS_AT_ONCE, r, before};
      if (ni_dd_compare(months[before], months[r]) == 0) {
        return at_once;
      }
    }
  }
  const ni_rounds_fault none = {NI_ROUNDS_TIMED, -1, -1};
  return none;
}
