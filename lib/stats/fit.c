/* fit.c -- weighted least squares about the weighted means */
#include <math.h>
#include <stdbool.h>

#include <pz/error.h>
#include <pz/fit.h>

static bool within(const struct pz_point *p, const struct pz_fit_range *range)
{
	return p->z >= range->from && p->z <= range->to && p->count >= range->min_count;
}

static double weight(const struct pz_point *p)
{
	return 1 / (p->error * p->error);
}

int pz_fit_line(const struct pz_curve *curve, struct pz_fit_range range, struct pz_line *line)
{
	double s = 0, xm = 0, ym = 0, q = 0, a = 0, chi2 = 0, c;
	int n = 0;

	for (int i = 0; i < curve->n; i++) {
		const struct pz_point *p = &curve->point[i];

		if (!within(p, &range))
			continue;
		n++;
		s += weight(p);
		xm += weight(p) * p->z;
		ym += weight(p) * p->residual;
	}
	*line = (struct pz_line){ n, NAN, NAN, NAN, NAN, NAN, NAN };
	if (n < 2)
		return pz_fail(PZ_EDATA,
			       "line: expected at least 2 points in z from %g to %g, found %d",
			       range.from, range.to, n);
	xm /= s;
	ym /= s;
	for (int i = 0; i < curve->n; i++) {
		const struct pz_point *p = &curve->point[i];

		if (within(p, &range)) {
			q += weight(p) * (p->z - xm) * (p->z - xm);
			a += weight(p) * (p->z - xm) * (p->residual - ym);
		}
	}
	a /= q;
	for (int i = 0; i < curve->n; i++) {
		const struct pz_point *p = &curve->point[i];
		double off = p->residual - ym - a * (p->z - xm);

		if (within(p, &range))
			chi2 += weight(p) * off * off;
	}
	c = n > 2 ? chi2 / (n - 2) : NAN;
	*line = (struct pz_line){ .points = n,
				  .slope = a,
				  .intercept = ym - a * xm,
				  .slope_error = sqrt(c / q),
				  .intercept_error = sqrt(c * (1 / s + xm * xm / q)),
				  .chi2 = chi2,
				  .mean = ym };
	return 0;
}
