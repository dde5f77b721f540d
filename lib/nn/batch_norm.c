/* batch_norm.c -- a batch through a trunk whose products are normalised over it, step by step
 *
 *      up      chunks: product, its sums      -> mean, variance   chunks: activation, pool
 *      down    lanes: sums of du and du x     -> their means      lanes: dz, weights, dx
 */
#include <string.h>

#include <pz/ranks.h>
#include <pz/team.h>

#include "batch.h"
#include "conv.h"
#include "kernels.h"

/* A step of a job. */
struct part {
	struct nn_job *j;
	size_t step;
};

static const struct nn_step *step_of(const struct part *p)
{
	return &p->j->net->plan.step[p->step];
}

static size_t image_floats(const struct pz_net *net)
{
	const struct nn_map *m = &net->plan.image;

	return (size_t)(m->side * m->side) * (size_t)m->channels;
}

static void chunk_image(void *arg, size_t c, size_t thread)
{
	const struct nn_job *j = arg;
	struct nn_store s = pz_nn_chunk_store(j->w, c, thread);
	size_t first = c * j->net->plan.chunk;

	pz_nn_trunk_image(j->net, &s, pz_nn_chunk_size(j->net, j->n, c),
			  j->x + first * image_floats(j->net));
}

/* The product, and of a normalised one the sums of its columns. */
static void chunk_product(void *arg, size_t c, size_t thread)
{
	const struct part *p = arg;
	const struct nn_job *j = p->j;
	const struct nn_conv *conv = &step_of(p)->c;
	size_t n = pz_nn_chunk_size(j->net, j->n, c), out = (size_t)conv->out;
	struct nn_store s = pz_nn_chunk_store(j->w, c, thread);
	double *sums = j->w->norm.sums + c * 2 * j->net->plan.norm_widest;
	const float *z = pz_nn_trunk_product(j->net, &s, p->step, n);

	if (conv->norm)
		pz_nn_kernels()->moments(n * (size_t)(conv->side * conv->side), out, out, z, sums,
					 sums + out);
}

static void chunk_activate(void *arg, size_t c, size_t thread)
{
	const struct part *p = arg;
	const struct nn_job *j = p->j;
	struct nn_store s = pz_nn_chunk_store(j->w, c, thread);

	pz_nn_trunk_activate(j->net, &s, p->step, pz_nn_chunk_size(j->net, j->n, c));
}

static void chunk_vector(void *arg, size_t c, size_t thread)
{
	const struct nn_job *j = arg;
	struct nn_store s = pz_nn_chunk_store(j->w, c, thread);
	size_t first = c * j->net->plan.chunk;

	pz_nn_trunk_vector(j->net, &s, pz_nn_chunk_size(j->net, j->n, c),
			   j->joined + first * pz_net_joined(j->net),
			   j->w->vector + first * j->net->plan.vector);
}

/* Pixels of a map of this side in the whole batch, all ranks together. */
static double pixels_of(const struct nn_job *j, const struct nn_conv *c)
{
	return (double)(j->w->ranks ? j->w->batch : j->n) * (double)c->side * (double)c->side;
}

static void add_ranks(const struct nn_job *j, size_t n)
{
	if (j->w->ranks)
		j->w->ranks->add(j->w->ranks->context, j->w->norm.all, n);
}

static void settle_step(const struct part *p)
{
	const struct nn_job *j = p->j;
	const struct nn_conv *c = &step_of(p)->c;
	size_t n = 2 * (size_t)c->out, apart = 2 * j->net->plan.norm_widest;
	double *all = j->w->norm.all;

	memset(all, 0, n * sizeof *all);
	for (size_t k = 0; k < pz_nn_chunks(j->net, j->n); k++)
		for (size_t i = 0; i < n; i++)
			all[i] += j->w->norm.sums[k * apart + i];
	add_ranks(j, n);
	pz_nn_norm_settle(j->net, c, &j->w->norm, pixels_of(j, c));
}

