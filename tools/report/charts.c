/* charts.c -- n(z) and PITs of each stream, and the curves of training */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/figure.h>

#include "../common/json_number.h"
#include "html.h"
#include "page.h"

#define POINTS_MAX 20000 /* of a curve                                              */
#define TRUTH      "#c4c4c8"

/* ---- n(z) ---- */

/* A histogram of the report as edges and densities. */
struct steps {
	int n; /* points: one more than bins                                       */
	double *x, *y;
};

static void release_steps(struct steps *s)
{
	free(s->x);
	free(s->y);
}

/* From {"z": [...], "share": [...]}; none where these are no histogram. */
static struct steps take_steps(struct page *p, const json_t *o)
{
	const json_t *z = json_object_get(o, "z"), *share = json_object_get(o, "share");
	size_t n = json_array_size(z);
	struct steps s = { 0 };
	double width;

	if (n < 2 || n != json_array_size(share) || n > POINTS_MAX)
		return s;
	s.x = calloc(n + 1, sizeof *s.x);
	s.y = calloc(n + 1, sizeof *s.y);
	if (!s.x || !s.y) {
		p->fault = pz_fail(PZ_ENOMEM, "no memory for a histogram of %zu bins", n);
		release_steps(&s);
		return (struct steps){ 0 };
	}
	width = (json_number_value(json_array_get(z, n - 1)) -
		 json_number_value(json_array_get(z, 0))) /
		(double)(n - 1);
	for (size_t i = 0; i < n; i++) {
		s.x[i] = json_number_value(json_array_get(z, i)) - 0.5 * width;
		s.y[i] = json_number_value(json_array_get(share, i)) / width;
	}
	s.x[n] = s.x[n - 1] + width;
	s.n = (int)n + 1;
	return s;
}

/* The axes hold where all but a thousandth of the true redshifts are, and every peak. */
static void widen(struct chart *c, const struct steps *s, bool of_x)
{
	for (int i = 0; i + 1 < s->n; i++) {
		c->y1 = fmax(c->y1, 1.05 * s->y[i]);
		if (of_x && s->y[i] > 0) {
			c->x0 = fmin(c->x0, s->x[i]);
			c->x1 = fmax(c->x1, s->x[i + 1]);
		}
	}
}

/* One stream: the truth as an area, estimates as steps, the mean p(z) dashed. */
static void write_distribution(struct page *p, int k)
{
	const json_t *o = p->stream[k];
	struct steps truth = take_steps(p, json_object_get(o, "nz_zspec"));
	struct steps zphot = take_steps(p, json_object_get(o, "nz_zphoto"));
	struct steps stacked = take_steps(p, json_object_get(o, "nz_stacked"));
	struct chart c = { .to = p->to, .x0 = INFINITY, .x1 = -INFINITY };
	char title[512];

	if (truth.n > 0) {
		widen(&c, &truth, true);
		widen(&c, &zphot, true);
		widen(&c, &stacked, false);
		snprintf(title, sizeof title,
			 "Distribution of redshifts of %s: true ones, estimates and mean p(z)",
			 p->name[k]);
		fprintf(p->to, "<figure class=\"s%d\"><div class=\"paper\">", k);
		chart_begin(&c, title, "redshift", "density");
		chart_area(&c, truth.x, truth.y, truth.n, TRUTH);
		chart_line(&c, zphot.x, zphot.y, zphot.n, true, pz_figure_colour(p->style[k]), NULL,
			   -1);
		chart_line(&c, stacked.x, stacked.y, stacked.n, false, "#1a1a1f", "5 3", -1);
		chart_end(&c);
		fputs("</div><figcaption>", p->to);
		html_text(p->name[k], p->to);
		fputs("</figcaption></figure>\n", p->to);
	}
	release_steps(&truth);
	release_steps(&zphot);
	release_steps(&stacked);
}

void page_write_distributions(struct page *p)
{
	fputs("<section aria-labelledby=\"nz\"><h2 id=\"nz\">Distributions n(z)</h2>\n"
	      "<p>Grey area: true redshifts. Coloured steps: point estimates. Dashed line: mean "
	      "p(z). A calibrated p(z) follows the grey area; estimates with mode collapse pile up "
	      "in a few bins.</p>\n<div class=\"charts\">\n",
	      p->to);
	for (int k = 0; k < p->streams; k++)
		write_distribution(p, k);
	fputs("</div></section>\n", p->to);
}

/* ---- PITs ---- */

