/* checkpoint.c -- writes and reads a model with Adam's moments and the numbers of its run */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>
#include <pz/team.h>

#include "../common/tensors.h"
#include "checkpoint.h"

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{ "checkpoint.examples", offsetof(struct run_id, examples) },
	{ "checkpoint.batch", offsetof(struct run_id, batch) },
	{ "checkpoint.augment", offsetof(struct run_id, augment) },
	{ "checkpoint.roles", offsetof(struct run_id, roles) },
	{ "checkpoint.decay", offsetof(struct run_id, decay) },
	{ "checkpoint.dropout", offsetof(struct run_id, dropout) },
};

#define RATES_MAX (PZ_DROPS_MAX + 1)

/* The rate at some of the first n iterations, in such pairs too. */
static int sample_rates(const struct pz_schedule *plan, int64_t n, double rates[2 * RATES_MAX])
{
	int count = n < RATES_MAX ? (int)n : RATES_MAX;

	for (int i = 0; i < count; i++) {
		rates[2 * i] = (double)(n * (i + 1) / count - 1);
		rates[2 * i + 1] = pz_schedule_rate(plan, n * (i + 1) / count - 1);
	}
	return 2 * count;
}

/* The rates of the first n iterations as pairs of a first iteration and the rate from there on;
 * where the rate changes all the time, a sample of them. */
static int rates_of(const struct pz_schedule *plan, int64_t n, double rates[2 * RATES_MAX])
{
	double from = 0;
	int count = 0;

	if (plan->course != PZ_COURSE_STEPS || plan->warmup > 0)
		return sample_rates(plan, n, rates);
	while (from < (double)n && count + 2 <= 2 * RATES_MAX) {
		double next = INFINITY;

		rates[count++] = from;
		rates[count++] = pz_schedule_rate(plan, (int64_t)from);
		for (int i = 0; i < plan->drops; i++) {
			double drop = ceil(plan->drop[i] * (double)plan->iterations);

			if (drop > from && drop < next)
				next = drop;
		}
		from = next;
	}
	return count;
}

static void put_run(pz_map *m, const struct pz_train *t, const struct run_id *id)
{
	const char *const names[] = { "examples",  "batch",     "augment", "roles",    "decay",
				      "dropout",   "iteration", "step",    "loss_sum", "loss_count",
				      "mean_from", "best",      "since" };
	const double values[] = { id->examples,
				  id->batch,
				  id->augment,
				  id->roles,
				  id->decay,
				  id->dropout,
				  (double)t->iteration,
				  (double)t->adam.step,
				  t->loss_sum,
				  (double)t->loss_count,
				  t->mean ? (double)t->mean_from : -1,
				  t->best,
				  (double)t->since };
	double rates[2 * RATES_MAX];

	pz_map_set_named(m, "checkpoint", names, values, sizeof values / sizeof *values);
	pz_map_set_integer(m, "seed", (int64_t)id->seed);
	pz_map_set_integer(m, "data", (int64_t)id->data);
	pz_map_set_integer(m, "weights", (int64_t)id->weights);
	pz_map_set_text(m, "version", PZ_VERSION);
	pz_map_set_numbers(m, "rates", rates, rates_of(id->plan, t->iteration, rates), 2);
}

/* The iteration after which parameters are averaged; infinite where they are not. */
static double mean_from(const struct pz_train *t)
{
	return t->mean ? (double)t->mean_from : INFINITY;
}

int checkpoint_write_to(FILE *to, const char *name, const struct model *m, const struct pz_train *t,
			const struct run_id *id)
{
	struct pz_header h;
	struct pz_writer *w = NULL;
	int rc = pz_header_copy(&h, &m->header);

	if (rc < 0)
		return rc;
	put_run(h.map, t, id);
	if ((rc = pz_writer_open(&w, to, name, &h)) == 0 && (rc = model_write(m, w)) == 0 &&
	    (rc = tensors_write(w, m->net, t->adam.first, 1, t->adam.roles)) == 0)
		rc = tensors_write(w, m->net, t->adam.second, 2, t->adam.roles);
	if (rc == 0 && (double)t->iteration > mean_from(t))
		rc = tensors_write(w, m->net, t->mean, TENSORS_MEAN, t->adam.roles);
	if (rc == 0)
		rc = pz_writer_close(w);
	else
		pz_writer_abandon(w);
	pz_header_release(&h);
	return rc;
}

int checkpoint_write(const char *path, const struct model *m, const struct pz_train *t,
		     const struct run_id *id)
{
	struct pz_file f;
	int rc = pz_file_begin(&f, path);

	if (rc < 0)
		return rc;
	f.keep_previous = true;
	if ((rc = checkpoint_write_to(f.stream, path, m, t, id)) < 0) {
		pz_file_abandon(&f);
		return rc;
	}
	return pz_file_commit(&f);
}

