/* flag -- marks galaxies whose estimates deserve less trust, by what their records say
 *
 *   in    predictions, or several joined by match: pz, zphot, interval, domain, mag
 *   out   the same with an integer "flags", the sum of the bits that hold
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <pz/missing.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/record_pdf.h"
#include "../common/scalars.h"
#include "../common/tool.h"

struct options {
	double domain;
	const char *corrected;
};

enum {
	NO_PZ,
	NOT_CALIBRATED,
	NO_MAGNITUDE,
	FAINT,
	BRIGHT,
	DOMAIN,
	OUTSIDE,
	UNCORRECTED,
	TRUNCATED,
	FLAGS
};

/* Bit i is 1 << i. The names are in the header of the stream. */
static const struct {
	const char *name, *what;
} flags[FLAGS] = {
	[NO_PZ] = { "no_pz", "no p(z)" },
	[NOT_CALIBRATED] = { "not_calibrated", "p(z) that are not recalibrated" },
	[NO_MAGNITUDE] = { "no_magnitude", "no magnitude" },
	[FAINT] = { "faint", "a magnitude fainter than the rows" },
	[BRIGHT] = { "bright", "a magnitude brighter than the rows" },
	[DOMAIN] = { "domain", "a place outside of the training domain" },
	[OUTSIDE] = { "outside", "an estimate outside of the range" },
	[UNCORRECTED] = { "uncorrected", "estimates that step 4 did not correct" },
	[TRUNCATED] = { "truncated", "an interval that reaches beyond the bins" },
};

/* What of a stream decides. */
struct marks {
	const struct options *options;
	const struct pz_header *header;
	struct pdf pdf;
	pz_map *interval; /* of a record                                       */
	bool calibrated;
	uint64_t count[FLAGS], any;
};

static unsigned mark_magnitude(const struct pz_rows *rows, const pz_map *record)
{
	double mag = record_magnitude(record);

	if (isnan(mag))
		return 1u << NO_MAGNITUDE;
	if (mag < rows->min)
		return 1u << BRIGHT;
	return mag >= rows->min + rows->width * pz_rows_count(rows) ? 1u << FAINT : 0;
}

/* Whether any point estimate lies outside of the range. */
static unsigned mark_outside(const struct pz_header *h, const pz_map *record)
{
	for (enum estimate e = 0; e < ESTIMATES; e++) {
		double x = pz_map_number(record, estimate_path[e], NAN);

		if (axes_is_value(axes_target(h), x) && pz_grid_bin(&h->grid, x) < 0)
			return 1u << OUTSIDE;
	}
	return 0;
}

/* Where estimates are corrected, those of a galaxy that was not are as they were before. */
static unsigned mark_uncorrected(const char *corrected, const pz_map *record)
{
	bool any = false;

	for (enum estimate e = 0; e < ESTIMATES; e++) {
		char path[PZ_KEY_MAX + 16];
		double before = pz_map_number(record, estimate_path[e], NAN), after;

		snprintf(path, sizeof path, "%s.%s", corrected, estimate_name[e]);
		after = pz_map_number(record, path, NAN);
		if (isfinite(after) && after != before)
			return 0;
		any |= isfinite(after);
	}
	return any ? 1u << UNCORRECTED : 0;
}

/* Any number of the map interval beyond the ends of the bins. */
static unsigned mark_truncated(struct marks *m, const pz_map *record)
{
	const struct pz_grid *g = &m->header->grid;
	double low = g->min - g->left * pz_grid_width(g);
	double high = g->max + g->right * pz_grid_width(g);
	size_t size;
	const void *raw = pz_map_raw(record, "interval", &size);

	if (!raw || pz_value_type(raw) != PZ_MAP || pz_map_decode(m->interval, raw, size) < 0)
		return 0;
	for (size_t i = 0; i < pz_map_count(m->interval); i++) {
		const void *value = pz_map_raw_at(m->interval, i, &size);
		double x = pz_value_number(value, size, NAN);

		if (x < low || x > high)
			return 1u << TRUNCATED;
	}
	return 0;
}

