/* average -- mean p(z) of several networks, from their streams of the same galaxies
 *
 *   in    predictions; --with: those of further networks, of the same galaxies and bins
 *   out   the records of the first, with the mean p(z) and its estimates
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/partners.h"
#include "../common/record_pdf.h"
#include "../common/scalars.h"
#include "../common/tool.h"

#define OTHERS_MAX 63 /* streams of --with                                          */

enum mean { MEAN_ARITHMETIC, MEAN_HARMONIC };

struct options {
	const char *with;
	int combine; /* enum mean */
	bool common;
};

/* The p(z) and estimates that are taken from the other streams. */
static const char *const taken[] = { "pz", "zphot" };

#define TAKEN ((int)(sizeof taken / sizeof *taken))

struct others {
	int n;
	char *text; /* the option, cut into names                                  */
	const char *path[OTHERS_MAX];
	struct partners stream[OTHERS_MAX];
	pz_map *record;           /* p(z) and estimates of a partner                         */
	struct pdf pdf;           /* of the record or partner that was loaded last           */
	double *mean;             /* [bins]                                                  */
	uint64_t absent, without; /* galaxies that not all streams have, without p(z)  */
	uint64_t disjoint;        /* galaxies whose bins are each excluded by a stream */
};

static int parse_paths(struct others *s, const char *list)
{
	char *rest = NULL, *word;

	if (!list)
		return pz_fail(PZ_EUSAGE, "--with: expected the streams of further networks, as "
					  "second.pz,third.pz");
	if (!(s->text = strdup(list)))
		return pz_fail(PZ_ENOMEM, "no memory for --with");
	for (word = strtok_r(s->text, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
		if (s->n == OTHERS_MAX)
			return pz_fail(PZ_EUSAGE, "--with: expected at most %d streams, found more",
				       OTHERS_MAX);
		s->path[s->n++] = word;
	}
	return s->n ? 0 : pz_fail(PZ_EUSAGE, "--with: expected the name of a stream, found none");
}

/* The p(z) of h must be over the bins of the first stream's. */
static int check_grid(const struct pz_header *first, const struct pz_header *h, const char *path)
{
	const struct pz_grid *a = &first->grid, *b = &h->grid;
	int rc = pz_header_need_kind(h, "predictions");

	if (rc == 0 && !h->has_grid)
		rc = pz_fail(PZ_EMISMATCH, "grid: expected the bins of p(z), found none");
	if (rc == 0 && (strcmp(axes_target(first), axes_target(h)) != 0 || !pz_grid_equal(a, b)))
		rc = pz_fail(PZ_EMISMATCH,
			     "grid: expected '%s' from %g to %g in %d+%d+%d bins as in the first "
			     "stream, found '%s' from %g to %g in %d+%d+%d",
			     axes_target(first), a->min, a->max, a->left, a->bins, a->right,
			     axes_target(h), b->min, b->max, b->left, b->bins, b->right);
	return rc < 0 ? pz_fail_in(rc, "%s", path) : 0;
}

/* Opens the other streams, and makes room for p(z). */
static int open_others(struct others *s, const struct pz_header *first, const char *name)
{
	int rc = check_grid(first, first, name);

	for (int k = 0; k < s->n && rc == 0; k++) {
		rc = tool_refuse_terminal(s->path[k]);
		if (rc == 0)
			rc = partners_open(&s->stream[k], s->path[k], taken, TAKEN);
		if (rc == 0)
			rc = check_grid(first, pz_reader_header(s->stream[k].in), s->path[k]);
	}
	if (rc == 0)
		rc = pdf_init(&s->pdf, &first->grid);
	if (rc < 0)
		return rc;
	s->record = pz_map_new();
	s->mean = calloc(s->pdf.bins, sizeof *s->mean);
	return s->record && s->mean
		       ? 0
		       : pz_fail(PZ_ENOMEM, "no memory for p(z) of %zu bins", s->pdf.bins);
}

static void close_others(struct others *s)
{
	for (int k = 0; k < s->n; k++)
		partners_close(&s->stream[k]);
	pdf_release(&s->pdf);
	pz_map_free(s->record);
	free(s->mean);
	free(s->text);
}

/* The mean is calibrated no longer, nor do intervals hold for it. */
static int open_output(struct tool *t)
{
	struct pz_header h;
	int rc = pz_header_copy(&h, pz_reader_header(t->in));

	if (rc < 0)
		return rc;
	pz_map_drop(h.map, "recalibrated");
	if ((rc = pz_map_error(h.map)) == 0)
		rc = tool_open_output(t, &h);
	pz_header_release(&h);
	return rc;
}

/* Sums and squares of the estimates of a galaxy, about those of the first stream. */
struct spread {
	double first[ESTIMATES], sum[ESTIMATES], square[ESTIMATES];
	int n;
};

/* Adds a p(z), which s->pdf holds, and the estimates beside it. */
static void add_stream(struct others *s, enum mean how, const pz_map *record, struct spread *d)
{
	for (size_t z = 0; z < s->pdf.bins; z++)
		s->mean[z] += how == MEAN_HARMONIC ? 1 / s->pdf.p[z] : s->pdf.p[z];
	for (enum estimate e = 0; e < ESTIMATES; e++) {
		double x = pz_map_number(record, estimate_path[e], NAN);

		if (d->n == 0)
			d->first[e] = x;
		d->sum[e] += x - d->first[e];
		d->square[e] += (x - d->first[e]) * (x - d->first[e]);
	}
	d->n++;
}

/* Sets the mean of what was added, its estimates, and the scatter of the streams' own: 1. 0: there
 * is no mean, because each bin is excluded by one of the streams. */
static int put_mean(struct others *s, enum mean how, const struct spread *d, pz_map *record)
{
	double total = 0, scatter[ESTIMATES];
	int rc;

	for (size_t z = 0; z < s->pdf.bins; z++)
		total += s->pdf.p[z] = how == MEAN_HARMONIC ? 1 / s->mean[z] : s->mean[z];
	if (!(total > 0))
		return 0;
	for (size_t z = 0; z < s->pdf.bins; z++)
		s->pdf.p[z] /= total;
	pdf_store(&s->pdf, record);
	/* the estimates are those of the p(z) as it is stored */
	if ((rc = pdf_load(&s->pdf, record)) < 0)
		return rc;
	pdf_put_estimates(&s->pdf.grid, s->pdf.p, record);
	for (enum estimate e = 0; e < ESTIMATES; e++) {
		double square = d->square[e] - d->sum[e] * d->sum[e] / d->n;

		/* rounding can leave less than 0; an estimate that is missing leaves NaN */
		scatter[e] = square < 0 ? 0 : sqrt(square / (d->n - 1));
	}
	pz_map_set_named(record, "spread", estimate_name, scatter, ESTIMATES);
	return 1;
}

/* The other stream's record of the galaxy into s->record: 1; 0: it has none. */
static int find_partner(struct others *s, int k, uint64_t id)
{
	struct partner_value value[TAKEN];
	int rc = partners_find(&s->stream[k], id, value);

	if (rc <= 0)
		return rc;
	pz_map_clear(s->record);
	for (int i = 0; i < TAKEN; i++)
		if (value[i].bytes)
			pz_map_set_raw(s->record, taken[i], value[i].bytes, value[i].size);
	return (rc = pz_map_error(s->record)) < 0 ? rc : 1;
}

/* Averages a galaxy: 1; 0: not all streams have it. */
static int average_record(struct others *s, const struct options *o, pz_map *record)
{
	struct spread d = { .n = 0 };
	bool whole = true, there = true;
	uint64_t id;
	int rc = record_hash(record, 0, &id);

	if (rc == 0 && partners_gave(&s->stream[0], id))
		rc = pz_fail(PZ_EDATA, "id: expected one record for each galaxy, found another "
				       "with this id");
	memset(s->mean, 0, s->pdf.bins * sizeof *s->mean);
	for (int k = -1; k < s->n && rc >= 0; k++) {
		const pz_map *from = k < 0 ? record : s->record;
		int found = k < 0 ? 1 : (rc = find_partner(s, k, id));

		if (found == 0 && !o->common)
			rc = pz_fail(PZ_EDATA,
				     "expected this galaxy in all streams, found none in %s: give "
				     "--common to leave it out",
				     s->path[k]);
		there &= found > 0;
		if (found <= 0)
			continue;
		if ((rc = pdf_load(&s->pdf, from)) < 0)
			rc = k < 0 ? rc : pz_fail_in(rc, "%s", s->path[k]);
		else if (rc > 0)
			add_stream(s, (enum mean)o->combine, from, &d);
		whole &= rc > 0;
	}
	if (rc < 0 || !there)
		return rc < 0 ? rc : 0;
	pz_map_drop(record, "interval");
	s->without += !whole;
	if (whole) {
		if ((rc = put_mean(s, (enum mean)o->combine, &d, record)) < 0)
			return rc;
		s->disjoint += rc == 0;
		whole = rc > 0;
	}
	if (!whole) {
		pz_map_drop(record, "pz");
		pz_map_drop(record, "zphot");
		pz_map_drop(record, "spread");
	}
	return 1;
}

static int average_stream(struct tool *t, const struct options *o, struct others *s)
{
	struct pz_progress progress;
	int rc;

	tool_progress(t, &progress, "average", "galaxies", 0);
	while ((rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);

		if ((rc = average_record(s, o, record)) < 0) {
			rc = record_fail(t->in, record, rc);
			break;
		}
		s->absent += rc == 0;
		if (rc > 0 && (rc = pz_write(t->out, record)) < 0)
			break;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	for (int k = 0; k < s->n && rc == 0; k++)
		rc = partners_finish(&s->stream[k]);
	return rc;
}

/* Says what was left out; galaxies that only other streams have are an error without --common. */
static int check_left(const struct tool *t, const struct options *o, const struct others *s)
{
	for (int k = 0; k < s->n && !o->common; k++) {
		uint64_t left = pz_reader_count(s->stream[k].in) - pz_reader_count(t->in);

		if (left)
			return pz_fail(PZ_EDATA,
				       "%s: expected the galaxies of the first stream, found %s: "
				       "give --common to leave out what not all streams have",
				       s->path[k], COUNTED(left, "further one", "further ones"));
	}
	if (s->absent)
		tool_say(t, "%s not in all streams, and %s left out",
			 COUNTED(s->absent, "galaxy is", "galaxies are"),
			 s->absent == 1 ? "was" : "were");
	if (s->without)
		tool_say(t, "%s no p(z) in at least one stream, and %s none now",
			 COUNTED(s->without, "galaxy has", "galaxies have"),
			 s->without == 1 ? "has" : "have");
	if (s->disjoint)
		tool_say(t, "%s no p(z) now: there is no bin in which all streams have probability",
			 COUNTED(s->disjoint, "galaxy has", "galaxies have"));
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 'w', "with", "FILE,...", &o.with,
		  "predictions of further networks for the same galaxies" },
		{ PZ_OPTION_CHOICE, 0, "combine", "HOW", &o.combine, "how to average the p(z)",
		  .choices = "mean,harmonic" },
		{ PZ_OPTION_FLAG, 'c', "common", NULL, &o.common,
		  "leave out galaxies that not all streams have" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "average",
		.does = "average the p(z) of several networks",
		.usage = "--with FILE,... [options] [predictions ...] >predictions",
		.options = table,
		.writes = true,
	};
	struct others others = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = parse_paths(&others, o.with)) == 0 && (rc = tool_open_input(&t, 0)) == 0 &&
	    (rc = open_others(&others, pz_reader_header(t.in), pz_reader_name(t.in))) == 0 &&
	    (rc = open_output(&t)) == 0 && (rc = average_stream(&t, &o, &others)) == 0)
		rc = check_left(&t, &o, &others);
	close_others(&others);
	return tool_end(&t, rc);
}
