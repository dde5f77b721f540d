/* chunk.c -- the chunks of a batch, and their memory */
#include "batch.h"

size_t pz_nn_chunks(const struct pz_net *net, size_t n)
{
	return (n + net->plan.chunk - 1) / net->plan.chunk;
}

size_t pz_nn_lanes(const struct pz_net *net, size_t n)
{
	size_t chunks = pz_nn_chunks(net, n);

	return chunks < NN_LANES ? chunks : NN_LANES;
}

size_t pz_nn_chunk_size(const struct pz_net *net, size_t n, size_t c)
{
	size_t left = n - c * net->plan.chunk;

	return left < net->plan.chunk ? left : net->plan.chunk;
}

struct nn_store pz_nn_chunk_store(const struct pz_work *w, size_t chunk, size_t thread)
{
	size_t own = w->train ? chunk : thread, down = w->net->plan.norms ? chunk : thread;

	return (struct nn_store){
		.maps = w->maps + own * w->map_floats,
		.products = w->products + own * w->product_floats,
		.gradients = w->train ? w->gradients + down * w->map_floats : NULL,
		.scratch = w->scratch + thread * w->scratch_floats,
		.planes = w->planes,
		.norm = &w->norm,
		.keep = w->train,
	};
}
