/* train.c -- the loop: draw, learn, report, stop */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/progress.h>
#include <pz/train.h>

#include "average.h"
#include "features.h"
#include "feed.h"
#include "settle.h"
#include "work.h"

/* One call of pz_train_run. */
struct run {
	struct pz_train *t;
	const struct pz_schedule *plan;
	const struct pz_examples *train, *valid;
	const struct pz_train_hooks *hooks;
	bool frozen;                                         /* only outputs are trained */
	struct nn_features *train_features, *valid_features; /* frozen               */
	struct pz_work *work;
	struct nn_feed feed;
	struct nn_share share;     /* of a batch                                          */
	unsigned char *valid_mask; /* which of the validation set are ours; NULL: all     */
	float *features, *logits;  /* of a share, to validate                             */
	float *statistics;         /* room for those of the network                       */
	double begun;
};

int pz_train_init(struct pz_train *t, struct pz_net *net, unsigned roles)
{
	*t = (struct pz_train){ .net = net, .best = -1 };
	return pz_adam_init(&t->adam, net, roles);
}

void pz_train_release(struct pz_train *t)
{
	pz_adam_release(&t->adam);
	free(t->mean);
	*t = (struct pz_train){ 0 };
}

int pz_train_begin_mean(struct pz_train *t, const struct pz_schedule *plan)
{
	if (t->mean || plan->average == 0)
		return 0;
	t->mean_from = (int64_t)llround((1 - plan->average) * (double)plan->iterations);
	t->mean = calloc(pz_net_block(t->net), sizeof *t->mean);
	return t->mean ? 0
		       : pz_fail(PZ_ENOMEM, "no memory for the mean of %zu parameters",
				 pz_net_block(t->net));
}

static bool stopped(const struct run *r)
{
	return r->hooks->stop && r->hooks->stop(r->hooks->context);
}

/* Features of all that the run draws, and of the validation set. A run
 * that is resumed computes all of them too: a BLAS rounds by the batch that a stamp is in. */
static int compute_features(struct run *r)
{
	struct nn_walk walk =
		pz_nn_walk_draws(r->plan, r->t->net, r->train, 0, r->plan->iterations);
	unsigned char *mask = calloc(r->train->count, 1);
	struct pz_draw draw;
	int rc;

	if (!mask)
		return pz_fail(PZ_ENOMEM, "no memory for %zu galaxies", r->train->count);
	while (walk.next(&walk, &draw))
		mask[draw.example] |= (unsigned char)(1u << draw.symmetry);
	rc = pz_nn_features_new(&r->train_features, r->t->net, r->train, mask, r->plan->memory,
				r->hooks);
	if (rc == 0 && r->valid)
		rc = pz_nn_features_new(&r->valid_features, r->t->net, r->valid, r->valid_mask,
					r->plan->memory, r->hooks);
	free(mask);
	return rc;
}