static int mark_record(struct marks *m, pz_map *record)
{
	const struct pz_header *h = m->header;
	double share = pz_map_number(record, "domain.share", NAN);
	unsigned marks = 0;
	int rc = pdf_load(&m->pdf, record);

	if (rc < 0)
		return rc;
	if (rc == 0)
		marks |= 1u << NO_PZ;
	else if (!m->calibrated)
		marks |= 1u << NOT_CALIBRATED;
	if (h->has_rows)
		marks |= mark_magnitude(&h->rows, record);
	if (share <= m->options->domain)
		marks |= 1u << DOMAIN;
	marks |= mark_outside(h, record);
	marks |= mark_uncorrected(m->options->corrected, record);
	marks |= mark_truncated(m, record);
	for (int i = 0; i < FLAGS; i++)
		m->count[i] += marks >> i & 1;
	m->any += marks != 0;
	pz_map_set_integer(record, "flags", marks);
	return 0;
}

/* The header says which bit is what. */
static int open_output(struct tool *t)
{
	struct pz_header h;
	pz_map *bits = pz_map_new();
	int rc = bits ? pz_header_copy(&h, pz_reader_header(t->in))
		      : pz_fail(PZ_ENOMEM, "no memory for the names of flags");

	for (int i = 0; i < FLAGS && rc == 0; i++)
		pz_map_set_integer(bits, flags[i].name, 1 << i);
	if (rc == 0) {
		pz_map_set_map(h.map, "flags", bits);
		if ((rc = pz_map_error(h.map)) == 0)
			rc = tool_open_output(t, &h);
		pz_header_release(&h);
	}
	pz_map_free(bits);
	return rc;
}

static void say_flags(const struct tool *t, const struct marks *m)
{
	tool_say(t, "%" PRIu64 " of %s %s a flag", m->any,
		 COUNTED(pz_reader_count(t->in), "galaxy", "galaxies"),
		 m->any == 1 ? "has" : "have");
	for (int i = 0; i < FLAGS; i++)
		if (m->count[i])
			tool_say(t, "%d (%s): %s %s", 1 << i, flags[i].name,
				 COUNTED(m->count[i], "galaxy with", "galaxies with"),
				 flags[i].what);
}

static int mark_stream(struct tool *t, const struct options *o)
{
	struct marks m = { .options = o,
			   .header = pz_reader_header(t->in),
			   .calibrated = pz_map_has(pz_reader_header(t->in)->map, "recalibrated"),
			   .interval = pz_map_new() };
	int rc = m.interval ? pdf_init(&m.pdf, &m.header->grid)
			    : pz_fail(PZ_ENOMEM, "no memory for an interval");
	struct pz_progress progress;

	tool_progress(t, &progress, "flag", "galaxies", 0);
	while (rc == 0 && (rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);

		if ((rc = mark_record(&m, record)) < 0)
			rc = record_fail(t->in, record, rc);
		else
			rc = pz_write(t->out, record);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		say_flags(t, &m);
	pdf_release(&m.pdf);
	pz_map_free(m.interval);
	return rc;
}

static int check_input(const struct pz_reader *in)
{
	const struct pz_header *h = pz_reader_header(in);
	int rc = pz_header_need_kind(h, "predictions");

	if (rc == 0 && !h->has_grid)
		rc = pz_fail(PZ_EMISMATCH, "grid: expected the bins of p(z), found none");
	return rc < 0 ? pz_fail_in(rc, "%s", pz_reader_name(in)) : 0;
}

int main(int argc, char **argv)
{
	struct options o = { .domain = 0.01, .corrected = "zphot_corrected" };
	const struct pz_option table[] = {
		{ PZ_OPTION_DOUBLE, 0, "domain", "SHARE", &o.domain,
		  "domain.share up to which a galaxy is outside of the training domain", .min = 0,
		  .max = 1 },
		{ PZ_OPTION_TEXT, 0, "corrected", "KEY", &o.corrected,
		  "key of the estimates of step 4" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "flag",
		.does = "mark galaxies whose estimates deserve less trust",
		.usage = "[options] [predictions ...] >predictions",
		.options = table,
		.writes = true,
	};
	int rc;

	tool_begin(&t, argc, argv);
	rc = strlen(o.corrected) <= PZ_KEY_MAX
		     ? 0
		     : pz_fail(PZ_EUSAGE, "--corrected: expected a key of at most %d bytes",
			       PZ_KEY_MAX);
	if (rc == 0 && (rc = tool_open_input(&t, 0)) == 0 && (rc = check_input(t.in)) == 0 &&
	    (rc = open_output(&t)) == 0)
		rc = mark_stream(&t, &o);
	return tool_end(&t, rc);
}
