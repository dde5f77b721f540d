/* numbers.c -- the table of the numbers that matter, with errors and what they should be */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../common/json_number.h"
#include "html.h"
#include "page.h"

#define KS_95   1.358 /* times 1/sqrt(n): 95 % of uniform PITs have a smaller statistic */
#define TELLING 3     /* sigma from which a difference is marked                       */

/* What a number should be. */
enum ideal { SMALL, ZERO, FLOOR, UNIFORM, SHARE_68, SHARE_95 };

static const struct row {
	const char *name, *what, *value, *error, *training; /* paths in the JSON */
	enum ideal ideal;
	const char *should;
} rows[] = {
	{ "Scatter σ_MAD", "1.4826 times the median of |d − median d|", "sigma_mad",
	  "errors.sigma_mad", "training.sigma_mad", SMALL, "small" },
	{ "Outliers", "share of galaxies with |d| above the threshold", "outlier_fraction",
	  "errors.outlier_fraction", "training.outlier_fraction", SMALL, "small" },
	{ "Mean residual", "mean of d", "mean_residual", "errors.mean_residual",
	  "training.mean_residual", ZERO, "0" },
	{ "Slope against z_spec", "of a line fitted to the residuals at high redshift",
	  "slope_zspec.value", "slope_zspec.error", "training.slope_zspec", ZERO, "0 (step 3)" },
	{ "Offset against z_spec", "mean residual where that line is fitted", "offset_zspec",
	  "errors.offset_zspec", "training.offset_zspec", ZERO, "0 (step 3)" },
	{ "Rms of the curve against z_spec", "what the slope may hide", "rms_zspec_curve",
	  "errors.rms_zspec_curve", "training.rms_zspec_curve", SMALL, "its noise (step 3)" },
	{ "Slope against z_phot", "of a line fitted to the residuals", "slope_zphoto.value",
	  "slope_zphoto.error", "training.slope_zphoto", ZERO, "0 (step 4)" },
	{ "Rms of the curve against z_phot", "over bins of at least 20 galaxies",
	  "rms_zphoto_curve", "errors.rms_zphoto_curve", "training.rms_zphoto_curve", SMALL,
	  "its noise (step 4)" },
	{ "Total variation", "distance of the histograms of z_phot and z_spec: mode collapse",
	  "tv.value", "tv.error", "training.tv", FLOOR, "its floor" },
	{ "CRPS", "continuous ranked probability score of p(z)", "crps", "errors.crps",
	  "training.crps", SMALL, "small" },
	{ "Worst tomographic bin, p(z)", "largest |bias of the mean redshift| / (1 + z)",
	  "tomography.worst_pz.value", "tomography.worst_pz.error", "training.tomography.worst_pz",
	  SMALL, "below 0.001 (LSST year 10)" },
	{ "Worst tomographic bin, estimates", "the same of the mean of the estimates",
	  "tomography.worst_zphot.value", "tomography.worst_zphot.error",
	  "training.tomography.worst_zphot", SMALL, "below 0.001 (LSST year 10)" },
	{ "PIT, Kolmogorov–Smirnov", "how far p(z) are from calibrated", "pit_ks", "errors.pit_ks",
	  "training.pit_ks", UNIFORM, "below what uniform PITs have" },
	{ "Coverage 68 %", "true redshifts in the central 68 % of p(z)", "coverage_68",
	  "errors.coverage_68", "training.coverage_68", SHARE_68, "0.68" },
	{ "Coverage 95 %", "true redshifts in the central 95 % of p(z)", "coverage_95",
	  "errors.coverage_95", "training.coverage_95", SHARE_95, "0.95" },
};

#define ROWS (sizeof rows / sizeof *rows)

static bool any_has(const struct page *p, const char *path)
{
	for (int k = 0; k < p->streams; k++)
		if (isfinite(json_number_at(p->stream[k], path)))
			return true;
	return false;
}

/* By how many errors the number differs from what it should be; NaN: that is no number. */
static double off_by(const struct row *row, double x, double error)
{
	double should = row->ideal == ZERO       ? 0
			: row->ideal == SHARE_68 ? 0.68
			: row->ideal == SHARE_95 ? 0.95
						 : NAN;

	return error > 0 ? (x - should) / error : NAN;
}

/* Under the number: the floor of this stream, the limit for this many galaxies, or the difference
 * in errors. */
