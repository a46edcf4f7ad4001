/* libniem: the scoring implementation of the National Integration Evaluation Mechanism, and of any index that is a tree
 * of indicators. This header is the stable interface; each room has its own. */
#ifndef NIEM_H
#define NIEM_H

#include "niem/analysis.h"
#include "niem/answers.h"
#include "niem/assessment.h"
#include "niem/base.h"
#include "niem/comparison.h"
#include "niem/framework.h"
#include "niem/method.h"
#include "niem/methods.h"
#include "niem/numbers.h"
#include "niem/robustness.h"
#include "niem/scores.h"
#include "niem/statistics.h"
#include "niem/table.h"

#endif
