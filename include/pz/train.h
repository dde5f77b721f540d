/* train.h -- training: which stamp when, at what rate, until when
 *
 * Example:
 *      struct pz_examples galaxies = { count, lesson, joined, fetch, context };
 *      struct pz_schedule plan = { .iterations = 120000, .batch = 128, .rate = 1e-4,
 *                                  .factor = 5, .drop = { 0.5 }, .drops = 1,
 *                                  .augment = true, .seed = 1, .every = 1000 };
 *      struct pz_train t;
 *
 *      if ((rc = pz_train_init(&t, net, PZ_ROLES_ALL)) == 0)
 *              rc = pz_train_run(&t, &plan, &galaxies, NULL, &hooks);
 *      pz_train_release(&t);
 *
 * There are no epochs: every place of every batch is an independent uniform draw,
 * and draw d is a pure function of (seed, d). So the state of a run is the
 * parameters, Adam's moments and the number of iterations done; a run that is
 * given them goes on to the same bytes as one that was never stopped.
 *
 *      examples --fetch, symmetry--> batch --> forward, backward, Adam     one thread
 *                 a thread of its own           all threads               per line
 *
 * Where only outputs are trained (roles without trunk and hidden layers) the rest
 * is a fixed function of (stamp, symmetry). The draws tell beforehand which of
 * these pairs will occur; the features of exactly those are computed, once each,
 * and kept:
 *
 *      the run's draws --> pairs --> features (float32, in memory or in an unlinked
 *                                    file) --> batches --> outputs
 *
 * Several processes may share the work (plan.ranks, ranks.h): batches stay what they are,
 * each process fetches and computes its share of them, of the pairs and of the validation
 * set.
 *
 * Memory: 20 + 4 J bytes a galaxy, the engine's workspace (pz_work_bytes), two
 * batches; with frozen trunk also 4 F bytes a pair, up to plan.memory, then disk.
 */
#ifndef PZ_TRAIN_H
#define PZ_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>
#include <pz/nn.h>
#include <pz/ranks.h>

/* What a galaxy teaches: a distribution for one or two channels. The others are
 * uniform, and the gate is 1, or 1/2 each. A network with a single softmax takes
 * the first. */
struct pz_lesson {
	struct pz_target target[2];
	int16_t channel[2]; /* channel[1] < 0: only one                         */
};

/* What a lesson is for a network of this shape: label(max(m,1)), a target for each head, and
 * gate(m), which is left alone where m is 0 (nn.h, pz_targets). */
PZ_API void pz_lesson_targets(const struct pz_net_shape *shape, const struct pz_lesson *lesson,
			      struct pz_target *label, float *gate);

/* Where examples come from. fetch is called by one thread at a time, not always
 * the same (training and validation examples may be fetched side by side); it
 * returns 0 or < 0 with a text (pz_fail); NULL where the network reads no pixels. ask is called for
 * a whole batch before its first fetch, so that a disk may work on many at a time. */
struct pz_examples {
	size_t count;
	const struct pz_lesson *lesson; /* [count]             */
	const float *joined; /* (count,J), what joins the vector (nn.h); NULL where J is 0 */
	int (*fetch)(void *context, size_t i, float *x); /* x (C,S,S)           */
	void (*ask)(void *context, size_t i);            /* i will be fetched soon; may be NULL */
	void *context;
};

#define PZ_DROPS_MAX 16

/* How the rate changes in the course of a run. */
enum pz_course {
	PZ_COURSE_STEPS,  /* divided by `factor` at each drop                       */
	PZ_COURSE_COSINE, /* falls to 0 as (1 + cos(pi t))/2, t from 0 to 1         */
};

