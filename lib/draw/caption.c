/* caption.c -- the text that goes with a figure: panels, streams, signs, what lies outside */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <pz/error.h>
#include <pz/text.h>

#include "panels.h"

#define SAID 8     /* points outside of a panel that are told one by one          */
#define STEP " | " /* between the steps of a history                           */

static void say_text(const char *text, FILE *to)
{
	if (text)
		pz_text_print(text, strlen(text), '?', to);
}

/* "(c)" or, of several, "(c) to (g)". */
static void say_letters(const struct panel *first, const struct panel *last, FILE *to)
{
	char a[16], b[16];

	pz_panel_letter(first, a);
	pz_panel_letter(last, b);
	if (first == last)
		fprintf(to, "%s ", a);
	else
		fprintf(to, "%s to %s ", a, b);
}

static const char *const shows[PANEL_KINDS] = {
	[PANEL_ZSPEC] =
		"Mean residual in bins of true redshift, weighted by inverse variances, with "
		"its standard error; thick lines are fitted to the bins above the redshift "
		"where they begin.",
	[PANEL_ZPHOT] =
		"Mean residual in bins of photometric redshift, with its standard error, and "
		"the lines fitted to it.",
	[PANEL_NZ] = "Distribution of the estimates (coloured steps), of the true redshifts (grey "
		     "area) and the mean p(z) (dashed), each normalised to an area of 1.",
	[PANEL_TV] =
		"Total variation distance between the histograms of estimates and true "
		"redshifts, against the slope of (a line fitted to) the residuals. The bar under "
		"each point is what its total variation would be without mode collapse.",
	[PANEL_TOMOGRAPHY] =
		"Bias of the mean redshift of each tomographic bin, divided by 1 + z, from "
		"the p(z) or, of a stream without, the estimates, "
		"with its error over bootstrap samples; dotted lines are what surveys "
		"ask for.",
	[PANEL_AGAINST] = "Mean residual against ",
	[PANEL_MAD] = "Scatter sigma_MAD in each row of magnitude, with its error over bootstrap "
		      "samples.",
	[PANEL_WASSERSTEIN] =
		"Wasserstein distance between the distributions of estimates and true "
		"redshifts in bins of magnitude, with its error over bootstrap samples.",
	[PANEL_DENSITY] =
		"Photometric against true redshift, galaxies in each cell on a logarithmic "
		"scale; dashed: where both are equal.",
	[PANEL_PIT] =
		"Histogram of the probability integral transform (the share of p(z) below the "
		"true redshift); calibrated p(z) are uniform, within the grey band in two of "
		"three bins.",
};

static void say_point(const struct pz_figure_stream *s, const struct pz_figure_point *p, FILE *to)
{
	say_text(s->name, to);
	fprintf(to, " at %.4g: %.3g", p->x, p->y);
	if (p->error > 0)
		fprintf(to, " +- %.2g", p->error);
}

/* The points that arrows stand for, with their numbers, if they are not too many. */
static void say_outside(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	struct range x, y;
	int n = 0;

	if (pz_panel_is_single(p->kind) || p->kind == PANEL_TV)
		return;
	pz_panel_ranges(f, p, &x, &y);
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_curve *c = pz_panel_curve(f, p, i);

		for (int k = 0; k < c->n; k++) {
			const struct pz_figure_curve one = { 1, &c->point[k] };

			if (pz_outside_count(&one, &x, &y) == 0 || n++ >= SAID)
				continue;
			fputs(n > 1 ? "; " : " Arrows are points outside of the axes: ", to);
			say_point(&f->stream[i], &c->point[k], to);
		}
	}
	if (n > SAID)
		fprintf(to, "; and %d more", n - SAID);
	if (n)
		fputc('.', to);
}

static void say_panels(const struct pz_figure *f, const struct figure_layout *l, FILE *to)
{
	for (int i = 0, n; i < l->panels; i += n) {
		const struct panel *p = &l->panel[i];

		for (n = 1;
		     i + n < l->panels && pz_panel_is_single(p->kind) && p[n].kind == p->kind; n++)
			;
		say_letters(p, p + n - 1, to);
		fputs(shows[p->kind], to);
		if (p->kind == PANEL_AGAINST) {
			say_text(f->key[p->key], to);
			fputs(", with its standard error.", to);
		}
		if (f->networks && (p->kind == PANEL_TV || p->kind == PANEL_TOMOGRAPHY))
			fprintf(to, " Errors include the scatter between %d networks.",
				f->networks);
		say_outside(f, p, to);
		fputc('\n', to);
	}
}