/* A rank's share of the validation set. */
static int share_valid(struct run *r)
{
	struct nn_share share = pz_nn_share_of(r->plan->ranks, r->valid->count);

	if (!(r->valid_mask = calloc(r->valid->count, 1)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu galaxies", r->valid->count);
	memset(r->valid_mask + share.first, 1, share.count);
	return 0;
}

/* Adds x(n) up over the ranks. */
static void add(const struct run *r, double *x, size_t n)
{
	if (r->plan->ranks)
		r->plan->ranks->add(r->plan->ranks->context, x, n);
}

static int stop_here(const struct run *r)
{
	return pz_fail(PZ_ESTOP, "stopped after iteration %lld of %lld", (long long)r->t->iteration,
		       (long long)r->plan->iterations);
}

/* The ranks tell each other what they have come to: 0 where all go on, else why this one
 * does not either. */
static int agree_across_ranks(const struct run *r, int rc)
{
	bool failed = rc < 0 && rc != PZ_ESTOP;
	double sums[] = { failed, rc == PZ_ESTOP };

	add(r, sums, 2);
	if (sums[0] > 0)
		return failed ? rc : pz_fail(PZ_ERANK, "another rank failed");
	return sums[1] > 0 && rc != PZ_ESTOP ? stop_here(r) : rc;
}

/* The batches from the next iteration on. */
static int begin_feed(struct run *r)
{
	const struct pz_net *net = r->t->net;

	r->begun = pz_clock();
	return pz_nn_feed_begin(
		&r->feed, net, pz_nn_features_rows(r->train_features),
		pz_nn_walk_draws(r->plan, net, r->train, r->t->iteration, r->plan->iterations),
		r->share.count);
}

static int prepare_run(struct run *r)
{
	const struct pz_net *net = r->t->net;
	size_t batch = r->share.count;
	int rc;

	if (r->valid && r->plan->ranks && (rc = share_valid(r)) < 0)
		return rc;
	if (r->frozen && (rc = compute_features(r)) < 0)
		return rc;
	if (r->valid) {
		r->features = malloc(batch * pz_net_hidden(net) * sizeof *r->features);
		r->logits = malloc(batch * pz_net_outputs(net) * sizeof *r->logits);
		if (!r->features || !r->logits)
			return pz_fail(PZ_ENOMEM, "no memory to validate batches of %zu", batch);
	}
	if (pz_nn_statistics(net) > 0 &&
	    !(r->statistics = malloc(pz_nn_statistics(net) * sizeof *r->statistics)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu statistics", pz_nn_statistics(net));
	if ((rc = pz_work_new(&r->work, net, batch, true)) < 0)
		return rc;
	pz_work_share(r->work, r->plan->ranks, r->plan->batch);
	return begin_feed(r);
}

static void finish(struct run *r)
{
	pz_nn_feed_end(&r->feed);
	pz_work_free(r->work);
	pz_nn_features_free(r->train_features);
	pz_nn_features_free(r->valid_features);
	free(r->features);
	free(r->logits);
	free(r->valid_mask);
	free(r->statistics);
}

/* Mean loss of the validation set, every stamp as it is; NaN without one. */
static int validate_net(struct run *r, double *loss)
{
	const struct pz_net *net = r->t->net;
	struct nn_feed feed = { 0 };
	struct nn_batch *b;
	double sum = 0;
	int rc;

	*loss = NAN;
	if (!r->valid)
		return 0;
	if ((rc = pz_nn_feed_begin(&feed, net, pz_nn_features_rows(r->valid_features),
				   pz_nn_walk_pairs(r->valid, r->valid_mask), r->share.count)) < 0)
		return rc;
	while ((rc = pz_nn_feed_next(&feed, &b)) > 0) {
		const float *features = b->x;

		if (stopped(r)) {
			rc = stop_here(r);
			break;
		}
		if (!r->frozen) {
			pz_net_forward(net, r->work, b->n, b->x, b->joined, r->features);
			features = r->features;
		}
		pz_net_logits(net, r->work, b->n, features, r->logits);
		sum += (double)b->n * pz_net_loss(net, r->work, b->n, r->logits, &b->targets);
	}
	pz_nn_feed_end(&feed);
	*loss = sum / (double)r->valid->count;
	return rc;
}

static struct nn_dropout dropout_of(const struct run *r)
{
	return (struct nn_dropout){ .share = r->frozen ? 0 : r->plan->dropout,
				    .seed = r->plan->seed,
				    .iteration = (uint64_t)r->t->iteration,
				    .first = r->share.first };
}

static bool has_mean(const struct pz_train *t)
{
	return t->mean && t->iteration > t->mean_from;
}

/* Puts the mean of the parameters in their place, with the statistics that suit it. */
static int take_mean(struct pz_train *t, const struct pz_schedule *plan,
		     const struct pz_examples *train)
{
	int rc;

	if (!has_mean(t))
		return 0;
	pz_nn_swap(t->net, t->adam.roles, t->mean);
	rc = t->adam.roles & PZ_ROLE_TRUNK ? pz_nn_settle(t->net, train, plan->batch) : 0;
	if (rc < 0)
		pz_nn_swap(t->net, t->adam.roles, t->mean);
	return rc;
}

/* Validates what the run would end with. The statistics of a mean are measured in training data,
 * which one thread reads at a time: the feed, which reads ahead, begins anew. */
static int validate_end(struct run *r, double *loss)
{
	struct pz_train *t = r->t;
	bool settles = r->statistics && t->adam.roles & PZ_ROLE_TRUNK;
	int rc;

	if (!r->valid || !has_mean(t))
		return validate_net(r, loss);
	if (settles) {
		pz_nn_feed_end(&r->feed);
		pz_nn_statistics_keep(t->net, r->statistics);
	}
	if ((rc = take_mean(t, r->plan, r->train)) == 0) {
		rc = validate_net(r, loss);
		pz_nn_swap(t->net, t->adam.roles, t->mean);
	}
	if (settles) {
		pz_nn_statistics_restore(t->net, r->statistics);
		rc = rc < 0 ? rc : begin_feed(r);
	}
	return rc;
}

static int learn_batch(struct run *r, const struct nn_batch *b)
{
	struct pz_train *t = r->t;
	double rate = pz_schedule_rate(r->plan, t->iteration), loss;

	r->work->dropout = dropout_of(r);
	if (r->plan->decay > 0)
		pz_nn_decay(t->net, t->adam.roles, rate * r->plan->decay);
	loss = r->frozen ? pz_net_train_heads(t->net, r->work, &t->adam, b->n, b->x, &b->targets,
					      rate)
			 : pz_net_train(t->net, r->work, &t->adam, b->n, b->x, b->joined,
					&b->targets, rate);
	add(r, &loss, 1);
	if (!isfinite(loss))
		return pz_fail(PZ_EDATA, "iteration %lld: the loss is %g; try a lower rate",
			       (long long)t->iteration + 1, loss);
	t->iteration++;
	if (has_mean(t))
		pz_nn_average(t->net, t->adam.roles, t->mean, t->iteration - t->mean_from);
	t->loss_sum += loss;
	t->loss_count++;
	return 0;
}

/* Whether a report is due and has not been made yet: a run that was stopped during validation
 * makes it when it is resumed. */
static bool owes_report(const struct pz_train *t, const struct pz_schedule *plan)
{
	bool due = plan->every > 0 && t->iteration % plan->every == 0;

	return t->loss_count > 0 && (due || t->iteration >= plan->iterations);
}

/* Whether the validation loss has not fallen for as many reports as the plan waits for. */
static bool is_flat(const struct pz_train *t, const struct pz_schedule *plan)
{
	return plan->patience > 0 && t->since >= plan->patience;
}

static void follow_loss(struct pz_train *t, double valid_loss)
{
	bool best = valid_loss < t->best || (t->best < 0 && !isnan(valid_loss));

	t->since = best ? 0 : t->since + 1;
	t->best = best ? valid_loss : t->best;
}

/* The sums are reset before the hook is called, because the hook may write a checkpoint: a run
 * that is resumed from it continues in the same state. */
static int report_loss(struct run *r)
{
	struct pz_train *t = r->t;
	struct pz_train_report report = {
		.iteration = t->iteration,
		.seen = t->iteration * (int64_t)r->plan->batch,
		.rate = pz_schedule_rate(r->plan, t->iteration - 1),
		.loss = t->loss_sum / (double)t->loss_count,
		.waited = pz_ahead_waited(r->feed.ahead) / (pz_clock() - r->begun),
	};
	int rc;

	if (!r->hooks->report)
		return 0;
	if ((rc = agree_across_ranks(r, validate_end(r, &report.valid_loss))) < 0)
		return rc;
	add(r, &report.valid_loss, 1);
	follow_loss(t, report.valid_loss);
	t->loss_sum = 0;
	t->loss_count = 0;
	return r->hooks->report(r->hooks->context, &report);
}

static int run_iterations(struct run *r)
{
	const struct pz_train_hooks *hooks = r->hooks;
	struct pz_train *t = r->t;
	struct nn_batch *b = NULL;
	int rc = 0;

	if (hooks->begin)
		hooks->begin(hooks->context, "training",
			     (double)(r->plan->iterations - t->iteration) * (double)r->plan->batch);
	if (owes_report(t, r->plan))
		rc = report_loss(r);
	for (;;) {
		bool more = t->iteration < r->plan->iterations && !is_flat(t, r->plan);

		if (rc == 0 && more)
			rc = stopped(r) ? stop_here(r) : pz_nn_feed_next(&r->feed, &b);
		if ((rc = agree_across_ranks(r, rc)) < 0 || !more)
			return rc;
		if ((rc = learn_batch(r, b)) == 0 && hooks->tick)
			hooks->tick(hooks->context, (double)r->plan->batch);
		if (rc == 0 && owes_report(t, r->plan))
			rc = report_loss(r);
	}
}

int pz_train_run(struct pz_train *t, const struct pz_schedule *plan,
		 const struct pz_examples *train, const struct pz_examples *valid,
		 const struct pz_train_hooks *hooks)
{
	static const struct pz_train_hooks none;
	struct run r = {
		.t = t,
		.plan = plan,
		.train = train,
		.valid = valid,
		.hooks = hooks ? hooks : &none,
		.frozen = !(t->adam.roles & (PZ_ROLE_TRUNK | PZ_ROLE_HIDDEN)),
	};
	int rc;

	if ((rc = pz_schedule_check(plan)) < 0)
		return rc;
	if (plan->patience > 0 && !valid)
		return pz_fail(PZ_EARG, "patience: expected galaxies to validate on, found none");
	if (train->count == 0 || (valid && valid->count == 0))
		return pz_fail(PZ_EDATA, "no galaxies to %s",
			       train->count == 0 ? "train on" : "validate on");
	if ((rc = agree_across_ranks(&r, pz_train_begin_mean(t, plan))) < 0)
		return rc;
	if (t->iteration < plan->iterations || owes_report(t, plan)) {
		r.share = pz_nn_share_of(plan->ranks, plan->batch);
		if ((rc = agree_across_ranks(&r, prepare_run(&r))) == 0)
			rc = run_iterations(&r);
		finish(&r);
	}
	return rc < 0 ? rc : agree_across_ranks(&r, take_mean(t, plan, train));
}
