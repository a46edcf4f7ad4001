/* The times of rounds. */
#ifndef NI_ROUNDS_H
#define NI_ROUNDS_H

#include "base/platform.h"
#include "base/dd.h"
#include "model/answers.h"

enum { NI_MONTHS = 12 }; /* of a year */

/* What is wrong with the times of rounds: a round has none, or two have the same. */
enum { NI_ROUNDS_TIMED = 0, NI_ROUND_TIMELESS, NI_ROUNDS_AT_ONCE };
typedef struct ni_rounds_fault {
  int32_t fault;
  int32_t round, other; /* places in the answers' rounds */
} ni_rounds_fault;

/* The time of each round of the answers in months: of its date, or, where no round has a date, of the number that is
 * its id, in double-double. Two rounds on the same day of the year are whole years apart. */
ni_rounds_fault ni_round_times(ni_dd *months, const niem_answers *answers);

#endif
