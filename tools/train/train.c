/* train -- a network that turns stamps into p(z), from labelled stamps
 *
 *   in    stamps with labels (softlabel), a file or a pipe
 *   out   a model
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/random.h>

#include "../common/model.h"
#include "../common/tool.h"
#include "../common/used.h"
#include "checkpoint.h"
#include "dataset.h"
#include "log.h"
#include "pace.h"
#include "processes.h"
#include "stop.h"

#define FEW 5 /* stamps a bin: with less there is little to learn p(z) from */

#define GO_ON    "go on with the same command"
#define RESUMING " and --resume"

enum { KEEP, NEW };

struct options {
	const char *net, *from, *valid, *checkpoint, *log;
	int heads;
	bool freeze, no_augment, resume, raw;
	int iterations, batch, every, memory;
	double rate, factor;
	struct pz_numbers drop;
};

struct job {
	struct tool *tool;
	const struct options *o;
	struct pz_ranks ranks;
	struct model model;
	struct pz_reader *valid_in;
	struct dataset train, valid;
	struct pz_schedule plan;
	struct pz_train run;
	struct run_id id;
	int64_t kept; /* iterations done by the checkpoint's run; -1: there is none */
	struct trainlog log;
	struct pz_progress progress;
	struct pace pace;
	const char *stage;
	char line[64]; /* the stage and the loss, of the progress line      */
	double begun;
};

static int check_options(const struct options *o)
{
	if (!o->net == !o->from)
		return pz_fail(PZ_EUSAGE, o->net ? "--net and --from exclude each other"
						 : "--net or --from is needed");
	if (!o->from && (o->freeze || o->heads != KEEP))
		return pz_fail(PZ_EUSAGE, "--%s needs --from", o->freeze ? "freeze" : "heads new");
	if (o->resume && !o->checkpoint)
		return pz_fail(PZ_EUSAGE, "--resume needs --checkpoint");
	for (int i = 0; i < o->drop.count; i++)
		if (!(o->drop.value[i] > 0 && o->drop.value[i] <= 1))
			return pz_fail(PZ_EUSAGE, "--drop: expected shares from 0 to 1, found %g",
				       o->drop.value[i]);
	return 0;
}

/* What was not given is the survey's (METHOD.md section 1). */
static void set_defaults(struct options *o, const struct pz_header *h)
{
	bool cfhtls = !strncmp(h->survey, "cfhtls", 6);

	if (o->iterations == 0)
		o->iterations = o->freeze ? 40000 : 120000;
	if (o->batch == 0)
		o->batch = o->freeze || cfhtls ? 32 : 128;
	if (o->rate == 0)
		o->rate = o->freeze ? 2e-5 : 1e-4;
	if (o->drop.count == 0 && !o->freeze)
		o->drop = (struct pz_numbers){ .value = { 0.5 }, .count = 1 };
	if (o->every == 0)
		o->every = o->iterations > 100 ? o->iterations / 100 : 1;
}

static struct pz_schedule plan_of(const struct job *job)
{
	const struct options *o = job->o;
	struct pz_schedule plan = { .iterations = o->iterations,
				    .batch = (size_t)o->batch,
				    .rate = o->rate,
				    .factor = o->factor,
				    .drops = o->drop.count,
				    .augment = !o->no_augment,
				    .seed = job->tool->seed,
				    .every = o->every,
				    .memory = (size_t)o->memory << 20,
				    .ranks = ranks_of(&job->ranks) };

	for (int i = 0; i < o->drop.count; i++)
		plan.drop[i] = o->drop.value[i];
	return plan;
}

/* ---- the network to begin with ---- */

/* The text of --net: a built-in name or a file. */
static int read_net(const char *name, char *text, size_t size)
{
	FILE *f;
	size_t n;
	int failed;

	if (pz_net_builtin(name)) {
		snprintf(text, size, "%s", name);
		return 0;
	}
	if (!(f = fopen(name, "re")))
		return errno == ENOENT
			       ? pz_fail(PZ_EUSAGE,
					 "--net: '%s' is neither P, T, S1, S2, S3 nor a file", name)
			       : pz_fail(PZ_EIO, "%s: %s", name, strerror(errno));
	n = fread(text, 1, size, f);
	failed = ferror(f) ? errno : 0;
	fclose(f);
	if (failed)
		return pz_fail(PZ_EIO, "%s: %s", name, strerror(failed));
	if (n == size || memchr(text, 0, n))
		return pz_fail(PZ_EDATA, "%s: no network's text", name);
	text[n] = 0;
	return 0;
}

