/* Transformations of one column against skewness. NaN stays NaN. */
#ifndef NI_METHODS_TRANSFORM_H
#define NI_METHODS_TRANSFORM_H

#include "base/platform.h"

/* ln(x - min + shift), or mirrored -ln(max - x + shift). */
void ni_log_from_least(double *x, int64_t n, double shift, int mirrored);
/* ln((max f - 1) (x - min) / (max - min) + 1), or mirrored. 1, or 0 where max f <= 1 (x untouched). */
int ni_log_gii(double *x, int64_t n, double factor, int mirrored);

double ni_box_cox(double x, double lambda);
double ni_yeo_johnson(double x, double lambda);
/* The lambda within [-5, 5] of greatest profile likelihood, to about 1e-9. `room` has n elements. */
double ni_lambda(const double *x, int64_t n, double (*transform)(double x, double lambda), double *room);

#endif
