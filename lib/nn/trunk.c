/* trunk.c -- one chunk of stamps up and down the convolutions */
#include <string.h>

#include "conv.h"
#include "join.h"
#include "kernels.h"
#include "pool.h"
#include "trunk.h"
#include "whiten.h"

/* To predict, a convolution and its activations take as many stamps of the chunk at a time
 * as keep the product, of no more than these floats, in a second cache: what leaves it comes
 * back slowly (5 % of Net_P and Net_T). When training all products are kept, and leave it. */
#define GROUP_FLOATS ((size_t)1 << 18)

static size_t pixels(const struct nn_map *m)
{
	return (size_t)m->side * (size_t)m->side;
}

/* Where stamp i of a map begins in a store's maps or gradients. */
static float *map_at(const struct pz_net *net, float *maps, const struct nn_map *m, size_t i)
{
	return maps + net->plan.chunk * m->at + i * pixels(m) * (size_t)m->stride +
	       (size_t)m->first;
}

/* Floats of a stamp's product. */
static size_t product_of(const struct nn_conv *c)
{
	return (size_t)c->side * (size_t)c->side * (size_t)c->out;
}

static size_t group_of(const struct nn_conv *c)
{
	size_t n = GROUP_FLOATS / product_of(c);

	return n > 0 ? n : 1;
}

static float *product_at(const struct pz_net *net, const struct nn_store *s,
			 const struct nn_conv *c)
{
	return s->products + (s->keep ? net->plan.chunk * c->z : 0);
}

/* x (n,C,S,S) -> the image map (n,S,S,C). */
static void image_load(const struct pz_net *net, float *restrict map, size_t n, const float *x)
{
	size_t bands = (size_t)net->plan.image.channels, plane = pixels(&net->plan.image);

	if (net->plan.whiten) {
		for (size_t i = 0; i < n; i++)
			pz_nn_whiten(net, x + i * bands * plane, map + i * bands * plane);
		return;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < bands; c++)
			for (size_t p = 0; p < plane; p++)
				map[(i * plane + p) * bands + c] = x[(i * bands + c) * plane + p];
}

/* Of n stamps from stamp i on. */
static struct nn_act_args act_args(const struct pz_net *net, const struct nn_norm *norm,
				   const struct nn_conv *c, const struct nn_branch *b, size_t i,
				   size_t n, float *z, float *maps)
{
	struct nn_act_args a = { .act = b->act,
				 .pool = b->pool,
				 .n = n,
				 .side = (size_t)c->side,
				 .channels = (size_t)b->channels,
				 .z = z + b->first,
				 .zs = (size_t)c->out,
				 .y = map_at(net, maps, &b->out, i),
				 .ys = (size_t)b->out.stride,
				 .bias = net->values + c->bias + b->first,
				 .slope = net->values + c->slope + b->first };
	size_t at = c->norm_at + (size_t)b->first;

	if (c->norm)
		a.bias = norm->shift + at;
	if (c->norm && norm->batch) {
		a.scale = norm->scale + at;
		a.mean = norm->mean + at;
		a.inverse = norm->inverse + at;
	}
	return a;
}

static void activate(const struct pz_net *net, const struct nn_store *s, const struct nn_conv *c,
		     size_t i, size_t n, float *z)
{
	for (int k = 0; k < c->branches; k++) {
		struct nn_act_args a = act_args(net, s->norm, c, &c->branch[k], i, n, z, s->maps);

		pz_nn_kernels()->act_forward(&a);
	}
}

static void group_up(const struct pz_net *net, const struct nn_store *s, const struct nn_step *step,
		     size_t i, size_t n)
{
	const struct nn_conv *c = &step->c;
	float *z = product_at(net, s, c);

	pz_nn_conv_forward(step, s->planes + c->planes, n, map_at(net, s->maps, &step->in, i), z,
			   s->scratch);
	activate(net, s, c, i, n, z);
}

static void conv_up(const struct pz_net *net, const struct nn_store *s, const struct nn_step *step,
		    size_t n)
{
	size_t group = s->keep ? n : group_of(&step->c);

	for (size_t i = 0; i < n; i += group)
		group_up(net, s, step, i, n - i < group ? n - i : group);
}

static void vector_fill(const struct pz_net *net, const struct nn_map *m, const float *map,
			const float *joined, float *v)
{
	if (net->plan.mean)
		pz_nn_mean_forward(m, map, v);
	else
		memcpy(v, map, net->plan.pixels * sizeof *v);
	pz_nn_join(net, joined, v + net->plan.pixels);
}

/* A step that is no convolution. */
static void other_up(const struct pz_net *net, const struct nn_store *s, const struct nn_step *step,
		     size_t n)
{
	const float *in = map_at(net, s->maps, &step->in, 0);

	if (step->sum)
		pz_nn_sum_forward(step, n, in, map_at(net, s->maps, &step->out, 0));
	else
		pz_nn_pool_forward(step, n, in, map_at(net, s->maps, &step->out, 0));
}

void pz_nn_trunk_image(const struct pz_net *net, const struct nn_store *s, size_t n, const float *x)
{
	image_load(net, map_at(net, s->maps, &net->plan.image, 0), n, x);
}

float *pz_nn_trunk_product(const struct pz_net *net, const struct nn_store *s, size_t step,
			   size_t n)
{
	const struct nn_step *t = &net->plan.step[step];
	float *z = product_at(net, s, &t->c);

	pz_nn_conv_forward(t, s->planes + t->c.planes, n, map_at(net, s->maps, &t->in, 0), z,
			   s->scratch);
	return z;
}

void pz_nn_trunk_activate(const struct pz_net *net, const struct nn_store *s, size_t step, size_t n)
{
	const struct nn_step *t = &net->plan.step[step];

	if (t->conv)
		activate(net, s, &t->c, 0, n, product_at(net, s, &t->c));
	else
		other_up(net, s, t, n);
}

