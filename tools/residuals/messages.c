/* messages.c -- says what a report leaves out, and how it was brought to common axes */
#include <math.h>
#include <string.h>

#include "../common/counted.h"
#include "messages.h"

/* Which p(z) have no scores. */
static void say_unscored(const struct tool *t, const struct report *r)
{
	const struct pz_grid *g = &r->grid;
	double w = pz_grid_width(g);

	if (r->n_pz == 0)
		tool_say(t, "%s: the stream has no p(z), so it has no scores", r->name);
	else if (r->n_pz < r->galaxies.n)
		tool_say(t, "%s: %zu of %s %s no p(z): the scores are those of the others", r->name,
			 r->galaxies.n - r->n_pz, COUNTED(r->galaxies.n, "galaxy", "galaxies"),
			 r->galaxies.n - r->n_pz == 1 ? "has" : "have");
	if (r->outside_pz)
		tool_say(t,
			 "%s: %s a true '%s' outside of the bins of p(z), %g to %g, and %s left "
			 "out of the scores",
			 r->name, COUNTED(r->outside_pz, "galaxy has", "galaxies have"),
			 r->scalars.target, g->min - g->left * w, g->max + g->right * w,
			 r->outside_pz == 1 ? "was" : "were");
}

void messages_of_missing(const struct tool *t, const struct report *r)
{
	say_lacking(t, r->name, r->scalars.target, &r->without_z);
	say_lacking(t, r->name, estimate_path[r->options.estimate], &r->without_zphot);
	for (enum estimate e = 0; e < ESTIMATES; e++)
		if (r->of[e].n > 0 && r->of[e].n < r->scalars.n && r->of[e].n != r->galaxies.n)
			tool_say(t, "%s: %zu of %s %s no '%s' and %s left out of its numbers",
				 r->name, r->scalars.n - r->of[e].n,
				 COUNTED(r->scalars.n, "galaxy", "galaxies"),
				 r->scalars.n - r->of[e].n == 1 ? "has" : "have", estimate_path[e],
				 r->scalars.n - r->of[e].n == 1 ? "is" : "are");
	if (r->without_weight)
		tool_say(t,
			 "%s: %s no '%s' above 0, the weight, and %s left out (%zu of them %s 0)",
			 r->name, COUNTED(r->without_weight, "galaxy has", "galaxies have"),
			 r->options.weights, r->without_weight == 1 ? "was" : "were",
			 r->weight_zero, r->weight_zero == 1 ? "has" : "have");
	if (r->not_common)
		tool_say(t, "%s: %s not in all streams and %s left out", r->name,
			 COUNTED(r->not_common, "galaxy is", "galaxies are"),
			 r->not_common == 1 ? "was" : "were");
	say_without_mag(t, r->name, r->scalars.without_mag);
	if (r->outside_z || r->outside_zphot)
		tool_say(t,
			 "%s: %s and %s are outside of %g to %g; they are excluded from curves and "
			 "histograms",
			 r->name, COUNTED(r->outside_z, "true value", "true values"),
			 COUNTED(r->outside_zphot, "estimate", "estimates"), r->axes.min,
			 r->axes.max);
	say_unscored(t, r);
	if (r->outside_tomography)
		tool_say(t, "%s: %s in none of the tomographic bins", r->name,
			 COUNTED(r->outside_tomography, "galaxy is", "galaxies are"));
	if (r->without_against)
		tool_say(t, "%s: %s no '%s' and %s in none of its bins", r->name,
			 COUNTED(r->without_against, "galaxy has", "galaxies have"),
			 r->options.against, r->without_against == 1 ? "is" : "are");
	if (isnan(report_chosen(r)->all.value.slope_zspec))
		tool_say(t, "%s: no slope was fitted: fewer than 2 bins above %s = %g have %s",
			 r->name, r->scalars.target, r->options.fit_from,
			 COUNTED(r->options.fit_count, "galaxy", "galaxies"));
}

void messages_of_differences(const struct tool *t, const struct report *r,
			     const struct pz_header *h, const struct report *first)
{
	const struct pz_grid *g = &r->grid, *a = &first->axes;

	if (g->min != a->min || g->max != a->max || g->bins != a->bins)
		tool_say(t,
			 "%s: p(z) has %d bins from %g to %g; curves, histograms and distances "
			 "have %d from %g to %g, as in %s%s",
			 r->name, g->bins, g->min, g->max, a->bins, a->min, a->max, first->name,
			 !r->n_pz || r->binned_alike
				 ? ""
				 : "; log_loss and brier are left out, because they depend on "
				   "the width of the bins");
	if (h->rows.min != r->rows.min || h->rows.width != r->rows.width ||
	    h->rows.channels != r->rows.channels)
		tool_say(t, "%s: the magnitude rows are those of %s instead of its own", r->name,
			 first->name);
	if (strcmp(h->rows.mag, r->rows.mag) != 0)
		tool_say(t, "%s: the magnitudes are of band '%s', those of %s of band '%s'",
			 r->name, h->rows.mag, first->name, r->rows.mag);
	if (r->options.outlier != first->options.outlier)
		tool_say(t,
			 "%s: the outlier threshold is %g, that of %s is %g: --outlier sets it for "
			 "all",
			 r->name, r->options.outlier, first->name, first->options.outlier);
	if (r->options.fit_from != first->options.fit_from)
		tool_say(t,
			 "%s: the line is fitted from %g on, that of %s from %g on: --fit-from "
			 "sets it "
			 "for all",
			 r->name, r->options.fit_from, first->name, first->options.fit_from);
}
