/* compared.c -- paired differences from the first stream, as a chart and a table */
#include <math.h>

#include <pz/figure.h>

#include "../common/json_number.h"
#include "html.h"
#include "page.h"

static const struct {
	const char *key, *name;
} compared[] = {
	{ "sigma_mad", "σ_MAD" },
	{ "outlier_fraction", "Outliers" },
	{ "mean_residual", "Mean residual" },
	{ "slope_zspec", "Slope against z_spec" },
	{ "offset_zspec", "Offset against z_spec" },
	{ "rms_zspec_curve", "Rms of the curve against z_spec" },
	{ "slope_zphoto", "Slope against z_phot" },
	{ "rms_zphoto_curve", "Rms of the curve against z_phot" },
	{ "tv", "Total variation" },
	{ "crps", "CRPS" },
	{ "pit_ks", "PIT, Kolmogorov–Smirnov" },
};

#define COMPARED  (sizeof compared / sizeof *compared)
#define SIGMA_MAX 20.0 /* beyond, points are drawn at the edge                         */

static double compared_at(const json_t *o, size_t i, const char *what)
{
	char path[96];

	snprintf(path, sizeof path, "differences.%s.%s", compared[i].key, what);
	return json_number_at(o, path);
}

static const char *compared_with(const struct page *p)
{
	const char *from = NULL;

	for (int k = 0; k < p->streams && !from; k++)
		from = json_string_value(
			json_object_get(json_object_get(p->stream[k], "differences"), "from"));
	return from;
}

/* A line of the table: the number in each stream less that of the first one, in its errors. */
static void write_difference(struct page *p, size_t i)
{
	fprintf(p->to, "<tr><th scope=\"row\">%zu. %s</th>", i + 1, compared[i].name);
	for (int k = 0; k < p->streams; k++) {
		const json_t *o = p->stream[k];
		double x = compared_at(o, i, "difference"), error = compared_at(o, i, "error");
		double sigma = compared_at(o, i, "sigma");
		int digits = html_digits(x, error);

		if (!json_object_get(o, "differences"))
			continue;
		fputs("<td>", p->to);
		html_number(x, digits, p->to);
		if (isfinite(x) && isfinite(error)) {
			fputs(" ± ", p->to);
			html_number(error, digits, p->to);
		}
		if (isfinite(sigma))
			fprintf(p->to, "<small%s>%s%.1f σ</small>",
				fabs(sigma) >= 3 ? " class=\"off-by\"" : "", sigma < 0 ? "−" : "+",
				fabs(sigma));
		fputs("</td>", p->to);
	}
	fputs("</tr>\n", p->to);
}

/* Each number's difference in errors, side by side in the order of the table. */
static void write_sigmas(struct page *p)
{
	struct chart c = { p->to, 0.5, COMPARED + 0.5, -4, 4 };
	double step = chart_dodge(p->streams) / 2;

	for (int k = 0; k < p->streams; k++)
		for (size_t i = 0; i < COMPARED; i++) {
			double sigma = compared_at(p->stream[k], i, "sigma");

			if (isfinite(sigma)) {
				c.y0 = fmax(fmin(c.y0, sigma - 1), -SIGMA_MAX);
				c.y1 = fmin(fmax(c.y1, sigma + 1), SIGMA_MAX);
			}
		}
	fputs("<figure><div class=\"paper\">", p->to);
	chart_begin(&c, "Paired differences from the first stream, in errors",
		    "number of the line in the table", "difference in errors");
	chart_rule(&c, 0, NULL, false);
	chart_rule(&c, 3, "3 σ", false);
	chart_rule(&c, -3, NULL, false);
	for (int k = 0; k < p->streams; k++) {
		double x[COMPARED], y[COMPARED], none[COMPARED];

		for (size_t i = 0; i < COMPARED; i++) {
			x[i] = (double)i + 1;
			y[i] = compared_at(p->stream[k], i, "sigma");
			none[i] = NAN;
		}
		chart_points(&c, x, y, none, COMPARED, step * (k - 0.5 * (p->streams - 1)),
			     pz_figure_colour(p->style[k]), k);
	}
	chart_end(&c);
	fprintf(p->to,
		"</div><figcaption>Differences of the table below in their paired errors; more "
		"than %g are drawn at the edge</figcaption></figure>\n",
		SIGMA_MAX);
}

void page_write_differences(struct page *p)
{
	const char *from = compared_with(p);

	if (!from)
		return;
	fputs("<h3>Paired differences</h3>\n<p>Each number less that of ", p->to);
	html_text(from, p->to);
	fputs(", with the error of this difference over bootstrap samples of the same galaxies: "
	      "numbers of one sky go up and down together.</p>\n<div class=\"charts\">\n",
	      p->to);
	write_sigmas(p);
	fputs("</div>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Paired "
	      "differences\"><table class=\"plain\">\n<thead><tr><th scope=\"col\">Number</th>",
	      p->to);
	for (int k = 0; k < p->streams; k++) {
		if (!json_object_get(p->stream[k], "differences"))
			continue;
		fputs("<th scope=\"col\">", p->to);
		html_text(p->name[k], p->to);
		fputs("</th>", p->to);
	}
	fputs("</tr></thead>\n<tbody>\n", p->to);
	for (size_t i = 0; i < COMPARED; i++)
		write_difference(p, i);
	fputs("</tbody></table></div>\n", p->to);
}