void pz_nn_job_up(struct nn_job *j)
{
	size_t chunks = pz_nn_chunks(j->net, j->n), threads = j->w->threads;

	pz_team_run(threads, chunks, chunk_image, j);
	for (size_t i = 0; i < j->net->plan.steps; i++) {
		struct part p = { j, i };

		if (step_of(&p)->conv)
			pz_team_run(threads, chunks, chunk_product, &p);
		if (step_of(&p)->conv && step_of(&p)->c.norm)
			settle_step(&p);
		pz_team_run(threads, chunks, chunk_activate, &p);
	}
	pz_team_run(threads, chunks, chunk_vector, j);
}

/* ---- down ---- */

typedef void chunk_down(const struct part *p, const struct nn_store *s, size_t c, size_t n,
			float *lane);

/* The chunks of a lane, one after the other. */
static void walk_lane(const struct part *p, size_t l, size_t thread, chunk_down *down)
{
	const struct nn_job *j = p->j;
	size_t chunks = pz_nn_chunks(j->net, j->n);

	for (size_t c = l * chunks / j->lanes; c < (l + 1) * chunks / j->lanes; c++) {
		struct nn_store s = pz_nn_chunk_store(j->w, c, thread);

		down(p, &s, c, pz_nn_chunk_size(j->net, j->n, c),
		     j->w->lanes + l * j->net->plan.lane);
	}
}

static void spread_chunk(const struct part *p, const struct nn_store *s, size_t c, size_t n,
			 float *lane)
{
	const struct nn_plan *plan = &p->j->net->plan;

	(void)lane;
	pz_nn_trunk_spread(p->j->net, s, n, p->j->w->dvector + c * plan->chunk * plan->vector);
}

static void sum_chunk(const struct part *p, const struct nn_store *s, size_t c, size_t n,
		      float *lane)
{
	(void)c;
	pz_nn_trunk_sums(p->j->net, s, p->step, n, lane);
}

static void down_chunk(const struct part *p, const struct nn_store *s, size_t c, size_t n,
		       float *lane)
{
	(void)c;
	pz_nn_trunk_down(p->j->net, s, p->step, n, lane);
}

static void lane_spread(void *arg, size_t l, size_t thread)
{
	const struct part *p = arg;
	size_t floats = p->j->net->plan.lane;

	memset(p->j->w->lanes + l * floats, 0, floats * sizeof(float));
	walk_lane(p, l, thread, spread_chunk);
}

static void lane_sums(void *arg, size_t l, size_t thread)
{
	walk_lane(arg, l, thread, sum_chunk);
}

static void lane_step(void *arg, size_t l, size_t thread)
{
	walk_lane(arg, l, thread, down_chunk);
}

/* From the lanes' sums of du and du x to their means; those of columns that are not normalised
 * take nothing away. */
static void settle_means(const struct part *p)
{
	const struct nn_job *j = p->j;
	const struct nn_conv *c = &step_of(p)->c;
	const struct nn_norm *norm = &j->w->norm;
	size_t out = (size_t)c->out;
	double *all = norm->all, n = pixels_of(j, c);

	memset(all, 0, 2 * out * sizeof *all);
	for (size_t l = 0; l < j->lanes; l++) {
		const float *dbias = j->w->lanes + l * j->net->plan.lane + c->lane +
				     pz_nn_conv_lane(c);

		for (size_t i = 0; i < out; i++) {
			all[i] += (double)dbias[i];
			all[out + i] += (double)dbias[2 * out + i];
		}
	}
	add_ranks(j, 2 * out);
	for (int i = 0; i < c->branches; i++)
		for (int k = 0; k < c->branch[i].channels; k++) {
			size_t column = (size_t)(c->branch[i].first + k);
			double share = c->branch[i].norm ? 1 / n : 0;

			norm->mean_du[c->norm_at + column] = (float)(all[column] * share);
			norm->mean_dux[c->norm_at + column] = (float)(all[out + column] * share);
		}
}

void pz_nn_job_down(struct nn_job *j)
{
	size_t threads = j->w->threads;
	struct part p = { j, 0 };

	pz_team_run(threads, j->lanes, lane_spread, &p);
	for (size_t i = j->net->plan.steps; i-- > 0;) {
		p.step = i;
		if (step_of(&p)->conv && step_of(&p)->c.norm) {
			pz_team_run(threads, j->lanes, lane_sums, &p);
			settle_means(&p);
		}
		pz_team_run(threads, j->lanes, lane_step, &p);
	}
}
