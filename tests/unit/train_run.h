/* train_run.h -- two runs of train made by hand, all of whose numbers differ, and the checkpoint of
 * the first one, "run.state"
 */
#ifndef TRAIN_RUN_H
#define TRAIN_RUN_H

#include <math.h>
#include <unistd.h>

#include "../../tools/train/checkpoint.h"
#include "in_process.h"

#define NET "conv 3x3 2 prelu\npool\nflatten\nebv\ndense 4 relu\n"
#define HEADER(min, left, bins)                                                                    \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 4, "           \
	"\"pixel\": \"f4\", \"stretch\": \"sqrt\", \"divide\": 1, \"labels\": \"channels\", "      \
	"\"grid\": {\"target\": \"z\", \"min\": " min ", \"max\": 0.4, \"bins\": " bins            \
	", \"left\": " left ", \"right\": 1}, \"rows\": {\"mag\": \"r\", \"min\": 15.5, "          \
	"\"width\": 0.5, \"channels\": 3}}"

/* A run, all of whose numbers differ. */
struct run {
	struct model model;
	struct pz_train t;
	struct pz_schedule plan;
	struct run_id id;
};

static struct run one, two;

static inline void begin_run(struct run *r, const char *header_text, const char *net,
			     unsigned roles)
{
	const char *name = "h.pz";
	struct pz_reader *in = NULL;

	stream(name, header_text, NULL);
	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	assert_int_equal(model_new(&r->model, net, pz_reader_header(in)), 0);
	pz_reader_close(in);
	assert_int_equal(pz_train_init(&r->t, r->model.net, roles), 0);
	r->plan = (struct pz_schedule){ .iterations = 40,
					.batch = 4,
					.rate = 0.5,
					.factor = 4,
					.drop = { 0.25, 0.74, 0.5, 1 },
					.drops = 4 };
	r->id = (struct run_id){ .seed = 3,
				 .data = 0xfedcba9876543210,
				 .weights = 0x123456789abcdef,
				 .examples = 20,
				 .batch = 4,
				 .augment = 1,
				 .roles = roles,
				 .decay = 0.125,
				 .dropout = 0.0625,
				 .plan = &r->plan };
}

static inline void end_run(struct run *r)
{
	pz_train_release(&r->t);
	model_release(&r->model);
	*r = (struct run){ 0 };
}

static inline void begin_two(unsigned roles)
{
	begin_run(&one, HEADER("0", "2", "5"), NET, roles);
	begin_run(&two, HEADER("0", "2", "5"), NET, roles);
}

static inline void end_two(void)
{
	end_run(&one);
	end_run(&two);
}

/* Numbers in all places of the network and its moments. */
static inline void fill(struct run *r)
{
	size_t n = pz_net_block(r->model.net);

	for (size_t i = 0; i < n; i++) {
		pz_net_values(r->model.net)[i] = (float)i + 0.25f;
		r->t.adam.first[i] = (float)i + 0.5f;
		r->t.adam.second[i] = (float)i + 0.75f;
		if (r->t.mean)
			r->t.mean[i] = -(float)i - 1;
	}
	r->t.iteration = 20;
	r->t.adam.step = 19;
	r->t.loss_sum = 1.25;
	r->t.loss_count = 5;
	r->t.best = 0.375;
	r->t.since = 7;
}

static inline void write_one(void)
{
	unlink("run.state");
	unlink("run.state.previous");
	assert_int_equal(checkpoint_write("run.state", &one.model, &one.t, &one.id), 0);
}

static inline int read_two(void)
{
	return checkpoint_read("run.state", &two.model, &two.t, &two.id);
}

#endif