static int net_from_text(struct job *job)
{
	char text[PZ_NET_TEXT_MAX];
	int rc = read_net(job->o->net, text, sizeof text);

	if (rc < 0)
		return rc;
	if ((rc = model_new(&job->model, text, pz_reader_header(job->tool->in))) < 0)
		return pz_fail_in(rc, "%s",
				  rc == PZ_EARG ? job->o->net : pz_reader_name(job->tool->in));
	pz_net_init(job->model.net, job->tool->seed);
	return 0;
}

/* Networks are made for pixels of the order of 1; and predict refuses, later, what was not
 * stretched as these stamps were. */
static int check_normalised(const struct job *job)
{
	const struct pz_header *h = pz_reader_header(job->tool->in);

	if (h->stretch[0] || job->o->raw)
		return 0;
	return pz_fail(PZ_EMISMATCH,
		       "%s: the stamps were not normalised: run normalize before softlabel, or "
		       "give --raw to learn from pixels as they are",
		       pz_reader_name(job->tool->in));
}

/* A gate that is kept must choose among the same rows. */
static int check_rows(const struct model *from, const struct pz_header *h)
{
	const struct pz_rows *a = &from->header.rows, *b = &h->rows;

	if (a->channels != b->channels || a->min != b->min || a->width != b->width)
		return pz_fail(PZ_EMISMATCH,
			       "rows: the model has %d channels from %g by %g mag, the stamps %d "
			       "from %g by %g",
			       a->channels, a->min, a->width, b->channels, b->min, b->width);
	return 0;
}

static int check_grid(const struct model *from, const struct pz_header *h)
{
	const struct pz_grid *a = &from->header.grid, *b = &h->grid;

	if (!pz_grid_equal(a, b))
		return pz_fail(PZ_EMISMATCH,
			       "grid: the model has %g to %g in %d+%d+%d bins, the labels %g to %g "
			       "in %d+%d+%d; --heads new begins anew",
			       a->min, a->max, a->left, a->bins, a->right, b->min, b->max, b->left,
			       b->bins, b->right);
	return 0;
}

/* The model's network for the labels' grid; heads anew or as they are. */
static int net_from_model(struct job *job)
{
	const struct pz_header *h = pz_reader_header(job->tool->in);
	unsigned kept = PZ_ROLES_ALL & ~(job->o->heads == NEW ? PZ_ROLE_HEAD : 0u);
	struct model from;
	int rc;

	if ((rc = model_read(&from, job->o->from)) == 0 &&
	    (rc = used_stream(job->tool, job->o->from, from.hash)) == 0 &&
	    (rc = model_fits(&from, h)) == 0 &&
	    (rc = model_new(&job->model, pz_net_text(from.net), h)) == 0) {
		if (from.labels != job->model.labels)
			rc = pz_fail(PZ_EMISMATCH,
				     "labels: the model's and those of the stamps are not "
				     "of a kind (single, channels)");
		else if (from.labels == LABELS_CHANNELS)
			rc = check_rows(&from, h);
		if (rc == 0 && job->o->heads == KEEP)
			rc = check_grid(&from, h);
	}
	if (rc == 0) {
		pz_net_init(job->model.net, job->tool->seed);
		rc = pz_net_copy(job->model.net, from.net, kept);
	}
	model_release(&from);
	return rc;
}

/* ---- the run ---- */

static int read_valid(struct job *job)
{
	int rc;

	if (!job->o->valid)
		return 0;
	if ((rc = pz_reader_open(&job->valid_in, &job->o->valid, 1, DATASET_READ)) < 0)
		return rc;
	return dataset_read(&job->valid, job->valid_in, &job->model);
}

