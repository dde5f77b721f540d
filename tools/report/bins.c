/* bins.c -- charts of what the report has in bins: tomography, any key, intervals
 *
 * A chart has the points of all streams; each belongs to the class of its stream, by which it is
 * shown and hidden.
 */
#include <math.h>
#include <string.h>

#include <pz/figure.h>

#include "../common/json_number.h"
#include "html.h"
#include "page.h"

#define BINS_MAX 64
#define UNIT     1e4 /* of the biases of tomographic bins                             */

/* Where the JSON of a stream has the points of a chart: paths with %d for the number of the point.
 */
struct chart_form {
	const char *x, *y, *error;
	const char *floor; /* of y, drawn as a line; NULL: none                    */
	double unit;
	const char *axis_x, *axis_y, *title, *caption;
};

struct points {
	int n;
	double x[BINS_MAX], y[BINS_MAX], error[BINS_MAX], floor[BINS_MAX];
};

static double number_of(const json_t *o, const char *path, int i)
{
	const char *at = path ? strstr(path, "%d") : NULL;
	char whole[128];

	if (!path)
		return NAN;
	snprintf(whole, sizeof whole, "%.*s%d%s", (int)(at - path), path, i, at + 2);
	return json_number_at(o, whole);
}

/* The points of a stream that have both numbers. */
static void take_points(const json_t *o, const struct chart_form *f, struct points *p)
{
	p->n = 0;
	for (int i = 0; i < BINS_MAX; i++) {
		double x = number_of(o, f->x, i), y = number_of(o, f->y, i);

		if (!isfinite(x) || !isfinite(y))
			continue;
		p->x[p->n] = x;
		p->y[p->n] = f->unit * y;
		p->error[p->n] = f->unit * number_of(o, f->error, i);
		p->floor[p->n++] = f->unit * number_of(o, f->floor, i);
	}
}

static bool any_point(const struct page *p, const struct chart_form *f)
{
	struct points points;

	for (int k = 0; k < p->streams; k++) {
		take_points(p->stream[k], f, &points);
		if (points.n)
			return true;
	}
	return false;
}

static void widen(struct chart *c, const struct points *p)
{
	for (int i = 0; i < p->n; i++) {
		double e = isfinite(p->error[i]) ? p->error[i] : 0;

		c->x0 = fmin(c->x0, p->x[i]);
		c->x1 = fmax(c->x1, p->x[i]);
		c->y0 = fmin(c->y0, p->y[i] - e);
		c->y1 = fmax(c->y1, p->y[i] + e);
	}
}

/* Axes that hold all points and y itself, with room around them. */
static void set_range(struct page *p, const struct chart_form *f, double y, struct chart *c)
{
	struct points points;

	*c = (struct chart){ p->to, INFINITY, -INFINITY, y, y };
	for (int k = 0; k < p->streams; k++) {
		take_points(p->stream[k], f, &points);
		widen(c, &points);
	}
	c->y0 -= 0.08 * (c->y1 - c->y0);
	c->y1 += c->y1 > c->y0 ? 0.08 * (c->y1 - c->y0) : 1;
	c->x0 -= 0.08 * (c->x1 - c->x0);
	c->x1 += 0.08 * (c->x1 - c->x0);
}

static void begin_figure(struct page *p, const struct chart_form *f, struct chart *c)
{
	fputs("<figure><div class=\"paper\">", p->to);
	chart_begin(c, f->title, f->axis_x, f->axis_y);
}

static void end_figure(struct page *p, const struct chart_form *f, const struct chart *c)
{
	chart_end(c);
	fprintf(p->to, "</div><figcaption>%s</figcaption></figure>\n", f->caption);
}

static void write_points(struct page *p, const struct chart_form *f, const struct chart *c)
{
	double step = chart_dodge(p->streams);
	struct points points;

	for (int k = 0; k < p->streams; k++) {
		const char *colour = pz_figure_colour(p->style[k]);

		take_points(p->stream[k], f, &points);
		if (f->floor)
			chart_line(c, points.x, points.floor, points.n, false, colour, "2 3", k);
		if (points.n)
			chart_points(c, points.x, points.y, points.error, points.n,
				     step * (k - 0.5 * (p->streams - 1)), colour, k);
	}
}

/* A chart with a rule at y, where the points should be. */
static void write_chart(struct page *p, const struct chart_form *f, double y)
{
	struct chart c;

	if (!any_point(p, f))
		return;
	set_range(p, f, y, &c);
	begin_figure(p, f, &c);
	chart_rule(&c, y, NULL, false);
	write_points(p, f, &c);
	end_figure(p, f, &c);
}

/* ---- tomography ---- */

static const struct chart_form tomography[] = {
	{ "tomography.bins.%d.mean_true", "tomography.bins.%d.bias_pz",
	  "tomography.bins.%d.errors.bias_pz", NULL, UNIT, "mean true redshift of the bin",
	  "10⁴ bias of the mean / (1 + z)",
	  "Bias of the mean redshift of tomographic bins, from p(z)",
	  "Tomographic bins: mean of the stacked p(z) less the true mean" },
	{ "tomography.bins.%d.mean_true", "tomography.bins.%d.bias_zphot",
	  "tomography.bins.%d.errors.bias_zphot", NULL, UNIT, "mean true redshift of the bin",
	  "10⁴ bias of the mean / (1 + z)",
	  "Bias of the mean redshift of tomographic bins, from point estimates",
	  "Tomographic bins: mean of the estimates less the true mean" },
};

/* The first stream with tomographic bins. */
static const json_t *required(const struct page *p, const char *key)
{
	for (int k = 0; k < p->streams; k++) {
		const json_t *o = json_object_get(json_object_get(p->stream[k], "tomography"), key);

		if (json_object_size(o))
			return o;
	}
	return NULL;
}

