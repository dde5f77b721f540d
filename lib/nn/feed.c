/* feed.c -- decoding, symmetries and targets of the next batch while this one computes */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/random.h>

#include "feed.h"

/* The upper half of the product of 128 bits. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
	uint64_t one = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
	uint64_t other = (a & UINT32_MAX) * (b >> 32) + (one & UINT32_MAX);

	return (a >> 32) * (b >> 32) + (one >> 32) + (other >> 32);
}

struct pz_draw pz_train_draw(uint64_t seed, uint64_t d, size_t count, bool augment)
{
	uint32_t word[4];
	uint64_t x;

	pz_random_block(seed, pz_random_stream("train.draw", 0), d, word);
	x = (uint64_t)word[0] << 32 | word[1];
	/* Uniform to count / 2^64. */
	return (struct pz_draw){
		.example = (size_t)multiply_high(x, count),
		.symmetry = augment ? (int)(word[2] % PZ_SYMMETRIES) : 0,
	};
}

static bool next_draw(struct nn_walk *w, struct pz_draw *draw)
{
	if (w->at == w->end)
		return false;
	*draw = pz_train_draw(w->seed, w->at++, w->examples->count, w->augment);
	if (++w->taken == w->share) {
		w->taken = 0;
		w->at += w->others;
	}
	return true;
}

static bool next_pair(struct nn_walk *w, struct pz_draw *draw)
{
	while (w->left == 0) {
		if (w->at == w->end)
			return false;
		w->left = w->mask ? w->mask[w->at] : 1;
		w->at += w->left == 0;
	}
	draw->example = (size_t)w->at;
	draw->symmetry = __builtin_ctz(w->left);
	w->left &= w->left - 1;
	w->at += w->left == 0;
	return true;
}

struct nn_share pz_nn_share_of(const struct pz_ranks *ranks, size_t n)
{
	size_t first;

	if (!ranks)
		return (struct nn_share){ 0, n };
	first = pz_ranks_first(ranks->rank, ranks->count, n);
	return (struct nn_share){ first, pz_ranks_first(ranks->rank + 1, ranks->count, n) - first };
}

struct nn_walk pz_nn_walk_draws(const struct pz_schedule *plan, const struct pz_net *net,
				const struct pz_examples *examples, int64_t from, int64_t to)
{
	struct nn_share share = pz_nn_share_of(plan->ranks, plan->batch);

	return (struct nn_walk){
		.next = next_draw,
		.examples = examples,
		.seed = plan->seed,
		.at = (uint64_t)from * plan->batch + share.first,
		.end = (uint64_t)to * plan->batch + share.first,
		.share = share.count,
		.others = plan->batch - share.count,
		.augment = plan->augment && pz_net_shape(net)->bands > 0,
	};
}

struct nn_walk pz_nn_walk_pairs(const struct pz_examples *examples, const unsigned char *mask)
{
	return (struct nn_walk){
		.next = next_pair, .examples = examples, .mask = mask, .end = examples->count
	};
}

void pz_lesson_targets(const struct pz_net_shape *shape, const struct pz_lesson *lesson,
		       struct pz_target *label, float *gate)
{
	int sides = lesson->channel[1] < 0 ? 1 : 2;

	if (shape->channels == 0) {
		label[0] = lesson->target[0];
		return;
	}
	for (int k = 0; k < shape->channels; k++) {
		label[k] = PZ_TARGET_UNIFORM;
		gate[k] = 0;
	}
	for (int i = 0; i < sides; i++) {
		label[lesson->channel[i]] = lesson->target[i];
		gate[lesson->channel[i]] = 1.0f / (float)sides;
	}
}

static int put_pixels(struct nn_feed *f, struct pz_draw draw, float *x)
{
	const struct pz_examples *examples = f->walk.examples;
	int rc;

	if (f->width == 0)
		return 0;
	if (f->fetched != draw.example) {
		f->fetched = SIZE_MAX;
		if ((rc = examples->fetch(examples->context, draw.example, f->stamp)) < 0)
			return rc;
		f->fetched = draw.example;
	}
	pz_symmetry_apply(draw.symmetry, (size_t)f->shape->bands, (size_t)f->shape->size, f->stamp,
			  x);
	return 0;
}

