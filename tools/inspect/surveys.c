/* surveys.c -- prints the presets of --survey */
#include <stdlib.h>
#include <string.h>

#include <pz/bins.h>

#include "surveys.h"

static void print_text(FILE *to, const char *what, const char *text)
{
	if (*text)
		fprintf(to, "  %-12s%s\n", what, text);
}

static void print_masks(FILE *to, const struct pz_survey_frames *f)
{
	if (!f->masked)
		return;
	fprintf(to, "  %-12s", "masks");
	if (*f->mask_instead)
		fprintf(to, "names with '%s' in place of '%s'", f->mask_files, f->mask_instead);
	else
		fputs("in the files of the frames", to);
	if (*f->mask_hdu)
		fprintf(to, ", HDU %s", f->mask_hdu);
	fprintf(to, ", bad: %s\n",
		f->mask_weights ? "weights of 0"
		: *f->mask_bits ? f->mask_bits
				: "any bit");
}

static void print_survey(FILE *to, const char *name, const struct pz_survey *s)
{
	const struct pz_survey_frames *f = &s->frames;

	fprintf(to, "%s\n", name);
	print_text(to, "what", s->about);
	print_text(to, "files", f->files);
	print_text(to, "bands", f->bands);
	print_text(to, "in files", f->names);
	if (f->pixscale > 0)
		fprintf(to, "  %-12s%g arcsec\n", "pixel", f->pixscale);
	print_text(to, "HDU", f->hdu);
	print_text(to, "zero point", f->zeropoint);
	print_text(to, "bias", f->bias);
	print_text(to, "nodata", f->nodata);
	print_text(to, "PSF", f->psf);
	print_masks(to, f);
	fprintf(to, "  %-12s%s from %g to %g, %d bins\n", "grid", s->grid.target, s->grid.min,
		s->grid.max, s->grid.bins);
	fprintf(to, "  %-12s%s from %g, %d of %g mag\n", "rows", s->rows.mag, s->rows.min,
		pz_rows_count(&s->rows), s->rows.width);
	fprintf(to, "  %-12sdivide %g, outlier %g, fit_from %g, threshold %d\n", "limits",
		s->divide, s->outlier, s->fit_from, s->threshold);
	if (s->extinctions)
		fprintf(to, "  %-12s", "extinction");
	for (int i = 0; i < s->extinctions; i++)
		fprintf(to, "%s %g%s", s->extinction[i].band, s->extinction[i].coefficient,
			i + 1 < s->extinctions ? ", " : "\n");
}

static int print_one(FILE *to, const char *name)
{
	struct pz_survey s;
	int rc = pz_survey_find(&s, name);

	if (rc == 0)
		print_survey(to, name, &s);
	return rc;
}

static int print_all(FILE *to)
{
	char *name = pz_survey_after(""), *next;
	int rc = 0;

	if (!name)
		return pz_fail(PZ_EDATA, "expected presets of surveys, found no folder of them; "
					 "PZ_SURVEYS names one");
	for (; name; free(name), name = next) {
		rc = print_one(to, name);
		next = rc == 0 ? pz_survey_after(name) : NULL;
	}
	return rc;
}

int surveys_print(struct tool *t)
{
	int rc = tool_open_text(t);

	if (rc == 0 && t->operand_count == 0)
		rc = print_all(t->text);
	for (int i = 0; rc == 0 && i < t->operand_count; i++)
		rc = print_one(t->text, t->operands[i]);
	return rc;
}
