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

int surveys_print(struct tool *t)
{
	struct pz_survey s;
	int rc = tool_open_text(t), i;

	for (i = 0; rc == 0; i++) {
		char *known = t->operand_count ? NULL : pz_survey_name(i);
		const char *name = t->operand_count > i ? t->operands[i] : known;

		if (!name)
			break;
		if ((rc = pz_survey_find(&s, name)) == 0)
			print_survey(t->text, name, &s);
		free(known);
	}
	return rc == 0 && i == 0 ? pz_fail(PZ_EDATA, "expected presets of surveys, found no folder "
						     "of them; PZ_SURVEYS names one")
				 : rc;
}
