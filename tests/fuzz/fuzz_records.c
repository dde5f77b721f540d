/* fuzz_records.c -- what the tools make of records: views, tables, reports, fits */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/calibrate.h>
#include <pz/label.h>
#include <pz/threads.h>

#include "../../tools/common/axes.h"
#include "../../tools/inspect/view.h"
#include "../../tools/residuals/report.h"
#include "../../tools/table/to_layout.h"
#include "fuzz.h"

#define DRAWN 64 /* galaxies that calibrating draws */

static FILE *nowhere;

/* Opens the stream for a way to read it; NULL: it is no stream. */
static struct pz_reader *begin(const char *const *path)
{
	struct pz_reader *in;

	return pz_reader_open(&in, path, 1, PZ_READ_KEEP) < 0 ? NULL : in;
}

static void look(const char *const *path)
{
	int (*const views[])(struct tool *) = { view_summary, view_json, view_table, view_fields,
						view_stats };
	struct tool t = { .name = "fuzz", .text = nowhere, .quiet = true };

	for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
		if (!(t.in = begin(path)))
			return;
		views[i](&t);
		pz_reader_close(t.in);
	}
	if ((t.in = begin(path)))
		view_sheet(&t, &(struct view_sheet){ .path = "/dev/null", .count = 4, .scale = 1 });
	pz_reader_close(t.in);
}

static void tabulate(const char *const *path)
{
	struct pz_reader *in = begin(path);
	struct table table;

	if (!in)
		return;
	if (table_learn(&table, in) == 0 && pz_reader_rewind(in, 0) == 0)
		table_write_csv(&table, in, nowhere, nowhere);
	table_release(&table);
	pz_reader_close(in);
}

static void report_on(const char *const *path)
{
	struct pz_reader *in = begin(path);
	struct report r = { .name = "fuzz" };
	const struct report_options o = {
		.outlier = NAN, .fit_from = NAN, .fit_count = 1, .factor = 1, .bootstrap = 2
	};

	if (!in)
		return;
	if (report_read(&r, in, &o, NULL) == 0 && report_measure(&r) == 0) {
		report_tsv(&r, 1, nowhere);
		report_curves(&r, 1, nowhere);
		report_json(&r, 1, nowhere);
		report_figure(&r, 1, &(struct report_drawing){ .panels = "all", .steps = "all" },
			      nowhere);
	}
	report_release(&r);
	pz_reader_close(in);
}

/* Labels that are fitted to the galaxies, for the galaxies. */
static void label(const struct pz_header *h, const struct pz_galaxies *g)
{
	struct pz_label_model *m;
	struct pz_label out[2];

	if (pz_label_fit(&m, &h->grid, &h->rows, g, NULL) < 0)
		return;
	for (size_t i = 0; i < g->n; i++)
		for (int v = PZ_LABEL_STEP3; v <= PZ_LABEL_NO_SHIFT; v++)
			pz_label_soft(m, (enum pz_label_variant)v, g->z[i], g->mag[i], out);
	pz_label_free(m);
}

static void correct(const struct pz_header *h, const struct pz_galaxies *g)
{
	struct pz_correction *c;
	struct pz_plan plan = { 0 };

	if (pz_calibrate_fit(&c, &plan, &h->grid, &h->rows, g, g, DRAWN, 1, 1) == 0) {
		for (size_t i = 0; i < g->n; i++)
			pz_calibrate_value(c, g->zphot[i], g->mag[i]);
		pz_calibrate_free(c);
	}
	pz_plan_release(&plan);
}

static void fit(const char *const *path)
{
	struct pz_reader *in = begin(path);
	const struct pz_header *h;
	struct scalars s = { 0 };
	struct pz_galaxies g;
	double *own = NULL;
	int rc = 0;

	if (!in)
		return;
	h = pz_reader_header(in);
	scalars_begin(&s, h);
	while (rc == 0 && (rc = pz_read(in)) > 0)
		rc = scalars_add(&s, pz_reader_record(in));
	if (rc == 0 && axes_needed(h) == 0 && scalars_with(&s, ESTIMATE_MODE, &g, &own) == 0) {
		label(h, &g);
		correct(h, &g);
	}
	free(own);
	scalars_release(&s);
	pz_reader_close(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *path = fuzz_mended_file(bytes, size);

	if (!nowhere && !(nowhere = fopen("/dev/null", "wb")))
		abort();
	pz_threads_use(1); /* inputs are small, teams are slow to meet */
	look(&path);
	tabulate(&path);
	report_on(&path);
	fit(&path);
	return 0;
}

static void make_header(struct pz_header *h, const char *kind)
{
	struct pz_survey survey;

	if (pz_header_init(h, kind) < 0 || pz_survey_find(&survey, "sdss") < 0)
		abort();
	survey.grid.bins = 6;
	survey.rows.channels = 2;
	pz_header_set_survey(h, &survey);
	h->bands = 1;
	h->band[0][0] = 'r';
	h->size = 2;
}

static void write_galaxies(struct pz_writer *w, int n)
{
	static const char *const name[] = { "mode", "mean", "median" };
	const float pz[] = { 0.1f, 0.2f, 0.3f, 0.2f, 0.1f, 0.1f };
	pz_map *m = pz_map_new();

	for (int i = 0; i < n; i++) {
		double z = 0.05 * (i + 1), zphot[] = { z + 0.01, z, z - 0.01 };

		pz_map_clear(m);
		pz_map_set_integer(m, "id", i);
		pz_map_set_number(m, "z", z);
		pz_map_set_number(m, "mag", 15.5 + i);
		pz_map_set_text(m, "note", i ? "plain" : "a, \"b\"");
		pz_map_set_numbers(m, "cover", (const double[]){ 1 }, 1, 0);
		pz_map_set_bytes(m, "pz", pz, sizeof pz);
		pz_map_set_named(m, "zphot", name, zphot, 3);
		pz_map_set_bytes(m, "img", pz, 4 * sizeof *pz);
		pz_write(w, m);
	}
	pz_map_free(m);
}

/* Seeds: predictions that kept their stamps, of four galaxies; a stream of kind model. */
uint8_t *fuzz_seed(int i, size_t *size)
{
	struct pz_header h;
	struct pz_writer *w;
	char *bytes = NULL;
	FILE *to;

	if (i > 1 || !(to = open_memstream(&bytes, size)))
		return NULL;
	make_header(&h, i ? "model" : "predictions");
	if (pz_writer_open(&w, to, "seed", &h) < 0)
		abort();
	write_galaxies(w, i ? 1 : 4);
	pz_writer_close(w);
	pz_header_release(&h);
	fclose(to);
	return (uint8_t *)bytes;
}
