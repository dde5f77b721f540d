/* train -- a network that turns stamps into p(z), from labelled stamps
 *
 *   in    stamps with labels (softlabel), a file or a pipe
 *   out   a model
 */
#include <string.h>

#include <pz/libraries.h>
#include <pz/random.h>

#include "../common/model.h"
#include "../common/tool.h"
#include "constant.h"
#include "dataset.h"
#include "log.h"
#include "observer.h"
#include "processes.h"
#include "recipe.h"
#include "saving.h"
#include "start.h"
#include "stop.h"

enum { KEEP, NEW };

#define LITTLE       0.05 /* share of what could be learned below which train warns  */
#define WORTH_SAYING 1000 /* after fewer iterations nobody expects much             */

struct options {
	const char *net, *from, *weights, *valid, *checkpoint, *log;
	int heads;
	bool freeze, no_augment, resume, raw;
	int every, memory, patience;
	struct recipe recipe;
};

/* The network, the stamps it learns from, and how far it is. */
struct training {
	struct model model;
	struct dataset stamps, valid;
	struct pz_reader *valid_in;
	struct pz_schedule plan;
	struct pz_train run;
	struct run_id id;
};

/* ---- options ---- */

static int check_options(const struct options *o)
{
	if (!o->net == !o->from)
		return pz_fail(PZ_EUSAGE, o->net ? "--net and --from exclude each other"
						 : "--net or --from is needed");
	if (o->heads != KEEP && !o->from)
		return pz_fail(PZ_EUSAGE, "--heads new needs --from");
	return recipe_check(&o->recipe, o->freeze);
}

static struct pz_schedule make_plan(const struct options *o, uint64_t seed,
				    const struct pz_ranks *ranks)
{
	struct pz_schedule plan = recipe_schedule(&o->recipe);

	plan.augment = !o->no_augment;
	plan.seed = seed;
	plan.every = o->every ? o->every : plan.iterations > 100 ? plan.iterations / 100 : 1;
	plan.patience = o->patience;
	plan.memory = (size_t)o->memory << 20;
	plan.ranks = ranks_of(ranks);
	return plan;
}

static unsigned trained_roles(const struct options *o)
{
	return o->freeze ? PZ_ROLE_HEAD : PZ_ROLES_LEARNED;
}

/* ---- what each rank reads for itself ---- */

static int check_files(const struct tool *t, const char *valid, const struct pz_ranks *ranks)
{
	int rc = ranks_need_files(ranks, (const char *const *)t->operands, t->operand_count);

	return rc == 0 && valid ? ranks_need_files(ranks, &valid, 1) : rc;
}

static int read_valid(struct training *l, const char *path)
{
	int rc;

	if (!path)
		return 0;
	if ((rc = pz_reader_open(&l->valid_in, &path, 1, DATASET_READ)) < 0)
		return rc;
	return dataset_read(&l->valid, l->valid_in, &l->model);
}

/* What a checkpoint, or another rank, says of the run before its first iteration. */
static int identify_run(struct training *l, const struct options *o)
{
	const struct pz_net *net = l->model.net;

	l->id = (struct run_id){ .seed = l->plan.seed,
				 .weights = pz_hash(pz_net_values(l->model.net),
						    pz_net_block(net) * sizeof(float), 0),
				 .examples = (double)l->stamps.examples.count,
				 .batch = (double)l->plan.batch,
				 .augment = l->plan.augment,
				 .decay = l->plan.decay,
				 .dropout = l->plan.dropout,
				 .roles = trained_roles(o),
				 .plan = &l->plan };
	return dataset_hash(&l->stamps, &l->id.data);
}

/* The training sample gives the scale of features and pixels to a new network; one of --from keeps
 * its own, and one of --weights those of the file. */
static int scale_inputs(struct training *l, const struct tool *t, const struct options *o)
{
	const struct dataset *d = &l->stamps;
	bool features = model_uses_features(&l->model), measured = !o->from && !o->weights;
	int rc = 0;

	if (features)
		dataset_say_missing(d, t);
	if (features && measured)
		rc = dataset_scale_features(d, t, &l->model);
	return rc == 0 && measured ? pz_train_whiten(l->model.net, &d->examples) : rc;
}

/* Reads everything that the run starts from, except for the checkpoint. */
static int read_all(struct training *l, struct tool *t, struct options *o,
		    const struct pz_ranks *ranks, const struct saving *saving)
{
	const struct start_options start = { o->net,     o->from,
					     o->weights, o->heads == NEW,
					     o->raw,     o->recipe.name == RECIPE_MODERN };
	int rc;

	if ((rc = check_options(o)) < 0 || (rc = check_files(t, o->valid, ranks)) < 0)
		return rc;
	if (o->checkpoint)
		saving_announce(saving, "while reading, before anything was computed");
	if ((rc = tool_open_input(t, DATASET_READ)) < 0)
		return rc;
	recipe_complete(&o->recipe, pz_reader_header(t->in)->survey, o->freeze);
	l->plan = make_plan(o, t->seed, ranks);
	if ((rc = start_network(&l->model, t, &start)) < 0 ||
	    (rc = dataset_read(&l->stamps, t->in, &l->model)) < 0 ||
	    (rc = scale_inputs(l, t, o)) < 0 || (rc = read_valid(l, o->valid)) < 0 ||
	    (rc = pz_train_init(&l->run, l->model.net, trained_roles(o))) < 0 ||
	    (rc = pz_train_begin_mean(&l->run, &l->plan)) < 0)
		return rc;
	return o->checkpoint || ranks->count > 1 ? identify_run(l, o) : 0;
}

