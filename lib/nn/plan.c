/* plan.c -- from text and shape to steps, maps and places of parameters */
#include <stdlib.h>

#include <pz/error.h>

#include "plan_parts.h"

/* A chunk has as many stamps as give its smallest map these pixels, since products
 * of few rows are slow (6 % of Net_P and Net_T), as long as the largest product has
 * no more than these floats, since what leaves the cache comes back slowly. More
 * stamps than needed cost Net_S1 10 %, Net_S3 5 %. It is a power of 2, as batches mostly
 * are: with chunks of 3, two threads wait 5 % of the time for the last one, eight 30 %. */
#define CHUNK_ROWS   ((size_t)256)
#define CHUNK_FLOATS ((size_t)5 << 18)
#define CHUNK_MAX    8

static size_t chunk_of(const struct nn_plan *p)
{
	size_t fits = p->product_max ? CHUNK_FLOATS / p->product_max : CHUNK_MAX;
	size_t least = CHUNK_ROWS, most, n;

	for (size_t i = 0; i < p->steps; i++) {
		size_t pixels = (size_t)p->step[i].c.side * (size_t)p->step[i].c.side;

		least = p->step[i].conv && pixels < least ? pixels : least;
	}
	most = CHUNK_ROWS / least < fits ? CHUNK_ROWS / least : fits;
	for (n = 1; 2 * n <= most && 2 * n <= CHUNK_MAX; n *= 2)
		;
	return n;
}

int pz_nn_plan_make(struct pz_net *net, const struct nn_text *text)
{
	struct builder b = { .net = net, .plan = &net->plan, .text = text, .block = "" };
	size_t items = text->count, heads = (size_t)net->shape.channels + 1, i = 0;
	int rc;

	net->plan.step = calloc(items + 1, sizeof *net->plan.step);
	net->plan.dense = calloc(items + 1, sizeof *net->plan.dense);
	net->layer = calloc(items + 1, sizeof *net->layer);
	net->tensor = calloc(6 * items + 2 * heads + 2, sizeof *net->tensor);
	if (!net->plan.step || !net->plan.dense || !net->layer || !net->tensor)
		return pz_fail(PZ_ENOMEM, "network: no memory");
	if ((rc = pz_nn_plan_trunk(&b, &i)) < 0 || (rc = pz_nn_plan_vector(&b, i)) < 0)
		return rc;
	net->plan.chunk = chunk_of(&net->plan);
	return 0;
}