static int check_version(const struct pz_header *h)
{
	char version[32];

	if (!pz_map_has(h->map, "checkpoint"))
		return pz_fail(PZ_EMISMATCH, "expected a checkpoint, found a model without one");
	if (pz_map_text(h->map, "version", version, sizeof version) <= 0)
		strcpy(version, "unknown");
	return strcmp(version, PZ_VERSION) == 0
		       ? 0
		       : pz_fail(PZ_EMISMATCH,
				 "version: this is train %s, the checkpoint is of version %s",
				 PZ_VERSION, version);
}

static bool has_hash(const struct pz_header *h, const char *key, uint64_t hash)
{
	int64_t value = 0;

	return pz_map_integer(h->map, key, &value) > 0 && (uint64_t)value == hash;
}

/* What the run learns from depends on the network: another one is named before that. */
static int check_text(const struct pz_header *h, const struct model *m)
{
	char text[PZ_NET_TEXT_MAX];

	if (pz_map_text(h->map, "net", text, sizeof text) > 0 &&
	    strcmp(text, pz_net_text(m->net)) == 0)
		return 0;
	return pz_fail(PZ_EMISMATCH, "net: this run and the checkpoint have different networks");
}

/* Whether h is a checkpoint of the run id. */
static int check_run(const struct pz_header *h, const struct run_id *id)
{
	int64_t seed = 0;

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		double want = *(const double *)((const char *)id + fields[i].offset);
		double have = pz_map_number(h->map, fields[i].name, NAN);

		if (have != want)
			return pz_fail(PZ_EMISMATCH, "%s: this run has %g, the checkpoint has %g",
				       fields[i].name + strlen("checkpoint."), want, have);
	}
	if (pz_map_integer(h->map, "seed", &seed) <= 0 || (uint64_t)seed != id->seed)
		return pz_fail(PZ_EMISMATCH, "seed: this run has %llu, the checkpoint has %llu",
			       (unsigned long long)id->seed, (unsigned long long)seed);
	if (!has_hash(h, "data", id->data))
		return pz_fail(PZ_EMISMATCH,
			       "the run of the checkpoint learned from other stamps or labels");
	return 0;
}

static int check_net(const struct pz_header *h, const struct model *m, const struct run_id *id)
{
	const struct pz_grid *a = &m->header.grid, *b = &h->grid;
	int rc = model_fits(m, h);

	if (rc < 0)
		return rc;
	if (!h->has_grid || !pz_grid_equal(a, b))
		return pz_fail(PZ_EMISMATCH,
			       "grid: this run has %g to %g in %d+%d+%d bins, the checkpoint has "
			       "%g to %g in %d+%d+%d",
			       a->min, a->max, a->left, a->bins, a->right, b->min, b->max, b->left,
			       b->bins, b->right);
	if (!has_hash(h, "weights", id->weights))
		return pz_fail(
			PZ_EMISMATCH,
			"the run of the checkpoint began with other weights (--from, --heads)");
	return 0;
}

/* Whether both runs average the same of the iterations that are done. */
static int check_mean(const struct pz_header *h, const struct pz_train *t, int64_t iteration)
{
	double here = mean_from(t), there = pz_map_number(h->map, "checkpoint.mean_from", -1);

	there = there < 0 ? INFINITY : there;
	if (here == there || (double)iteration <= fmin(here, there))
		return 0;
	return pz_fail(PZ_EMISMATCH,
		       "average: this run averages the parameters after iteration %g, that of the "
		       "checkpoint after iteration %g (--average, --iterations)",
		       here, there);
}

/* How far the run is; its learning rates so far must be those of this run too. */
static int take_numbers(const struct pz_header *h, const struct run_id *id, struct pz_train *t)
{
	int64_t iteration = -1, step = -1, loss_count = -1;
	double have[2 * RATES_MAX], want[2 * RATES_MAX];
	int n, rc;

	if (pz_map_integer(h->map, "checkpoint.iteration", &iteration) <= 0 || iteration < 0 ||
	    pz_map_integer(h->map, "checkpoint.step", &step) <= 0 || step < 0 ||
	    pz_map_integer(h->map, "checkpoint.loss_count", &loss_count) <= 0 || loss_count < 0)
		return pz_fail(
			PZ_ECORRUPT,
			"header: checkpoint: expected the numbers iteration, step and loss_count");
	if (iteration > id->plan->iterations)
		return pz_fail(PZ_EMISMATCH,
			       "iterations: this run has %lld, the checkpoint has done %lld",
			       (long long)id->plan->iterations, (long long)iteration);
	n = rates_of(id->plan, iteration, want);
	if (pz_map_numbers(h->map, "rates", have, 2 * RATES_MAX) != n ||
	    memcmp(have, want, (size_t)n * sizeof *want) != 0)
		return pz_fail(
			PZ_EMISMATCH,
			"rate: this run and the checkpoint have different rates in the first "
			"%lld iterations (--rate, --schedule, --warm-up, --drop, --drop-factor, "
			"--iterations)",
			(long long)iteration);
	if ((rc = check_mean(h, t, iteration)) < 0)
		return rc;
	t->iteration = iteration;
	t->adam.step = step;
	t->loss_count = loss_count;
	t->loss_sum = pz_map_number(h->map, "checkpoint.loss_sum", 0);
	t->best = pz_map_number(h->map, "checkpoint.best", -1);
	t->since = (int64_t)pz_map_number(h->map, "checkpoint.since", 0);
	return 0;
}