bool page_has_pits(const struct page *p)
{
	for (int k = 0; k < p->streams; k++)
		if (json_array_size(json_object_get(p->stream[k], "pit_histogram")) > 1)
			return true;
	return false;
}

/* Densities from an array of shares over equal bins of 0 to 1. */
static struct steps take_pits(struct page *p, const json_t *share)
{
	size_t n = json_array_size(share);
	struct steps s = { 0 };

	if (n < 2 || n > POINTS_MAX)
		return s;
	s.x = calloc(n + 1, sizeof *s.x);
	s.y = calloc(n + 1, sizeof *s.y);
	if (!s.x || !s.y) {
		p->fault = pz_fail(PZ_ENOMEM, "no memory for a histogram of %zu bins", n);
		release_steps(&s);
		return (struct steps){ 0 };
	}
	for (size_t i = 0; i <= n; i++)
		s.x[i] = (double)i / (double)n;
	for (size_t i = 0; i < n; i++)
		s.y[i] = json_number_value(json_array_get(share, i)) * (double)n;
	s.y[n] = s.y[n - 1];
	s.n = (int)n + 1;
	return s;
}

/* How far the density of a bin of uniform PITs is off by chance: one standard deviation. */
static double noise_of(const json_t *o, int bins)
{
	double n = json_number_at(o, "n"), noise;

	n -= json_number_at(o, "without_pz") + json_number_at(o, "outside_pz");
	noise = sqrt((bins - 1) / n);
	return isfinite(noise) ? fmin(noise, 1) : 0;
}

static void write_pits(struct page *p, int k)
{
	struct steps s = take_pits(p, json_object_get(p->stream[k], "pit_histogram"));
	struct chart c = { .to = p->to, .x1 = 1, .y1 = 1.5 };
	double ends[] = { 0, 1 }, noise;
	char title[512];

	if (s.n == 0)
		return;
	noise = noise_of(p->stream[k], s.n - 1);
	widen(&c, &s, false);
	snprintf(title, sizeof title, "Histogram of the PITs of %s", p->name[k]);
	fprintf(p->to, "<figure class=\"s%d\"><div class=\"paper\">", k);
	chart_begin(&c, title, "PIT", "density");
	/* the band is an area up to its upper edge under a white one up to its lower edge */
	chart_area(&c, ends, (double[]){ 1 + noise, 1 + noise }, 2, TRUTH);
	chart_area(&c, ends, (double[]){ 1 - noise, 1 - noise }, 2, "#ffffff");
	chart_line(&c, s.x, s.y, s.n, true, pz_figure_colour(p->style[k]), NULL, -1);
	chart_end(&c);
	fputs("</div><figcaption>", p->to);
	html_text(p->name[k], p->to);
	fputs("</figcaption></figure>\n", p->to);
	release_steps(&s);
}

void page_write_pits(struct page *p)
{
	fputs("<section aria-labelledby=\"pit\"><h2 id=\"pit\">Calibration of p(z)</h2>\n"
	      "<p>Histograms of the share of p(z) below the true redshift (PIT). Those of "
	      "calibrated "
	      "p(z) are uniform: two of three bins lie within the grey band. Low at both ends: "
	      "p(z) "
	      "are too wide; high there: too narrow; tilted: displaced.</p>\n"
	      "<div class=\"charts\">\n",
	      p->to);
	for (int k = 0; k < p->streams; k++)
		write_pits(p, k);
	fputs("</div></section>\n", p->to);
}

/* ---- training ---- */

#define DROPS_MAX 16

/* Cells of a line. */
enum { ITERATION, SEEN, RATE, LOSS, VALID, CELLS };

struct curve {
	int n, room, drops;
	double *iteration, *loss, *valid;
	double rate, drop[DROPS_MAX]; /* drop: iterations where the learning rate falls */
};

static void release_curve(struct curve *c)
{
	free(c->iteration);
	free(c->loss);
	free(c->valid);
}

static int make_room(struct curve *c)
{
	double **column[] = { &c->iteration, &c->loss, &c->valid };

	if (c->n < c->room)
		return 0;
	c->room = c->room ? 2 * c->room : 128;
	for (int k = 0; k < 3; k++) {
		double *more = realloc(*column[k], (size_t)c->room * sizeof *more);

		if (!more)
			return pz_fail(PZ_ENOMEM, "no memory for a log");
		*column[k] = more;
	}
	return 0;
}