void pz_nn_trunk_vector(const struct pz_net *net, const struct nn_store *s, size_t n,
			const float *joined, float *vector)
{
	const struct nn_plan *p = &net->plan;

	for (size_t i = 0; i < n; i++)
		vector_fill(net, &p->last, map_at(net, s->maps, &p->last, i),
			    joined + i * pz_net_joined(net), vector + i * p->vector);
}

void pz_nn_trunk_step(const struct pz_net *net, const struct nn_store *s, size_t i, size_t n)
{
	const struct nn_step *step = &net->plan.step[i];

	if (step->conv)
		conv_up(net, s, step, n);
	else
		other_up(net, s, step, n);
}

void pz_nn_trunk_forward(const struct pz_net *net, const struct nn_store *s, size_t n,
			 const float *x, const float *joined, float *vector)
{
	const struct nn_plan *p = &net->plan;

	pz_nn_trunk_image(net, s, n, x);
	for (size_t i = 0; i < p->steps; i++)
		pz_nn_trunk_step(net, s, i, n);
	pz_nn_trunk_vector(net, s, n, joined, vector);
}

/* The way back through the activations; of a normalised product the sums, or then its gradient. */
static void activations_down(const struct pz_net *net, const struct nn_store *s,
			     const struct nn_conv *c, size_t n, bool sums, float *lane)
{
	float *z = product_at(net, s, c), *dbias = lane + c->lane + pz_nn_conv_lane(c);

	for (int i = 0; i < c->branches; i++) {
		const struct nn_branch *b = &c->branch[i];
		struct nn_act_args a = act_args(net, s->norm, c, b, 0, n, z, s->gradients);

		a.dbias = dbias + b->first;
		a.dslope = a.dbias + c->out;
		a.dscale = a.dslope + c->out;
		if (c->norm && !sums) {
			a.mean_du = s->norm->mean_du + c->norm_at + b->first;
			a.mean_dux = s->norm->mean_dux + c->norm_at + b->first;
		}
		pz_nn_kernels()->act_backward(&a);
	}
}

static void conv_down(const struct pz_net *net, const struct nn_store *s,
		      const struct nn_step *step, size_t n, float *lane)
{
	const struct nn_conv *c = &step->c;

	activations_down(net, s, c, n, false, lane);
	pz_nn_conv_backward(step, s->planes + c->planes, n, map_at(net, s->maps, &step->in, 0),
			    product_at(net, s, c), lane + c->lane,
			    step->image ? NULL : map_at(net, s->gradients, &step->in, 0),
			    s->scratch);
}

static void vector_spread(const struct pz_net *net, const struct nn_map *m, const float *dv,
			  float *dmap)
{
	if (net->plan.mean)
		pz_nn_mean_backward(m, dv, dmap);
	else
		memcpy(dmap, dv, (size_t)m->channels * pixels(m) * sizeof *dmap);
}

void pz_nn_trunk_spread(const struct pz_net *net, const struct nn_store *s, size_t n,
			const float *dvector)
{
	const struct nn_plan *p = &net->plan;

	for (size_t i = 0; i < n; i++)
		vector_spread(net, &p->last, dvector + i * p->vector,
			      map_at(net, s->gradients, &p->last, i));
}

void pz_nn_trunk_sums(const struct pz_net *net, const struct nn_store *s, size_t step, size_t n,
		      float *lane)
{
	activations_down(net, s, &net->plan.step[step].c, n, true, lane);
}

void pz_nn_trunk_down(const struct pz_net *net, const struct nn_store *s, size_t step, size_t n,
		      float *lane)
{
	const struct nn_step *t = &net->plan.step[step];

	if (t->conv)
		conv_down(net, s, t, n, lane);
	else if (t->sum && !t->image)
		pz_nn_sum_backward(t, n, map_at(net, s->gradients, &t->out, 0),
				   map_at(net, s->gradients, &t->in, 0));
	else if (!t->image)
		pz_nn_pool_backward(t, n, map_at(net, s->gradients, &t->out, 0),
				    map_at(net, s->gradients, &t->in, 0));
}

void pz_nn_trunk_backward(const struct pz_net *net, const struct nn_store *s, size_t n,
			  const float *dvector, float *lane)
{
	pz_nn_trunk_spread(net, s, n, dvector);
	for (size_t i = net->plan.steps; i-- > 0;)
		pz_nn_trunk_down(net, s, i, n, lane);
}

void pz_nn_trunk_begin(const struct pz_net *net, const struct nn_norm *norm, size_t step,
		       float *planes, bool back, float *scratch)
{
	const struct nn_step *t = &net->plan.step[step];
	const struct nn_conv *c = &t->c;
	const float *weight = net->values + c->weight;

	if (!t->conv)
		return;
	if (c->norm && !norm->batch) {
		pz_nn_norm_begin(net, c, norm, scratch);
		weight = scratch;
	}
	pz_nn_conv_begin(c, weight, planes + c->planes, back && !t->image);
}

void pz_nn_trunk_end(const struct pz_net *net, size_t step, const float *lane, float *gradient)
{
	const struct nn_conv *c = &net->plan.step[step].c;
	const float *bias = lane + c->lane + pz_nn_conv_lane(c);
	size_t out = (size_t)c->out;

	if (!net->plan.step[step].conv)
		return;
	pz_nn_conv_end(c, lane + c->lane, gradient + c->weight);
	memcpy(gradient + c->bias, bias, out * sizeof *bias);
	memcpy(gradient + c->slope, bias + out, out * sizeof *bias);
	if (c->norm)
		memcpy(gradient + c->scale, bias + 2 * out, out * sizeof *bias);
}