/* What a checkpoint says of the run, before its first iteration. */
static int identify(struct job *job, unsigned roles)
{
	struct pz_net *net = job->model.net;

	job->id = (struct run_id){ .seed = job->tool->seed,
				   .weights = pz_hash(pz_net_values(net),
						      pz_net_block(net) * sizeof(float), 0),
				   .examples = (double)job->train.examples.count,
				   .batch = job->o->batch,
				   .augment = !job->o->no_augment,
				   .roles = roles,
				   .plan = &job->plan };
	return dataset_hash(&job->train, &job->id.data);
}

/* From the checkpoint, where there is one. */
static int go_on(struct job *job)
{
	const char *path = job->o->checkpoint;
	int rc = checkpoint_read(path, &job->model, &job->run, &job->id);

	if (rc <= CHECKPOINT_NONE)
		return rc;
	if (rc == CHECKPOINT_PREVIOUS)
		tool_say(job->tool, "%s; %s.previous takes its place", pz_error_text(), path);
	job->kept = job->run.iteration;
	tool_say(job->tool, "%s: goes on after iteration %lld of %lld", path, (long long)job->kept,
		 (long long)job->plan.iterations);
	return 0;
}

/* Several ranks read the same files, each for itself. */
static int check_files(const struct job *job)
{
	const struct tool *t = job->tool;
	int rc = ranks_need_files(&job->ranks, (const char *const *)t->operands, t->operand_count);

	return rc == 0 && job->o->valid ? ranks_need_files(&job->ranks, &job->o->valid, 1) : rc;
}

/* Everything that a run starts from, but for the checkpoint. */
static int prepare(struct job *job)
{
	unsigned roles = job->o->freeze ? PZ_ROLE_HEAD : PZ_ROLES_ALL;
	const struct options *o = job->o;
	int rc;

	job->plan = plan_of(job);
	if ((rc = o->from ? net_from_model(job) : net_from_text(job)) < 0 ||
	    (rc = check_normalised(job)) < 0 ||
	    (rc = dataset_read(&job->train, job->tool->in, &job->model)) < 0 ||
	    (rc = read_valid(job)) < 0 ||
	    (rc = pz_train_init(&job->run, job->model.net, roles)) < 0)
		return rc;
	return o->checkpoint || job->ranks.count > 1 ? identify(job, roles) : 0;
}

static int check_parameters(const struct job *job)
{
	const struct pz_net *net = job->model.net;

	return ranks_same(&job->ranks, "parameters", pz_net_values((struct pz_net *)net),
			  pz_net_block(net) * sizeof(float));
}

/* Whether the ranks are about to do the same. */
static int check_alike(const struct job *job)
{
	const struct pz_schedule *p = &job->plan;
	const double run[] = { (double)p->iterations,
			       (double)p->batch,
			       p->rate,
			       p->factor,
			       (double)p->drops,
			       (double)p->every,
			       (double)job->valid.examples.count,
			       (double)job->run.iteration,
			       job->id.roles,
			       job->id.augment };
	int rc;

	if ((rc = ranks_same(&job->ranks, "options or another checkpoint", run, sizeof run)) < 0 ||
	    (rc = ranks_same(&job->ranks, "stamps or labels", &job->id.data, sizeof job->id.data)) <
		    0)
		return rc;
	return check_parameters(job);
}

/* ---- what is said of it ---- */

/* How many parameters learn. */
static size_t count_learning(const struct job *job)
{
	const struct pz_net *net = job->model.net;
	size_t count = 0;

	for (size_t i = 0; i < pz_net_tensors(net); i++)
		if (pz_net_tensor(net, i)->role & job->run.adam.roles)
			count += pz_net_tensor(net, i)->count;
	return count;
}

