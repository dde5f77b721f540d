/* join.c -- what joins the vector of a stamp: E(B-V), and features, standardised
 *
 *      v = (feature - mean) scale,   scale = 1/deviation in the training sample
 *
 * A missing feature (NaN) becomes 0, the training sample's mean. A feature that is the same for
 * all training galaxies has the scale 0: nothing can be learned from it.
 */
#include <math.h>

#include <pz/error.h>
#include <pz/nn.h>

#include "join.h"

void pz_nn_join(const struct pz_net *net, const float *given, float *v)
{
	const struct nn_plan *p = &net->plan;
	const float *mean = net->values + p->feature_mean, *scale = net->values + p->feature_scale;

	if (p->ebv)
		*v++ = *given++;
	for (size_t i = 0; i < p->features; i++)
		v[i] = isnan(given[i]) ? 0 : (given[i] - mean[i]) * scale[i];
}

/* Mean and deviation of n values with a stride, NaN passed over; how many there are. */
static size_t measure_feature(const float *x, size_t n, size_t stride, double *mean, double *sd)
{
	double sum = 0, squares = 0;
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		double value = (double)x[i * stride];

		known += !isnan(value);
		sum += isnan(value) ? 0 : value;
	}
	*mean = known ? sum / (double)known : 0;
	for (size_t i = 0; i < n; i++) {
		double off = (double)x[i * stride] - *mean;

		squares += isnan(off) ? 0 : off * off;
	}
	*sd = known ? sqrt(squares / (double)known) : 0;
	return known;
}

int pz_net_scale_features(struct pz_net *net, size_t n, const float *joined)
{
	const struct nn_plan *p = &net->plan;

	for (size_t i = 0; i < p->features; i++) {
		double mean, sd;

		if (measure_feature(joined + p->ebv + i, n, pz_net_joined(net), &mean, &sd) == 0)
			return pz_fail(PZ_EDATA,
				       "feature %zu: expected a value in some training galaxy, "
				       "found none",
				       i + 1);
		/* Deviations that are only rounding of the float32 mean are none. */
		net->values[p->feature_mean + i] = (float)mean;
		net->values[p->feature_scale + i] = sd > 1e-6 * fabs(mean) ? (float)(1 / sd) : 0;
	}
	return 0;
}