/* ---- several ranks ---- */

/* Whether the ranks are about to do the same. */
static int compare_runs(const struct pz_ranks *ranks, const struct training *l)
{
	const struct pz_schedule *p = &l->plan;
	const double run[] = { (double)p->iterations,
			       (double)p->batch,
			       p->rate,
			       p->warmup,
			       (double)p->course,
			       p->factor,
			       p->decay,
			       p->average,
			       p->dropout,
			       (double)p->drops,
			       (double)p->every,
			       (double)l->valid.examples.count,
			       (double)l->run.iteration,
			       l->id.roles,
			       l->id.augment };
	int rc;

	if ((rc = ranks_same(ranks, "options or checkpoints", run, sizeof run)) < 0 ||
	    (rc = ranks_same(ranks, "stamps or labels", &l->id.data, sizeof l->id.data)) < 0)
		return rc;
	return ranks_same_parameters(ranks, l->model.net);
}

/* Where one rank fails all of them fail, and one of them says why. */
static int agree_on(const struct pz_ranks *ranks, struct tool *t, int rc)
{
	bool speaks;

	rc = ranks_agree(ranks, rc, &speaks);
	t->silent = !speaks;
	return rc;
}

/* The first rank resumes before the others read: it may rename the previous checkpoint to the
 * newest. */
static int resume_all(const struct pz_ranks *ranks, struct saving *saving)
{
	bool first = ranks_first(ranks);
	int rc = agree_on(ranks, saving->tool, first ? saving_resume(saving) : 0);

	return rc < 0 ? rc : agree_on(ranks, saving->tool, first ? 0 : saving_resume(saving));
}

/* ---- the run ---- */

/* Runs to the end, or to a checkpoint where a signal asks for it. */
static int run_training(struct training *l, struct observer *w)
{
	struct pz_train_hooks hooks = observer_hooks(w);
	struct saving *s = w->saving;
	int rc, written;

	if (s->path)
		stop_in_order();
	w->begun = pz_clock();
	status_say_start(&w->status, &l->model, l->stamps.examples.count, l->plan.batch);
	rc = pz_train_run(&l->run, &l->plan, &l->stamps.examples,
			  l->valid_in ? &l->valid.examples : NULL, &hooks);
	status_end(&w->status);
	if (rc == 0 && l->run.iteration < l->plan.iterations)
		tool_say(w->tool,
			 "ended after iteration %lld of %lld: the validation loss was %.4f or more "
			 "in the last %lld lines of the log",
			 (long long)l->run.iteration, (long long)l->plan.iterations, l->run.best,
			 (long long)l->run.since);
	if (rc == PZ_ESTOP && s->path) {
		saving_explain_stop(s);
		if (s->saved != l->run.iteration && ranks_first(w->ranks) &&
		    (written = saving_write(s)) < 0)
			return written;
	} else if (rc == 0 && s->path) {
		saving_announce(s, "before the model was written");
	}
	return rc;
}

/* The first rank alone writes. */
static int open_outputs(struct tool *t, const struct pz_ranks *ranks, struct training *l,
			struct trainlog *log, const char *path)
{
	int rc;

	if (!ranks_first(ranks))
		return 0;
	rc = tool_open_output(t, &l->model.header);
	return rc < 0 ? rc : trainlog_open(log, path, l->run.iteration);
}

/* Whether the run came to more than an answer that is the same for all. */
static int say_learned(const struct training *l, const struct observer *w)
{
	struct constant c;
	int rc = constant_measure(&l->stamps.examples, pz_net_shape(l->model.net), &c);

	if (rc == 0 && w->loss > 0 && constant_learned(&c, w->loss) < LITTLE)
		tool_say(w->tool,
			 "the loss at the end, %.3f, is near that of an answer that is the same "
			 "for all galaxies, %.3f: the network has learned little or nothing. Try "
			 "more iterations, a higher --rate, or --recipe modern, which scales "
			 "what the network reads",
			 w->loss, c.loss);
	return rc;
}

static int learn_and_write(struct training *l, struct observer *w)
{
	int rc = run_training(l, w);

	if (rc < 0 || !ranks_first(w->ranks))
		return rc;
	if (l->run.iteration >= WORTH_SAYING && (rc = say_learned(l, w)) < 0)
		return rc;
	if ((rc = trainlog_close(w->log)) < 0)
		tool_fault(w->tool, rc);
	return model_write(&l->model, w->tool->out);
}

static void release_training(struct training *l)
{
	pz_train_release(&l->run);
	dataset_release(&l->stamps);
	dataset_release(&l->valid);
	pz_reader_close(l->valid_in);
	model_release(&l->model);
}

