/* bins.h -- the redshift axis, the magnitude axis, and the surveys they belong to
 *
 * One rule cuts every axis (pzpipe-method(7), equation 1):
 *
 *      index(x; x0, w) = floor((x - x0)/w + 1e-9)
 *
 * so bins are half open and a value on an edge belongs to the upper bin.
 *
 * Magnitude rows and channels interlace: row 2k belongs to channel k alone,
 * row 2k+1 to channels k and k+1:
 *
 *      row        0   1   2   3   4        2m-1 rows of half a magnitude
 *      channels   0  0+1  1  1+2  2        m channels, one redshift output each
 *
 * Step 3 adds `left` bins below and `right` bins above; an index of the
 * extended grid is the index of the plain one plus left. Pure functions;
 * nothing here allocates.
 */
#ifndef PZ_BINS_H
#define PZ_BINS_H

#include <stdbool.h>
#include <stddef.h>

#include <pz/api.h>

#define PZ_BINS_MAX     100000 /* bins of a grid, extension included          */
#define PZ_CHANNELS_MAX 100    /* magnitude channels                          */
#define PZ_FEATURES_MAX 65536  /* features of a galaxy                        */
#define PZ_WIDE         40     /* wide bins of curves and step 4 (section 1)  */

struct pz_grid {
	char target[32]; /* what is estimated: "z", or a column's name          */
	double min, max; /* range of the unextended grid, min < max             */
	int bins;        /* n, at least 2                                       */
	int left, right; /* bins added below and above, at least 0 (step 3)     */
};

struct pz_rows {
	char mag[32]; /* the band whose magnitude makes the rows              */
	double min;   /* bright end of row 0                                  */
	double width; /* of a row, 0.5 mag                                    */
	int channels; /* m; rows are 2m-1; 1: a single channel                */
};

#define PZ_EXTINCTION_MAX 16 /* bands with a coefficient */

/* Frames and masks as a survey's archive writes them: what cutout does where no option says
 * something else. Texts are as its options have them; "" and 0 say nothing. */
struct pz_survey_frames {
	char files[128]; /* names, "frame-%b-*.fits.bz2"                            */
	char bands[128]; /* "u,g,r,i,z"                                             */
	char names[256]; /* what the names of files call them, "HSC-G,HSC-R"        */
	double pixscale; /* arcsec per pixel that stamps get; 0: that of the frames */
	char hdu[32], zeropoint[128], bias[128], psf[128], nodata[32];
	bool masked; /* masks belong to the frames: their names are those of the
			frames with mask_files in place of mask_instead; both "":
			they are in the frames' own files                       */
	char mask_instead[64], mask_files[64], mask_hdu[32], mask_bits[192];
	bool mask_weights;
};

/* A survey's settings (pzpipe-surveys(7)): what `--survey` writes into a header, what cutout takes
 * from it, and what is told of it. */
struct pz_survey {
	char name[32];
	char about[128]; /* what it is, for people                                   */
	struct pz_grid grid;
	struct pz_rows rows;
	double divide;   /* flux divisor before normalising                      */
	double outlier;  /* threshold on abs(dz)                                 */
	double fit_from; /* residual curves are fitted above this redshift       */
	int threshold;   /* balancing threshold                                  */
	struct pz_survey_frames frames;
	int extinctions; /* A(band) = coefficient E(B-V), of Schlegel, Finkbeiner and Davis's maps
			  */
	struct {
		char band[16];
		double coefficient;
	} extinction[PZ_EXTINCTION_MAX];
};

/* The one rule. x must be finite; the result saturates at +-2^30. */
PZ_API int pz_bin_index(double x, double x0, double width);

PZ_API double pz_grid_width(const struct pz_grid *g); /* w = (max-min)/n              */
PZ_API int pz_grid_total(const struct pz_grid *g);    /* N = left + n + right         */
PZ_API double pz_grid_centre(const struct pz_grid *g,
			     int extended); /* of a bin of the extended grid */
/* Bin of the unextended grid, clamped to 0..n-1 (labels). NaN: -1. */
PZ_API int pz_grid_label(const struct pz_grid *g, double z);
/* Bin of the unextended grid, -1 outside [min, max) or NaN (histograms). */
PZ_API int pz_grid_bin(const struct pz_grid *g, double z);
/* Bin of the extended grid, from 0; -1 outside of it or NaN (scores of p(z)). */
PZ_API int pz_grid_extended(const struct pz_grid *g, double z);
/* Wide bin of PZ_WIDE over [min, max); -1 outside or NaN. */
PZ_API int pz_grid_wide(const struct pz_grid *g, double z);
PZ_API double pz_grid_wide_centre(const struct pz_grid *g, int wide);
/* The same range and bins, extension included; the target's name is not compared. */
PZ_API bool pz_grid_equal(const struct pz_grid *a, const struct pz_grid *b);
/* 0, or PZ_EARG with the field that is wrong. */
PZ_API int pz_grid_check(const struct pz_grid *g);

PZ_API int pz_rows_count(const struct pz_rows *r); /* 2m-1                          */
/* Row of a magnitude, clamped; NaN or negative: the last row. */
PZ_API int pz_rows_row(const struct pz_rows *r, double mag);
/* The channels of a row, one or two, into c; returns how many. */
PZ_API int pz_rows_channels(int row, int c[2]);
PZ_API bool pz_rows_in_channel(int row, int channel);
PZ_API int pz_rows_check(const struct pz_rows *r);

/* Fills s by name. A name without / that does not end in .json is that of a preset, NAME.json in a
 * folder of presets; else, and where there is none, it is the path of such a file. The keys of
 * the file replace those of sdss, but nothing is known of the frames of a survey that says nothing
 * of them:
 *      {"survey": "demo", "grid": {"min": 0, "max": 0.4, "bins": 80},
 *       "rows": {"mag": "r", "min": 15.5, "channels": 3},
 *       "limits": {"outlier": 0.05, "fit_from": 0.15, "divide": 1, "threshold": 50}}
 * PZ_EUSAGE names what is wrong; unknown keys are refused. */
PZ_API int pz_survey_find(struct pz_survey *s, const char *name);

/* The folders of presets: those of the environment variable PZ_SURVEYS, with colons between, then
 * the one that was installed with the program, or lies in the source tree in which it was built. */

/* Where the preset of a name is: false, and "", where there is none. */
PZ_API bool pz_survey_path(const char *name, char *path, size_t size);
/* The name of the preset that comes after this name in alphabetical order, "" before the first, in
 * all folders; NULL: there is none, or no memory. The caller frees it. */
PZ_API char *pz_survey_after(const char *name);

#endif
