/* What imputation shares with the step of a method. */
#ifndef NI_METHODS_IMPUTE_H
#define NI_METHODS_IMPUTE_H

#include "base/platform.h"

/* Whether a method goes by a unit's own values at other times: latest, linear, linear_constant, constant. */
int ni_imputes_over_time(int32_t method);

#endif
