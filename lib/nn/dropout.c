/* dropout.c -- switches units of the hidden layers off at random while a network learns
 *
 * Which units are off in an iteration is a pure function of (seed, iteration, layer, stamp of the
 * batch), so that threads, ranks and resumed runs agree. Those that stay are scaled up, so that
 * prediction needs nothing.
 *
 * Source: Srivastava et al. 2014 (JMLR 15, 1929).
 */
#include <stdint.h>

#include <pz/random.h>

#include "dropout.h"

/* Units [i, i + 4) of a stamp. */
static void drop_four(const struct nn_dropout *d, uint64_t stream, uint64_t block, size_t n,
		      float *y)
{
	uint32_t limit = (uint32_t)(d->share * 4294967296.0), word[4];
	float keep = (float)(1 / (1 - d->share));

	pz_random_block(d->seed, stream, block, word);
	for (size_t i = 0; i < n; i++)
		y[i] *= word[i] < limit ? 0 : keep;
}

void pz_nn_drop(const struct nn_dropout *d, size_t layer, size_t n, size_t units, float *y)
{
	uint64_t stream, row = (units + 3) / 4;

	if (d->share == 0)
		return;
	stream = pz_random_stream("train.dropout", d->iteration);
	for (size_t i = 0; i < n; i++)
		for (size_t u = 0; u < units; u += 4)
			drop_four(d, stream + layer, (d->first + i) * row + u / 4,
				  units - u < 4 ? units - u : 4, y + i * units + u);
}