/* iteration, seen, rate, loss, valid_loss (which may be empty), with tabs between. */
static int take_line(struct curve *c, const char *line, const struct input *in, int number)
{
	double cell[CELLS];
	int rc = make_room(c);

	if (rc < 0)
		return rc;
	for (int k = 0; k < CELLS; k++) {
		char *end = NULL;

		cell[k] = *line == '\t' || *line == '\n' || !*line ? NAN : strtod(line, &end);
		line = end ? end : line;
		if ((isnan(cell[k]) && k <= LOSS) || (*line != '\t' && *line != '\n' && *line))
			return pz_fail(PZ_EDATA, "%s: line %d: expected a line of a log of train",
				       in->path, number);
		line += *line == '\t';
	}
	if (c->n > 0 && cell[RATE] < 0.999 * c->rate && c->drops < DROPS_MAX)
		c->drop[c->drops++] = cell[ITERATION];
	c->rate = cell[RATE];
	c->iteration[c->n] = cell[ITERATION];
	c->loss[c->n] = cell[LOSS];
	c->valid[c->n++] = cell[VALID];
	return 0;
}

static int read_curve(struct curve *c, const struct input *in)
{
	int number = 1, rc = 0;

	for (const char *line = strchr(in->bytes, '\n'); line && line[1] && rc == 0;
	     line = strchr(line + 1, '\n'))
		rc = c->n < POINTS_MAX ? take_line(c, line + 1, in, ++number)
				       : pz_fail(PZ_EDATA,
						 "%s: expected at most %d lines, found "
						 "more",
						 in->path, POINTS_MAX);
	return rc;
}

/* The range of the losses without the first twentieth, which starts high above all others. */
static void loss_range(struct chart *c, const struct curve *t)
{
	c->x0 = 0;
	c->x1 = t->iteration[t->n - 1];
	c->y0 = INFINITY;
	c->y1 = -INFINITY;
	for (int i = t->n / 20; i < t->n; i++) {
		c->y0 = fmin(c->y0, fmin(t->loss[i], t->valid[i]));
		c->y1 = fmax(c->y1, fmax(t->loss[i], t->valid[i]));
	}
	c->y1 += 0.05 * (c->y1 - c->y0);
	c->y0 -= 0.05 * (c->y1 - c->y0);
}

static void write_curve(struct page *p, const struct input *in, const struct curve *t)
{
	struct chart c = { .to = p->to };
	bool valid = false;
	char title[512];

	loss_range(&c, t);
	for (int i = 0; i < t->n; i++)
		valid |= isfinite(t->valid[i]);
	snprintf(title, sizeof title, "Training of %s: loss against iteration", in->name);
	fputs("<figure><div class=\"paper\">", p->to);
	chart_begin(&c, title, "iteration", "loss");
	for (int i = 0; i < t->drops; i++)
		chart_line(&c, (double[]){ t->drop[i], t->drop[i] }, (double[]){ c.y0, c.y1 }, 2,
			   false, "#767676", "2 4", -1);
	chart_line(&c, t->iteration, t->loss, t->n, false, "#0072B2", NULL, -1);
	if (valid)
		chart_line(&c, t->iteration, t->valid, t->n, false, "#D55E00", "6 3", -1);
	chart_end(&c);
	fputs("</div><figcaption>", p->to);
	html_text(in->name, p->to);
	fputs(": last loss ", p->to);
	html_number(t->loss[t->n - 1], 4, p->to);
	if (isfinite(t->valid[t->n - 1])) {
		fputs(", of the validation sample ", p->to);
		html_number(t->valid[t->n - 1], 4, p->to);
	}
	fprintf(p->to, " (iteration %.0f)</figcaption></figure>\n", t->iteration[t->n - 1]);
}

int page_write_training(struct page *p)
{
	int rc = 0;

	fputs("<section aria-labelledby=\"training\"><h2 id=\"training\">Training</h2>\n"
	      "<p>Loss of the batches (blue) and, where one was given, of the validation sample "
	      "(dashed); dotted: the learning rate is lowered. A validation loss that rises again "
	      "is a network that learns its training sample by heart.</p>\n<div "
	      "class=\"charts\">\n",
	      p->to);
	for (int i = 0; i < p->inputs && rc == 0; i++) {
		struct curve c = { 0 };

		if (p->input[i].kind != INPUT_LOG)
			continue;
		if ((rc = read_curve(&c, &p->input[i])) == 0 && c.n > 0)
			write_curve(p, &p->input[i], &c);
		release_curve(&c);
	}
	fputs("</div></section>\n", p->to);
	return rc;
}
