/* colours.h -- the features by which knn compares galaxies: magnitudes, colours, other numbers
 *
 *      features_init(&f, &options, training header);
 *      gauge_init(&gauge, &f, header);                        // one for each stream
 *      got = gauge_measure(&gauge, record, raw);              // for every record
 *      features_learn(&f, &gauge);                            // after the training stream
 *      features_make(&f, raw, x);                             // of training galaxies and queries
 *
 * Measures are the magnitudes that the record's keys have, or, where none are named, fluxes
 * within fixed apertures, circles around the centres of stamps. Features are the magnitude in the
 * reference band, one for each aperture; the colours of bands that follow each other, in the first
 * aperture; and further columns as they are. A stream without stamps may have features of its own,
 * which are taken as they are where no magnitudes are named.
 *
 * Fluxes become asinh magnitudes (Lupton et al. 1999, AJ 118, 1406), which stay finite at zero
 * and below: their softening is the sky's noise within the aperture, a mean over the training
 * stamps. The zero point is left out, for features are compared with each other only.
 */
#ifndef COLOURS_H
#define COLOURS_H

#include <stdbool.h>

#include <pz/aperture.h>
#include <pz/normalize.h>
#include <pz/options.h>
#include <pz/stream.h>

#define FEATURES_BANDS     16
#define FEATURES_APERTURES 8
#define FEATURES_RAW       144 /* measures of a galaxy: bands x apertures, and further keys */
#define FEATURES_NAME      64

struct features_options {
	const char *magnitudes, *reference, *also; /* comma lists; NULL: none   */
	const char *target;                        /* the estimated quantity: no feature */
	struct pz_numbers apertures;               /* radii in arcsec           */
	struct pz_numbers extinction;              /* A/E(B-V) of each band     */
};

struct features {
	int bands, apertures, also; /* apertures 0: magnitudes are named            */
	int given;                /* features that the stream has; then there are no bands        */
	int reference, raw, dims; /* a band; how many measures and features     */
	char name[2 * FEATURES_BANDS][FEATURES_NAME]; /* of bands or those given, then of also */
	double radius[FEATURES_APERTURES];            /* arcsec                 */
	char unit[32];                                /* of the training stamps */
	double softening[FEATURES_APERTURES][FEATURES_BANDS];
	double extinction[FEATURES_BANDS];
	bool dusty; /* extinction is corrected: records need "ebv"              */
};

/* What measures the records of one stream. */
struct gauge {
	const struct features *f;
	const struct pz_header *header;
	enum pz_stretch stretch;
	struct pz_aperture *aperture[FEATURES_APERTURES];
	float *pixels;
	double *border, noise[FEATURES_BANDS]; /* noise: sums over the stamps   */
	size_t stamps;
};

/* PZ_EUSAGE: names that cannot be features; PZ_EMISMATCH: no stamps, no features and no
 * names. */
int features_init(struct features *f, const struct features_options *o, const struct pz_header *h);
/* Fixes the softening from the training stream's gauge. */
void features_learn(struct features *f, const struct gauge *training);
/* x[f->dims] from raw[f->raw]. */
void features_make(const struct features *f, const float *raw, float *x);

/* Borrows f and h. PZ_EMISMATCH: the stamps differ from those that f was made for. */
int gauge_init(struct gauge *g, const struct features *f, const struct pz_header *h);
void gauge_release(struct gauge *g); /* all zero is fine */
/* Writes raw[f->raw]: 1; 0 if one is unknown, with its name in *missing; < 0: a faulty stamp. */
int gauge_measure(struct gauge *g, const pz_map *record, float *raw, const char **missing);

#endif
