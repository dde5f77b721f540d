/* feed.h -- private: batches of examples, prepared by a thread of their own */
#ifndef PZ_NN_FEED_H
#define PZ_NN_FEED_H

#include <pz/ahead.h>
#include <pz/ranks.h>
#include <pz/train.h>

/* Which (example, symmetry) comes next: true, or false at the end. */
struct nn_walk {
	bool (*next)(struct nn_walk *walk, struct pz_draw *draw);
	const struct pz_examples *examples;
	const unsigned char *mask; /* pairs: bit s of an example is symmetry s  */
	uint64_t seed, at, end;    /* draws: numbers at..end-1; pairs: examples */
	size_t share, others;      /* draws: of a batch, this rank's and the others' */
	size_t taken;              /* draws: of the share                       */
	bool augment;
	unsigned left; /* pairs: bits of example `at` not yet given */
};

/* A rank's share of n examples, draws of a batch or the like; all without ranks. */
struct nn_share {
	size_t first, count;
};
struct nn_share pz_nn_share_of(const struct pz_ranks *ranks, size_t n);

/* The draws of iterations from..to-1 of a plan, this rank's share of them. Symmetries are drawn if
 * the network reads pixels. */
struct nn_walk pz_nn_walk_draws(const struct pz_schedule *plan, const struct pz_net *net,
				const struct pz_examples *examples, int64_t from, int64_t to);
/* The pairs of a mask, example by example; all examples as they are without one. */
struct nn_walk pz_nn_walk_pairs(const struct pz_examples *examples, const unsigned char *mask);

struct nn_batch {
	size_t n;
	float *x;                  /* (n,C,S,S), or last hidden layers (n,F)   */
	float *joined;             /* (n,J)                                    */
	struct pz_target *label;   /* (n, max(m,1))                            */
	float *gate;               /* (n, m)                                   */
	struct pz_targets targets; /* the two                                  */
};

/* Where rows of floats come from that are learnt from in the place of pixels. */
struct nn_rows {
	size_t width; /* floats of a row                                  */
	/* Copies the row of a draw: 0, or < 0 where it cannot be read. NULL: pixels. */
	int (*get)(const void *of, struct pz_draw draw, float *x);
	const void *of;
};

struct nn_feed {
	const struct pz_net_shape *shape;
	struct nn_rows rows;
	struct nn_walk walk;
	size_t batch, width; /* examples; floats of each, 0: no pixels are read */
	size_t joined;       /* J                                */
	float *stamp;        /* the last that was fetched        */
	size_t fetched;      /* whose; SIZE_MAX: none            */
	struct nn_batch slot[PZ_AHEAD_SLOTS];
	struct pz_ahead *ahead;
};

/* Batches of pixels, or of rows. */
int pz_nn_feed_begin(struct nn_feed *f, const struct pz_net *net, struct nn_rows rows,
		     struct nn_walk walk, size_t batch);
/* As pz_ahead_next; only the last batch may be smaller than the others. */
int pz_nn_feed_next(struct nn_feed *f, struct nn_batch **batch);
void pz_nn_feed_end(struct nn_feed *f); /* all zero is fine */

#endif