/* How much of the streams' histories, in whole steps, is the same in all of them. */
static size_t common_history(const struct pz_figure *f)
{
	const char *first = f->stream[0].made;
	size_t common = first && f->streams > 1 ? strlen(first) : 0;

	for (int i = 1; i < f->streams; i++) {
		const char *other = f->stream[i].made ? f->stream[i].made : "";
		size_t k = 0, steps = 0;

		for (; k < common && first[k] == other[k]; k++)
			if (!strncmp(first + k, STEP, strlen(STEP)))
				steps = k + strlen(STEP);
		common = steps;
	}
	return common;
}

static void say_streams(const struct pz_figure *f, FILE *to)
{
	size_t common = common_history(f);

	if (common > 0) {
		fputs("All streams were made by ", to);
		pz_text_print(f->stream[0].made, common - strlen(STEP), '?', to);
		fputs(", then each by what is said of it.\n", to);
	}
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];

		say_text(s->name, to);
		fputs(" (", to);
		pz_style_say(pz_figure_style(f, i), to);
		fputc(')', to);
		if (s->galaxies)
			fprintf(to, ": %zu galaxies", s->galaxies);
		if (s->made) {
			fputs(s->galaxies ? "; made by " : ": made by ", to);
			say_text(s->made + common, to);
		}
		fputs(".\n", to);
	}
}

/* How many digits behind the point show two of the error's; three of x without one. */
static int digits_of(const struct pz_figure_number *n)
{
	double of = n->error > 0 ? n->error : fabs(n->value) / 10;

	if (n->training > 0)
		of = hypot(of, n->training);
	return of > 0 ? (int)fmin(fmax(1 - floor(log10(of)), 0), 9) : 3;
}

static void say_number(const struct pz_figure_number *n, FILE *to)
{
	int digits = digits_of(n);

	say_text(n->name, to);
	fprintf(to, " %.*f", digits, n->value);
	if (!isnan(n->error))
		fprintf(to, " +- %.*f", digits, n->error);
	if (!isnan(n->training))
		fprintf(to, " +- %.*f", digits, n->training);
}

/* The numbers of all streams, a line for each. */
static void say_numbers(const struct pz_figure *f, FILE *to)
{
	bool any = false;

	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];
		int said = 0;

		for (int k = 0; k < s->numbers; k++) {
			if (isnan(s->number[k].value))
				continue;
			if (!any)
				fputs("\nNumbers, with their standard deviation over bootstrap "
				      "samples",
				      to);
			if (!any && f->networks)
				fprintf(to, " and, as a second one, that between %d networks",
					f->networks);
			fputs(any ? "" : ":\n", to);
			any = true;
			if (!said)
				say_text(s->name, to);
			fputs(said++ ? ", " : ": ", to);
			say_number(&s->number[k], to);
		}
		fputs(said ? ".\n" : "", to);
	}
}

/* The streams that the report has beside those of the figure. */
static void say_others(const struct pz_figure *f, FILE *to)
{
	for (int i = 0; i < f->others; i++) {
		fputs(i ? ", " : "\nMeasured, but not drawn: ", to);
		say_text(f->other[i], to);
	}
	fputs(f->others ? ".\n" : "", to);
}

static void say_residual(const struct pz_figure *f, FILE *to)
{
	if (pz_axis_is_z(f))
		fputs("The residual is (z_phot - z_spec) / (1 + z_spec).", to);
	else {
		fputs("The residual is estimate minus truth of ", to);
		say_text(f->target, to);
		fputc('.', to);
	}
	fputs(" Error bars are of one standard deviation. Points of several streams are shifted "
	      "sideways a little, so that their bars can be told apart.\n",
	      to);
}

int pz_figure_caption(const struct pz_figure *f, FILE *to)
{
	struct figure_layout l;
	int rc = pz_figure_layout(f, &l);

	if (rc < 0)
		return rc;
	say_panels(f, &l, to);
	fputc('\n', to);
	say_residual(f, to);
	fputc('\n', to);
	say_streams(f, to);
	say_numbers(f, to);
	say_others(f, to);
	return ferror(to) ? pz_fail(PZ_EIO, "cannot write the caption: %s", strerror(errno)) : 0;
}