/* What is about to begin, in a line; and whether there is enough to learn from. */
static void say_what_begins(const struct job *job)
{
	const struct pz_grid *grid = &job->model.header.grid;
	size_t learning = count_learning(job), all = pz_net_count(job->model.net);
	size_t stamps = job->train.examples.count;
	char of[32] = "", after[48] = "";

	if (learning < all)
		snprintf(of, sizeof of, " of %zu", all);
	if (job->run.iteration > 0)
		snprintf(after, sizeof after, ", %lld of them done", (long long)job->run.iteration);
	tool_say(job->tool, "%zu%s parameters, %zu stamps, %lld iterations of %zu stamps%s",
		 learning, of, stamps, (long long)job->plan.iterations, job->plan.batch, after);
	if (stamps < FEW * (size_t)grid->bins)
		tool_say(job->tool,
			 "%zu stamps for %d bins of '%s': fewer than %d a bin are little to learn "
			 "from; see softlabel --bins",
			 stamps, grid->bins, grid->target[0] ? grid->target : "z", FEW);
}

static double mean_loss(const struct pz_train *t)
{
	return t->loss_sum / (double)t->loss_count;
}

/* Where no line on a terminal shows it. */
static void say_how_far(const struct job *job, double left)
{
	const struct pz_train *t = &job->run;
	char time[PZ_TIME_TEXT];

	if (t->loss_count > 0)
		tool_say(job->tool, "iteration %lld of %lld, loss %.4f, %s left",
			 (long long)t->iteration, (long long)job->plan.iterations, mean_loss(t),
			 pz_time_text(left, time));
	else
		tool_say(job->tool, "%s: %.0f of %.0f stamps, %s left", job->stage, job->pace.done,
			 job->pace.total, pz_time_text(left, time));
}

static void say_expected(struct job *job, double now)
{
	char time[PZ_TIME_TEXT];
	double left = pace_left(&job->pace, now), begun = job->pace.begun;

	pz_progress_clear(&job->progress);
	tool_say(job->tool, "%s: expected to take %s, %.4g stamps/s", job->stage,
		 pz_time_text(left + now - begun, time), job->pace.total / (left + now - begun));
}

static void begin_stage(void *context, const char *stage, double stamps)
{
	struct job *job = context;

	pz_progress_end(&job->progress);
	job->stage = stage;
	snprintf(job->line, sizeof job->line, "%s", stage);
	tool_progress(job->tool, &job->progress, job->line, "stamps", stamps);
	pace_begin(&job->pace, stamps, pz_clock());
}

static void tick(void *context, double stamps)
{
	struct job *job = context;
	double now = pz_clock();
	enum pace_word word = pace_add(&job->pace, stamps, now);

	if (job->run.loss_count > 0)
		snprintf(job->line, sizeof job->line, "%s, loss %.4f", job->stage,
			 mean_loss(&job->run));
	if (word == PACE_EXPECTED)
		say_expected(job, now);
	else if (word == PACE_STILL && !job->progress.to)
		say_how_far(job, pace_left(&job->pace, now));
	pz_progress_add(&job->progress, stamps);
}

static bool stops(void *context)
{
	(void)context;
	return stop_asked();
}

static int keep(struct job *job)
{
	int rc = 0;

	if (job->o->checkpoint)
		rc = checkpoint_write(job->o->checkpoint, &job->model, &job->run, &job->id);
	if (rc == 0)
		job->kept = job->run.iteration;
	return rc;
}

/* What a signal ends goes on from its checkpoint; the line on stderr says so. One of
 * several ranks ends with the others, at their next step. */
static void stop_saying(const struct job *job, const char *when)
{
	stop_at_once("train: %s: stopped %s; " GO_ON "%s", job->o->checkpoint, when,
		     job->o->resume ? "" : RESUMING);
	if (job->ranks.count > 1)
		stop_in_order();
}

static int say_how_to_go_on(const struct job *job)
{
	char text[512];

	snprintf(text, sizeof text, "%s", pz_error_text());
	return pz_fail(PZ_ESTOP, "%s: %s; " GO_ON "%s", job->o->checkpoint, text,
		       job->o->resume ? "" : RESUMING);
}

static void say_report(struct job *job, const struct pz_train_report *r)
{
	double since = pz_clock() - job->begun;

	char valid[48] = "";

	pz_progress_end(&job->progress);
	if (job->o->valid)
		snprintf(valid, sizeof valid, ", validation %.4f", r->valid_loss);
	tool_say(job->tool, "iteration %lld, loss %.4f%s, waited %.1f %%", (long long)r->iteration,
		 r->loss, valid, 100 * r->waited);
	if (job->ranks.count > 1)
		tool_say(job->tool,
			 "%d ranks of the same parameters, waited %.1f %% for each other",
			 job->ranks.count, 100 * ranks_waited(&job->ranks) / since);
}