static void write_comparison(struct page *p, const struct row *row, const json_t *o, double x,
			     double error)
{
	double floor = json_number_at(o, "tv.floor"), n = json_number_at(o, "n"), off;

	if (row->ideal == FLOOR && isfinite(floor)) {
		fputs("<small>floor ", p->to);
		html_number(floor, html_digits(floor, json_number_at(o, "tv.floor_error")), p->to);
		fputs("</small>", p->to);
		return;
	}
	if (row->ideal == UNIFORM && n > 0) {
		n -= json_number_at(o, "without_pz") + json_number_at(o, "outside_pz");
		if (n > 0)
			fprintf(p->to, "<small%s>uniform: below %.4f</small>",
				x > KS_95 / sqrt(n) ? " class=\"off-by\"" : "", KS_95 / sqrt(n));
		return;
	}
	off = off_by(row, x, error);
	if (isfinite(off))
		fprintf(p->to, "<small%s>%s%.1f σ</small>",
			fabs(off) >= TELLING ? " class=\"off-by\"" : "", off < 0 ? "−" : "+",
			fabs(off));
}

static void write_cell(struct page *p, const struct row *row, const json_t *o)
{
	double x = json_number_at(o, row->value), error = json_number_at(o, row->error);
	double training = json_number_at(o, row->training);
	int digits = html_digits(x, training > 0 ? hypot(error, training) : error);

	fputs("<td>", p->to);
	html_number(x, digits, p->to);
	if (isfinite(x) && isfinite(error)) {
		fputs(" ± ", p->to);
		html_number(error, digits, p->to);
	}
	if (isfinite(x) && isfinite(training)) {
		fputs(" ± ", p->to);
		html_number(training, digits, p->to);
		error = hypot(error, training);
	}
	if (isfinite(x))
		write_comparison(p, row, o, x, error);
	fputs("</td>", p->to);
}

static void write_counts(struct page *p)
{
	static const struct {
		const char *key, *name;
	} count[] = { { "n", "Galaxies measured" },
		      { "without_z", "left out: no redshift" },
		      { "without_zphot", "left out: no estimate" },
		      { "without_pz", "not scored: no p(z)" },
		      { "outside_pz", "not scored: redshift outside of p(z)" } };

	for (size_t i = 0; i < sizeof count / sizeof *count; i++) {
		bool any = i == 0;

		for (int k = 0; k < p->streams; k++)
			any |= json_number_at(p->stream[k], count[i].key) > 0;
		if (!any)
			continue;
		fprintf(p->to, "<tr><th scope=\"row\">%s</th><td></td>", count[i].name);
		for (int k = 0; k < p->streams; k++) {
			fputs("<td>", p->to);
			html_number(json_number_at(p->stream[k], count[i].key), 0, p->to);
			fputs("</td>", p->to);
		}
		fputs("</tr>\n", p->to);
	}
}

/* Explains the second error of the numbers, if they have one. */
static void write_networks(struct page *p)
{
	double networks = NAN;

	for (int k = 0; k < p->streams && isnan(networks); k++)
		networks = json_number_at(p->stream[k], "training.networks");
	if (isfinite(networks))
		fprintf(p->to,
			"The second error is the standard deviation between %.0f networks that "
			"were "
			"trained alike from other initial weights: how far one network is off by "
			"the chance of training. Distances are in both errors together. ",
			networks);
}

void page_write_numbers(struct page *p)
{
	fputs("<section aria-labelledby=\"numbers\"><h2 id=\"numbers\">Numbers</h2>\n"
	      "<p>d = (z_phot − z_spec) / (1 + z_spec), or the plain difference for another "
	      "target. "
	      "Errors are one standard deviation over bootstrap samples, of slopes that of the "
	      "fit. ",
	      p->to);
	write_networks(p);
	fputs("The small figure below is the distance from what the number should be, in errors; "
	      "it is coloured from 3 on. A step is built for one thing: step 3 for estimates "
	      "without bias in z_spec, step 4 for estimates without bias in z_phot, step 5 for "
	      "calibrated p(z); no estimate has all three.</p>\n"
	      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"numbers\">"
	      "<table>\n<thead><tr><th scope=\"col\">Number</th><th scope=\"col\">Should be</th>",
	      p->to);
	for (int k = 0; k < p->streams; k++) {
		fputs("<th scope=\"col\">", p->to);
		html_text(p->name[k], p->to);
		fputs("</th>", p->to);
	}
	fputs("</tr></thead>\n<tbody>\n", p->to);
	write_counts(p);
	for (size_t i = 0; i < ROWS; i++) {
		if (!any_has(p, rows[i].value))
			continue;
		fprintf(p->to,
			"<tr><th scope=\"row\">%s<small>%s</small></th><td class=\"text\">%s</td>",
			rows[i].name, rows[i].what, rows[i].should);
		for (int k = 0; k < p->streams; k++)
			write_cell(p, &rows[i], p->stream[k]);
		fputs("</tr>\n", p->to);
	}
	fputs("</tbody></table></div></section>\n", p->to);
}