/* Reads the rest of a file in which a check failed with rc. If the file itself is cut or corrupt,
 * that is the error: a corrupt file must not be taken for a checkpoint of another run. */
static int find_whole(struct pz_reader *from, int rc, bool *whole)
{
	struct pz_failure failure = { 0 };
	int got;

	pz_failure_note(&failure, 0, rc);
	while ((got = pz_read(from)) > 0)
		;
	*whole = got == 0;
	return *whole ? pz_failure_raise(&failure) : got;
}

/* If it fails, *whole says whether the file itself is complete. */
static int read_one(const char *path, struct model *m, struct pz_train *t, const struct run_id *id,
		    bool *whole)
{
	struct tensors tensors = {
		.net = m->net,
		.block = { pz_net_values(m->net), t->adam.first, t->adam.second, t->mean },
		.roles = { PZ_ROLES_ALL, t->adam.roles, t->adam.roles },
	};
	const struct pz_header *h;
	struct pz_reader *from;
	int rc;

	*whole = false;
	if ((rc = pz_reader_open(&from, &path, 1, 0)) < 0)
		return rc;
	h = pz_reader_header(from);
	if ((rc = pz_header_need_kind(h, "model")) < 0 || (rc = check_version(h)) < 0 ||
	    (rc = check_text(h, m)) < 0 || (rc = check_run(h, id)) < 0 ||
	    (rc = check_net(h, m, id)) < 0 || (rc = take_numbers(h, id, t)) < 0)
		pz_fail_in(rc, "%s", path);
	else {
		tensors.roles[TENSORS_MEAN] = (double)t->iteration > mean_from(t) ? t->adam.roles
										  : 0;
		rc = tensors_read(from, &tensors);
	}
	if (rc < 0)
		rc = find_whole(from, rc, whole);
	pz_reader_close(from);
	return rc;
}

static bool is_missing(const char *path)
{
	return access(path, F_OK) != 0 && errno == ENOENT;
}

/* Reads the previous checkpoint instead of that at path, about which pz_error_text says what is
 * wrong. It is renamed to path, or the next checkpoint to be written would make the bad one the
 * previous one. */
static int read_previous(const char *path, const char *previous, struct model *m,
			 struct pz_train *t, const struct run_id *id)
{
	char *why = strdup(pz_error_text());
	bool whole;
	int second = why ? read_one(previous, m, t, id, &whole) : PZ_ENOMEM;

	if (!why)
		pz_fail(PZ_ENOMEM, "no memory for a message");
	else if (second < 0)
		pz_fail(second, "%s; %s", why, pz_error_text());
	else if (rename(previous, path) != 0)
		second = pz_fail(PZ_EIO, "%s: cannot rename: %s", previous, strerror(errno));
	else
		pz_fail(PZ_EDATA, "%s", why);
	free(why);
	return second < 0 ? second : CHECKPOINT_PREVIOUS;
}

/* As checkpoint_read, for a path that is no symbolic link. */
static int read_at(const char *path, struct model *m, struct pz_train *t, const struct run_id *id)
{
	bool missing = is_missing(path), whole = false;
	char *previous;
	int rc;

	rc = missing ? pz_fail(PZ_EDATA, "%s: missing", path) : read_one(path, m, t, id, &whole);
	if (rc == 0)
		return CHECKPOINT_NEWEST;
	if (whole || rc == PZ_ENOMEM)
		return rc;
	if (asprintf(&previous, "%s.previous", path) < 0)
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	if (is_missing(previous))
		rc = missing ? CHECKPOINT_NONE : rc;
	else
		rc = read_previous(path, previous, m, t, id);
	free(previous);
	return rc;
}

int checkpoint_read(const char *path, struct model *m, struct pz_train *t, const struct run_id *id)
{
	char *place;
	int rc = pz_file_resolve(path, &place);

	if (rc == 0)
		rc = read_at(place, m, t, id);
	free(place);
	return rc;
}