/* A state that cannot be kept ends a run that has none yet; one that has gone on since it
 * could, or is at its end, is not thrown away for it. */
static int keep_if_possible(struct job *job)
{
	bool worth = job->kept >= 0 || job->run.iteration >= job->plan.iterations;
	int rc = keep(job);

	if (rc == 0 || !worth)
		return rc;
	pz_progress_clear(&job->progress);
	tool_fault(job->tool, rc);
	return 0;
}

static int report(void *context, const struct pz_train_report *r)
{
	struct job *job = context;
	int rc = check_parameters(job);

	if (rc < 0 || !ranks_first(&job->ranks))
		return rc;
	if (job->tool->verbose)
		say_report(job, r);
	if ((rc = trainlog_add(&job->log, r)) < 0) {
		pz_progress_clear(&job->progress);
		tool_fault(job->tool, rc);
	}
	return keep_if_possible(job);
}

/* Runs to the end, or to a checkpoint where a signal asks for it. */
static int run(struct job *job)
{
	struct pz_train_hooks hooks = {
		.context = job, .begin = begin_stage, .tick = tick, .stop = stops, .report = report
	};
	int rc, kept;

	if (job->o->checkpoint)
		stop_in_order();
	job->begun = pz_clock();
	say_what_begins(job);
	rc = pz_train_run(&job->run, &job->plan, &job->train.examples,
			  job->o->valid ? &job->valid.examples : NULL, &hooks);
	pz_progress_end(&job->progress);
	if (rc == PZ_ESTOP) {
		say_how_to_go_on(job);
		if (job->kept != job->run.iteration && ranks_first(&job->ranks) &&
		    (kept = keep(job)) < 0)
			return kept;
	} else if (rc == 0 && job->o->checkpoint) {
		stop_saying(job, "before the model was written");
	}
	return rc;
}

/* What each rank reads for itself. */
static int read_all(struct job *job, struct options *o)
{
	struct tool *t = job->tool;
	int rc;

	if ((rc = check_options(o)) < 0 || (rc = check_files(job)) < 0)
		return rc;
	if (o->checkpoint)
		stop_saying(job, "while reading, nothing was done");
	if ((rc = tool_open_input(t, DATASET_READ)) < 0)
		return rc;
	set_defaults(o, pz_reader_header(t->in));
	return prepare(job);
}

/* The first rank alone writes. */
static int open_outputs(struct job *job)
{
	int rc;

	if (!ranks_first(&job->ranks))
		return 0;
	rc = tool_open_output(job->tool, &job->model.header);
	return rc < 0 ? rc : trainlog_open(&job->log, job->o->log, job->run.iteration);
}

static int learn(struct job *job)
{
	int rc = run(job);

	if (rc < 0 || !ranks_first(&job->ranks))
		return rc;
	if ((rc = trainlog_close(&job->log)) < 0)
		tool_fault(job->tool, rc);
	return model_write(&job->model, job->tool->out);
}

/* Where one rank fails all do, and one of them says why. */
static int together(struct job *job, int rc)
{
	bool speaks;

	rc = ranks_agree(&job->ranks, rc, &speaks);
	job->tool->silent = !speaks;
	return rc;
}

/* The first rank may put the previous checkpoint in the place of the newest. */
static int resume(struct job *job)
{
	bool first = ranks_first(&job->ranks);
	int rc;

	if (!job->o->resume)
		return 0;
	rc = together(job, first ? go_on(job) : 0);
	return rc < 0 ? rc : together(job, first ? 0 : go_on(job));
}

static int train(struct job *job, struct options *o)
{
	int rc;

	if ((rc = together(job, read_all(job, o))) == 0 && (rc = resume(job)) == 0 &&
	    (rc = together(job, check_alike(job))) == 0 &&
	    (rc = together(job, open_outputs(job))) == 0)
		rc = together(job, learn(job));
	return rc;
}