static int train_network(struct tool *t, struct options *o, const struct pz_ranks *ranks)
{
	struct training l = { 0 };
	struct trainlog log = { 0 };
	struct saving saving = { .tool = t,
				 .path = o->checkpoint,
				 .resuming = o->resume,
				 .together = ranks->count > 1,
				 .model = &l.model,
				 .run = &l.run,
				 .id = &l.id,
				 .saved = -1 };
	struct observer w = { .tool = t, .ranks = ranks, .saving = &saving, .log = &log };
	int rc;

	if ((rc = agree_on(ranks, t, read_all(&l, t, o, ranks, &saving))) == 0 &&
	    (rc = o->resume ? resume_all(ranks, &saving) : 0) == 0 &&
	    (rc = agree_on(ranks, t, compare_runs(ranks, &l))) == 0 &&
	    (rc = agree_on(ranks, t, open_outputs(t, ranks, &l, &log, o->log))) == 0) {
		w.net = l.model.net;
		w.status = (struct status){ .tool = t,
					    .run = &l.run,
					    .iterations = l.plan.iterations };
		rc = agree_on(ranks, t, learn_and_write(&l, &w));
	}
	trainlog_close(&log);
	release_training(&l);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { .recipe = RECIPE_UNSET, .memory = 1024 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 0, "net", "NET", &o.net,
		  "start a new network: P, T, S1, S2, S3 (with features: S3+features), M "
		  "(features alone), or a file that describes one",
		  .words = "P,T,S1,S2,S3,M,P+features,T+features,S1+features,S2+features,S3+"
			   "features" },
		{ PZ_OPTION_FILE, 0, "from", "MODEL", &o.from,
		  "start from the network and weights of this model" },
		{ PZ_OPTION_FILE, 0, "weights", "FILE", &o.weights,
		  "start --net from weights trained elsewhere (safetensors)", .needs = "net" },
		{ PZ_OPTION_FLAG, 0, "freeze", NULL, &o.freeze,
		  "train only the redshift heads (the last layer); all other weights stay fixed",
		  .needs = "from,weights" },
		{ PZ_OPTION_CHOICE, 0, "heads", "WHICH", &o.heads,
		  "keep the heads of --from, or start new ones for the labels' redshift grid",
		  .choices = "keep,new" },
		RECIPE_OPTIONS(&o.recipe),
		{ PZ_OPTION_FLAG, 0, "raw", NULL, &o.raw, "allow stamps that were not normalized" },
		{ PZ_OPTION_FLAG, 0, "no-augment", NULL, &o.no_augment,
		  "do not rotate and mirror the stamps" },
		{ PZ_OPTION_FILE, 0, "valid", "FILE", &o.valid,
		  "labelled stamps on which the validation loss is measured", .local = true },
		{ PZ_OPTION_INT, 0, "stop-when-flat", "N", &o.patience,
		  "end after N lines of the log without a new lowest validation loss; 0: never",
		  .min = 0, .max = 1000000, .needs = "valid" },
		{ PZ_OPTION_OUTPUT, 0, "checkpoint", "FILE", &o.checkpoint,
		  "save the state of the run in this file, from which it can resume",
		  .local = true },
		{ PZ_OPTION_INT, 0, "every", "N", &o.every,
		  "iterations between lines of the log and checkpoints; default: a hundredth of "
		  "all",
		  .min = 1, .max = 2147483647, .local = true },
		{ PZ_OPTION_FLAG, 0, "resume", NULL, &o.resume,
		  "continue from the checkpoint, if there is one", .local = true,
		  .needs = "checkpoint" },
		{ PZ_OPTION_OUTPUT, 0, "log", "FILE", &o.log,
		  "write iteration, seen, rate, loss and valid_loss to this table (TSV)",
		  .local = true },
		{ PZ_OPTION_INT, 0, "memory", "MIB", &o.memory,
		  "memory for the features of a frozen network, in MiB; the rest goes to $TMPDIR",
		  .min = 0, .max = 1 << 24, .local = true, .needs = "freeze" },
		{ .type = PZ_OPTION_END }
	};
	struct tool t = {
		.name = "train",
		.does = "train a network to estimate p(z) from labelled stamps or features",
		.usage = "--net NET|--from MODEL [options] [stamps ...] >model",
		.notes = "With --checkpoint, SIGTERM and SIGUSR1 save a checkpoint and end the run "
			 "with\n"
			 "exit status 0. SIGINT and SIGHUP save one too, and end the run as a "
			 "signal does.\n",
		.options = table,
		.libraries = (library_name *const[]){ pz_nn_library, ranks_library, NULL },
		.chance = true,
		.writes = true,
	};
	struct pz_ranks ranks = { 0 };
	int rc, status;

	tool_begin(&t, argc, argv);
	if ((rc = ranks_begin(&ranks)) == 0) {
		t.quiet |= !ranks_first(&ranks);
		t.verbose &= ranks_first(&ranks);
		rc = train_network(&t, &o, &ranks);
	}
	status = tool_end(&t, rc);
	ranks_end(&ranks);
	if (rc != PZ_ESTOP)
		return status;
	stop_end();
	return pz_error_exit(t.fault);
}