/* Says which stamps the next batch will fetch. */
static void ask(const struct nn_feed *f)
{
	const struct pz_examples *examples = f->walk.examples;
	struct nn_walk walk = f->walk;
	struct pz_draw draw;

	for (size_t n = 0; examples->ask && n < f->batch && walk.next(&walk, &draw); n++)
		examples->ask(examples->context, draw.example);
}

static int fill_batch(void *context, void *slot)
{
	struct nn_feed *f = context;
	struct nn_batch *b = slot;
	size_t heads = f->shape->channels > 0 ? (size_t)f->shape->channels : 1;
	struct pz_draw draw;
	int rc;

	if (!f->rows.get && f->width > 0)
		ask(f);
	for (b->n = 0; b->n < f->batch && f->walk.next(&f->walk, &draw); b->n++) {
		float *x = b->x + b->n * f->width;

		rc = f->rows.get ? f->rows.get(f->rows.of, draw, x) : put_pixels(f, draw, x);
		if (rc < 0)
			return rc;
		if (f->joined > 0)
			memcpy(b->joined + b->n * f->joined,
			       f->walk.examples->joined + draw.example * f->joined,
			       f->joined * sizeof *b->joined);
		pz_lesson_targets(f->shape, &f->walk.examples->lesson[draw.example],
				  b->label + b->n * heads, b->gate + b->n * heads);
	}
	return b->n > 0;
}

/* Something of everything, so that NULL means that there is no memory. */
static int slot_new(struct nn_batch *b, size_t batch, size_t width, size_t joined, size_t heads)
{
	b->x = malloc((batch * width + 1) * sizeof *b->x);
	b->joined = malloc((batch * joined + 1) * sizeof *b->joined);
	b->label = malloc(batch * heads * sizeof *b->label);
	b->gate = malloc(batch * heads * sizeof *b->gate);
	b->targets = (struct pz_targets){ .label = b->label, .gate = b->gate };
	return b->x && b->joined && b->label && b->gate
		       ? 0
		       : pz_fail(PZ_ENOMEM, "no memory for a batch of %zu", batch);
}

int pz_nn_feed_begin(struct nn_feed *f, const struct pz_net *net, struct nn_rows rows,
		     struct nn_walk walk, size_t batch)
{
	const struct pz_net_shape *shape = pz_net_shape(net);
	size_t pixels = (size_t)shape->bands * (size_t)shape->size * (size_t)shape->size;
	size_t heads = shape->channels > 0 ? (size_t)shape->channels : 1;
	void *slot[PZ_AHEAD_SLOTS];
	int rc = 0;

	*f = (struct nn_feed){ .shape = shape,
			       .rows = rows,
			       .walk = walk,
			       .batch = batch,
			       .width = rows.get ? rows.width : pixels,
			       .joined = rows.get ? 0 : pz_net_joined(net),
			       .fetched = SIZE_MAX };
	if (!(f->stamp = malloc((pixels + 1) * sizeof *f->stamp)))
		rc = pz_fail(PZ_ENOMEM, "no memory for a stamp");
	for (int i = 0; rc == 0 && i < PZ_AHEAD_SLOTS; i++) {
		rc = slot_new(&f->slot[i], batch, f->width, f->joined, heads);
		slot[i] = &f->slot[i];
	}
	if (rc == 0)
		rc = pz_ahead_begin(&f->ahead, fill_batch, f, slot);
	if (rc < 0)
		pz_nn_feed_end(f);
	return rc;
}

int pz_nn_feed_next(struct nn_feed *f, struct nn_batch **batch)
{
	void *slot;
	int rc = pz_ahead_next(f->ahead, &slot);

	if (rc > 0)
		*batch = slot;
	return rc;
}

void pz_nn_feed_end(struct nn_feed *f)
{
	pz_ahead_end(f->ahead);
	for (int i = 0; i < PZ_AHEAD_SLOTS; i++) {
		free(f->slot[i].x);
		free(f->slot[i].joined);
		free(f->slot[i].label);
		free(f->slot[i].gate);
	}
	free(f->stamp);
	*f = (struct nn_feed){ 0 };
}