struct pz_schedule {
	int64_t iterations;
	size_t batch;
	double rate;   /* of Adam, the largest                                      */
	double warmup; /* share of the iterations in which it grows linearly from 0 */
	enum pz_course course;
	double factor;             /* steps: of the drops,                          */
	double drop[PZ_DROPS_MAX]; /* which are shares of the iterations            */
	int drops;
	double decay; /* of weights, not of biases and slopes: each iteration takes rate x decay of
			 them away (Loshchilov and Hutter 2019, "Decoupled weight decay
			 regularization"); 0: none */
	double average; /* share of the iterations, the last, over which the parameters that are
			   trained are averaged at the end; 0: they stay as they are */
	double dropout; /* share of the units of each hidden layer that is off in an iteration; not
			   used where the hidden layers are not trained */
	bool augment;   /* draw one of the eight symmetries too, where pixels are read */
	uint64_t seed;
	int64_t every;                /* iterations between reports; 0: at the end   */
	int64_t patience;             /* the run ends after so many reports without a new lowest
					 validation loss; 0: never                    */
	size_t memory;                /* bytes of features to keep in memory         */
	const struct pz_ranks *ranks; /* who share the batches; NULL: nobody         */
};

/* PZ_EARG names the field that is out of range. */
PZ_API int pz_schedule_check(const struct pz_schedule *plan);
/* The rate of an iteration, counted from 0. */
PZ_API double pz_schedule_rate(const struct pz_schedule *plan, int64_t iteration);

struct pz_draw {
	size_t example;
	int symmetry;
};

/* Draw d of a seed among count examples; symmetry 0 without augmentation. */
PZ_API struct pz_draw pz_train_draw(uint64_t seed, uint64_t d, size_t count, bool augment);

struct pz_train_report {
	int64_t iteration; /* iterations done                                    */
	int64_t seen;      /* stamps drawn                                       */
	double rate;       /* of the last iteration                              */
	double loss;       /* mean over the iterations since the last report     */
	double valid_loss; /* NaN without validation examples                    */
	double waited;     /* share of the time spent waiting for stamps         */
};

/* How the caller follows a run; any of them may be NULL. */
struct pz_train_hooks {
	void *context;
	/* A stage begins: "features" or "training", and how many stamps it sees. */
	void (*begin)(void *context, const char *stage, double stamps);
	void (*tick)(void *context, double stamps);
	/* Whether to stop here: asked before each batch, of features and validation too.
	 * Ranks stop together, where any of them is asked to. */
	bool (*stop)(void *context);
	/* Every `every` iterations and after the last, on every rank; < 0 ends the run. */
	int (*report)(void *context, const struct pz_train_report *report);
};

/* Measures the covariance of the bands over the pixels of up to 4096 examples, spread over all, and
 * sets what "whiten" does to them (nn.h), which is part of the network from then on. pz_net_init
 * makes it leave pixels as they are. Does nothing to a network without it. Returns what fetch
 * returned if it failed; PZ_ENOMEM. */
PZ_API int pz_train_whiten(struct pz_net *net, const struct pz_examples *train);

/* The state of a run. A checkpoint keeps all of it. */
struct pz_train {
	struct pz_net *net; /* the caller's                                    */
	struct pz_adam adam;
	int64_t iteration; /* done                                            */
	double loss_sum;   /* since the last report                           */
	int64_t loss_count;
	double best;       /* lowest validation loss; negative: none yet      */
	int64_t since;     /* reports since then                              */
	float *mean;       /* a block like the parameters': their mean after the iterations  */
	int64_t mean_from; /* behind this one; NULL: no mean is taken                         */
};

PZ_API int pz_train_init(struct pz_train *t, struct pz_net *net, unsigned roles);
/* Makes room for the mean that a plan asks for; pz_train_run does so itself, unless a checkpoint is
 * read into t before. PZ_ENOMEM. */
PZ_API int pz_train_begin_mean(struct pz_train *t, const struct pz_schedule *plan);
PZ_API void pz_train_release(struct pz_train *t); /* all zero is fine */

/* Runs on from t->iteration to the end. PZ_ESTOP: hooks->stop said so; t is whole
 * and may be kept or run on. PZ_EARG: a plan that is not possible, or one with patience and no
 * validation examples. PZ_EDATA: no examples, or the loss is not finite. Where
 * ranks share the batches, losses and parameters are those of one rank to rounding and
 * the same on each; where one ends with an error, all do. */
PZ_API int pz_train_run(struct pz_train *t, const struct pz_schedule *plan,
			const struct pz_examples *train, const struct pz_examples *valid,
			const struct pz_train_hooks *hooks);

#endif