static void release(struct job *job)
{
	trainlog_close(&job->log);
	pz_train_release(&job->run);
	dataset_release(&job->train);
	dataset_release(&job->valid);
	pz_reader_close(job->valid_in);
	model_release(&job->model);
}

int main(int argc, char **argv)
{
	struct options o = { .factor = 5, .memory = 1024 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 0, "net", "NET", &o.net,
		  "a network to begin anew: P, T, S1, S2, S3, or a file with its text" },
		{ PZ_OPTION_FILE, 0, "from", "MODEL", &o.from, "begin with this model's network" },
		{ PZ_OPTION_FLAG, 0, "freeze", NULL, &o.freeze,
		  "train the redshift heads only; all else, the gate too, stays" },
		{ PZ_OPTION_CHOICE, 0, "heads", "WHICH", &o.heads,
		  "those of --from, or new ones for the labels' grid", .choices = "keep,new" },
		{ PZ_OPTION_INT, 'n', "iterations", "N", &o.iterations,
		  "batches to learn from [the survey's]", .min = 1, .max = 2147483647 },
		{ PZ_OPTION_INT, 'b', "batch", "N", &o.batch, "stamps of a batch [the survey's]",
		  .min = 1, .max = 65536 },
		{ PZ_OPTION_DOUBLE, 0, "rate", "X", &o.rate, "of Adam [the survey's]", .min = 1e-12,
		  .max = 10 },
		{ PZ_OPTION_NUMBERS, 0, "drop", "LIST", &o.drop,
		  "shares of the iterations at which the rate drops [0.5; with --freeze none]" },
		{ PZ_OPTION_DOUBLE, 0, "drop-factor", "X", &o.factor,
		  "a drop divides the rate by this", .min = 1, .max = 1e6 },
		{ PZ_OPTION_FLAG, 0, "raw", NULL, &o.raw,
		  "learn from stamps that were not normalised" },
		{ PZ_OPTION_FLAG, 0, "no-augment", NULL, &o.no_augment,
		  "do not turn and mirror the stamps" },
		{ PZ_OPTION_FILE, 0, "valid", "FILE", &o.valid,
		  "labelled stamps on which to measure the loss", .local = true },
		{ PZ_OPTION_OUTPUT, 0, "checkpoint", "FILE", &o.checkpoint,
		  "keep the state of the run here", .local = true },
		{ PZ_OPTION_INT, 0, "every", "N", &o.every,
		  "iterations from one log line and checkpoint to the next [a hundredth]", .min = 1,
		  .max = 2147483647, .local = true },
		{ PZ_OPTION_FLAG, 0, "resume", NULL, &o.resume,
		  "go on from the checkpoint, if there is one", .local = true },
		{ PZ_OPTION_OUTPUT, 0, "log", "FILE", &o.log,
		  "write iteration, seen, rate, loss, valid_loss (TSV)", .local = true },
		{ PZ_OPTION_INT, 0, "memory", "MIB", &o.memory,
		  "features of a frozen network to keep in memory; more go to $TMPDIR", .min = 0,
		  .max = 1 << 24, .local = true },
		{ .type = PZ_OPTION_END }
	};
	struct tool t = {
		.name = "train",
		.does = "learn p(z) from labelled stamps",
		.usage = "--net NET|--from MODEL [options] [stamps ...] >model",
		.notes = "With --checkpoint, SIGTERM and SIGUSR1 write one and end the run with "
			 "0;\nso do SIGINT and SIGHUP, but end it as a signal does.\n",
		.options = table,
		.chance = true,
		.writes = true,
	};
	struct job job = { .tool = &t, .o = &o, .kept = -1 };
	int rc, status;

	tool_begin(&t, argc, argv);
	if ((rc = ranks_begin(&job.ranks)) == 0) {
		t.quiet |= !ranks_first(&job.ranks);
		t.verbose &= ranks_first(&job.ranks);
		rc = train(&job, &o);
	}
	release(&job);
	status = tool_end(&t, rc);
	ranks_end(&job.ranks);
	if (rc != PZ_ESTOP)
		return status;
	stop_end();
	return pz_error_exit(t.fault);
}