/* The lines of one limit, with the names of all that have it: the widest above its upper line, the
 * others below their lower one, so that names stand apart. */
static void write_limit(const struct chart *c, json_t *require, double limit, bool widest)
{
	char names[128] = "";
	const char *name;
	json_t *other;

	json_object_foreach(require, name, other)
	{
		size_t n = strlen(names);

		if (json_number_value(other) == limit)
			snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "", name);
	}
	chart_rule(c, UNIT * limit, widest ? names : NULL, false);
	chart_rule(c, -UNIT * limit, widest ? NULL : names, true);
}

/* Each limit once. */
static void write_limits(const struct chart *c, json_t *require, double widest)
{
	const char *name, *before;
	json_t *limit, *other;

	json_object_foreach(require, name, limit)
	{
		bool first = true;

		json_object_foreach(require, before, other)
		{
			if (other == limit)
				break;
			first &= json_number_value(other) != json_number_value(limit);
		}
		if (first)
			write_limit(c, require, json_number_value(limit),
				    json_number_value(limit) == widest);
	}
}

static void write_tomography(struct page *p, const struct chart_form *f)
{
	json_t *require = (json_t *)required(p, "require"), *limit;
	double widest = 0;
	const char *name;
	struct chart c;

	if (!any_point(p, f))
		return;
	set_range(p, f, 0, &c);
	json_object_foreach(require, name, limit) widest = fmax(widest, json_number_value(limit));
	c.y0 = fmin(c.y0, -1.5 * UNIT * widest);
	c.y1 = fmax(c.y1, 1.5 * UNIT * widest);
	begin_figure(p, f, &c);
	chart_rule(&c, 0, NULL, false);
	write_limits(&c, require, widest);
	write_points(p, f, &c);
	end_figure(p, f, &c);
}

/* Where the requirements come from. */
static void write_sources(struct page *p)
{
	json_t *sources = (json_t *)required(p, "sources"), *source;
	const json_t *require = required(p, "require");
	const char *name;

	if (!sources)
		return;
	fputs("<p>Dashed lines are what surveys require of the mean redshift of their bins, at "
	      "most this much times 1 + z:</p>\n<ul>\n",
	      p->to);
	json_object_foreach(sources, name, source)
	{
		fputs("<li><b>", p->to);
		html_text(name, p->to);
		fprintf(p->to, "</b>: %g. ", json_number_value(json_object_get(require, name)));
		html_text(json_is_string(source) ? json_string_value(source) : "", p->to);
		fputs("</li>\n", p->to);
	}
	fputs("</ul>\n", p->to);
}

/* ---- bins of a key, and intervals ---- */

#define AGAINST(what, floor, axis, title, caption)                                                 \
	{                                                                                          \
		"against.bins.%d.mean", "against.bins.%d." what, "against.bins.%d.errors." what,   \
			floor, 1, NULL, axis, title, caption                                       \
	}

static const struct chart_form against[] = {
	AGAINST("mean_residual", NULL, "mean residual", "Mean residual in bins of a key",
		"Mean residual; it should be 0"),
	AGAINST("sigma_mad", NULL, "σ_MAD", "Scatter in bins of a key", "Scatter σ_MAD"),
	AGAINST("outlier_fraction", NULL, "outliers", "Share of outliers in bins of a key",
		"Share of outliers"),
	AGAINST("pit_ks", "against.bins.%d.pit_ks_floor", "PIT, KS statistic",
		"Kolmogorov-Smirnov statistic of the PITs in bins of a key",
		"Kolmogorov–Smirnov statistic of the PITs; dotted: mean of as many uniform ones"),
};

static const struct chart_form inside[] = {
	{ "interval_68_rows.mag.%d", "interval_68_rows.share.%d", "interval_68_rows.error.%d", NULL,
	  1, "magnitude", "share inside", "Share of true redshifts in their 68 % interval",
	  "Intervals of 68 %: share of true redshifts inside, in each magnitude row" },
	{ "interval_95_rows.mag.%d", "interval_95_rows.share.%d", "interval_95_rows.error.%d", NULL,
	  1, "magnitude", "share inside", "Share of true redshifts in their 95 % interval",
	  "Intervals of 95 %: share of true redshifts inside, in each magnitude row" },
};

static void write_against(struct page *p)
{
	const char *key = NULL;

	for (int k = 0; k < p->streams && !key; k++)
		key = json_string_value(
			json_object_get(json_object_get(p->stream[k], "against"), "key"));
	for (size_t i = 0; i < sizeof against / sizeof *against && key; i++) {
		struct chart_form f = against[i];

		f.axis_x = key;
		write_chart(p, &f, 0);
	}
}

/* ---- all of them ---- */

static bool has(const struct page *p, const char *key)
{
	for (int k = 0; k < p->streams; k++)
		if (json_object_get(p->stream[k], key))
			return true;
	return false;
}

bool page_has_bins(const struct page *p)
{
	return has(p, "tomography") || has(p, "against") || has(p, "interval_68_rows") ||
	       has(p, "interval_95_rows") || has(p, "differences");
}

void page_write_bins(struct page *p)
{
	fputs("<section aria-labelledby=\"bins\"><h2 id=\"bins\">Bins and differences</h2>\n",
	      p->to);
	write_sources(p);
	fputs("<div class=\"charts\">\n", p->to);
	for (size_t i = 0; i < sizeof tomography / sizeof *tomography; i++)
		write_tomography(p, &tomography[i]);
	write_chart(p, &inside[0], 0.68);
	write_chart(p, &inside[1], 0.95);
	write_against(p);
	fputs("</div>\n", p->to);
	page_write_differences(p);
	fputs("</section>\n", p->to);
}
