/* axes.h -- the estimated quantity, and options that change the axes of a header
 *
 * A header's grid says which quantity is estimated (grid.target): "z", or another number of the
 * records, for example a stellar mass. Its true value is under that key; its estimate is under
 * "zphot" in any case.
 *
 *      struct axes_options axes = { 0 };
 *      const struct pz_option table[] = { ..., AXES_OPTIONS(axes, 'r', 'b', 'c'), ... };
 *      ...
 *      if ((rc = axes_apply(&axes, &header)) == 0)
 */
#ifndef AXES_H
#define AXES_H

#include <stdbool.h>

#include <pz/options.h>
#include <pz/stream.h>

struct axes_options {
	const char *target; /* NULL, no numbers, 0: unchanged                    */
	struct pz_numbers range;
	int bins, channels;
};

/* clang-format off */
/* Their letters: 0 where another option has them. */
#define AXES_OPTIONS(o, r, b, c) \
	{ PZ_OPTION_TEXT, 0, "target", "KEY", &(o).target, \
	  "quantity to estimate (a key of each record); default: from the stream header" }, \
	{ PZ_OPTION_NUMBERS, r, "range", "MIN,MAX", &(o).range, \
	  "range of the grid; default: from the stream header", .min = -1e300, .max = 1e300 }, \
	{ PZ_OPTION_INT, b, "bins", "N", &(o).bins, \
	  "bins of the grid; 0: from the stream header", .min = 0, .max = PZ_BINS_MAX }, \
	{ PZ_OPTION_INT, c, "channels", "N", &(o).channels, \
	  "magnitude channels; 0: from the stream header", .min = 0, .max = PZ_CHANNELS_MAX }
/* clang-format on */

/* Sets the given options in the header's grid and rows. Another target needs a range; the survey's
 * outlier threshold and fit_from, which are for redshifts, are then removed. PZ_EUSAGE. */
int axes_apply(const struct axes_options *o, struct pz_header *h);

/* The key of the true value in the records: "z" unless the grid has another one. */
const char *axes_target(const struct pz_header *h);

/* Whether x can be a true value or an estimate of this target: a redshift (pz/missing.h); for
 * another target a finite number that programs do not write for "none". */
bool axes_is_value(const char *target, double x);

/* A record's true value; NaN: it has none, or a number that means "none". */
double axes_truth(const struct pz_header *h, const pz_map *record);

#endif
