/* fit.h -- a straight line through a residual curve
 *
 *      residual = slope z + intercept, weights 1/error^2
 *
 * Errors are scaled by the scatter found about the line: c = chi^2/(points - 2),
 * as the published program's are (pzpipe-method(7), equation 17).
 */
#ifndef PZ_FIT_H
#define PZ_FIT_H

#include <math.h>

#include <pz/api.h>
#include <pz/curve.h>

/* Which points of a curve take part. */
struct pz_fit_range {
	double from, to;  /* bin centres within [from, to]                     */
	size_t min_count; /* galaxies that a point needs                       */
};

#define PZ_FIT_ALL ((struct pz_fit_range){ .from = -HUGE_VAL, .to = HUGE_VAL })

struct pz_line {
	int points;
	double slope, intercept;
	double slope_error, intercept_error; /* NaN with two points            */
	double chi2;
	double mean; /* of the points' residuals, with the same weights     */
};

/* 0, or PZ_EDATA where fewer than two points are within the range; then points
 * is how many there are and all else NaN. */
PZ_API int pz_fit_line(const struct pz_curve *curve, struct pz_fit_range range,
		       struct pz_line *line);

#endif
