/* colours.c -- reads or measures magnitudes, makes features of them */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/knn.h>
#include <pz/missing.h>

#include "../common/stamp.h"
#include "colours.h"

#define UNKNOWN   50   /* a magnitude above, or below -50, means that there is none   */
#define COVER_MIN 0.5  /* a band of a stamp with less cover was not observed          */
#define ALSO_MAX  1e30 /* a number of a further column above it is no value           */
#define SOFT_MIN  1e-6 /* of the softening, in units of flux                        */

static const double default_radius[] = { 2.5, 5 };

/* ---- what is compared ---- */

/* A key that has a meaning in the stream cannot be a feature. */
static int check_name(const char *name, const char *option, const char *target)
{
	static const char *const taken[] = { "z", "zphot", "pz", "img", "id", "label", "cover" };

	if (strcmp(name, target) == 0 && strcmp(name, "z") != 0)
		return pz_fail(
			PZ_EUSAGE,
			"--%s: '%s' is the quantity to be estimated, which cannot be a feature",
			option, name);
	for (size_t k = 0; k < sizeof taken / sizeof *taken; k++)
		if (strcmp(name, taken[k]) == 0)
			return pz_fail(PZ_EUSAGE, "--%s: '%s' has a meaning in the stream%s",
				       option, name,
				       k ? ""
					 : ", the redshift (cutout --carry calls a column z "
					   "catalogue_z)");
	return 0;
}

/* Appends the names of a list with commas between them at *n, without spaces around them; room:
 * how many there may be. */
static int take_names(struct features *f, const char *option, const char *list, const char *target,
		      int *n, int room)
{
	for (const char *at = list, *end; at; at = *end ? end + 1 : NULL) {
		size_t size;
		int rc;

		end = at + strcspn(at, ",");
		at += strspn(at, " ");
		for (size = (size_t)(end - at); size && at[size - 1] == ' '; size--)
			;
		if (size == 0 || size >= FEATURES_NAME || room-- == 0)
			return pz_fail(PZ_EUSAGE,
				       "--%s: expected up to %d names of at most %d bytes, found "
				       "'%s'",
				       option, FEATURES_BANDS, FEATURES_NAME - 1, list);
		memcpy(f->name[*n], at, size);
		f->name[*n][size] = 0;
		if ((rc = check_name(f->name[(*n)++], option, target)) < 0)
			return rc;
	}
	return 0;
}

static int take_stamps(struct features *f, const struct features_options *o,
		       const struct pz_header *h)
{
	size_t n = sizeof default_radius / sizeof *default_radius;
	const double *radius = o->apertures.count ? o->apertures.value : default_radius;

	if (h->bands == 0 || h->size == 0)
		return pz_fail(
			PZ_EMISMATCH,
			"expected stamps or features, found none: name the keys of magnitudes by "
			"--magnitudes");
	if (h->bands > FEATURES_BANDS)
		return pz_fail(PZ_EMISMATCH, "bands: expected at most %d, found %d", FEATURES_BANDS,
			       h->bands);
	f->apertures = o->apertures.count ? o->apertures.count : (int)n;
	if (f->apertures > FEATURES_APERTURES)
		return pz_fail(PZ_EUSAGE, "--apertures: expected at most %d, found %d",
			       FEATURES_APERTURES, f->apertures);
	f->bands = h->bands;
	for (int a = 0; a < f->apertures; a++)
		f->radius[a] = o->apertures.count ? radius[a]
						  : fmin(radius[a], h->pixscale * h->size / 2);
	memcpy(f->unit, h->unit, sizeof f->unit);
	for (int b = 0; b < h->bands; b++)
		snprintf(f->name[b], FEATURES_NAME, "%s", h->band[b]);
	return 0;
}

/* The features that the stream has; with these, no others are made. */
static int take_given(struct features *f, const struct features_options *o,
		      const struct pz_header *h)
{
	struct pz_feature_walk walk = { 0 };

	if (o->apertures.count || o->reference || o->extinction.count)
		return pz_fail(PZ_EUSAGE,
			       "--apertures, --reference and --extinction need stamps or "
			       "--magnitudes: the stream has features, which are used as they are");
	if (h->features > PZ_KNN_DIMS)
		return pz_fail(PZ_EMISMATCH,
			       "features: expected at most %d, found %d: name keys of the records "
			       "by --magnitudes",
			       PZ_KNN_DIMS, h->features);
	f->given = h->features;
	for (int i = 0; i < f->given; i++)
		pz_header_next_feature(h, &walk, f->name[i]);
	return 0;
}

static int take_reference(struct features *f, const char *name)
{
	f->reference = f->bands / 2;
	if (!name)
		return 0;
	for (int b = 0; b < f->bands; b++)
		if (strcmp(f->name[b], name) == 0) {
			f->reference = b;
			return 0;
		}
	return pz_fail(PZ_EUSAGE, "--reference: expected one of the bands, found '%s'", name);
}

static int take_extinction(struct features *f, const struct pz_numbers *given)
{
	if (given->count && given->count != f->bands)
		return pz_fail(PZ_EUSAGE,
			       "--extinction: expected a number for each of %d bands, found %d",
			       f->bands, given->count);
	memcpy(f->extinction, given->value, (size_t)given->count * sizeof *given->value);
	f->dusty = given->count > 0;
	return 0;
}

int features_init(struct features *f, const struct features_options *o, const struct pz_header *h)
{
	bool given = !o->magnitudes && h->bands == 0 && h->features > 0;
	int rc, names;

	*f = (struct features){ 0 };
	if (o->magnitudes && o->apertures.count)
		return pz_fail(PZ_EUSAGE,
			       "--apertures measure stamps: they cannot be used with --magnitudes");
	if (given)
		rc = take_given(f, o, h);
	else
		rc = o->magnitudes ? take_names(f, "magnitudes", o->magnitudes, o->target,
						&f->bands, FEATURES_BANDS)
				   : take_stamps(f, o, h);
	if (rc < 0 || (!given && ((rc = take_reference(f, o->reference)) < 0 ||
				  (rc = take_extinction(f, &o->extinction)) < 0)))
		return rc;
	names = f->bands + f->given;
	if ((rc = take_names(f, "also", o->also, o->target, &names,
			     given ? 2 * FEATURES_BANDS - f->given : FEATURES_BANDS)) < 0)
		return rc;
	f->also = names - f->bands - f->given;
	f->raw = f->given + f->bands * (f->apertures ? f->apertures : 1) + f->also;
	f->dims = given ? f->raw : f->bands - 1 + (f->apertures ? f->apertures : 1) + f->also;
	if (f->dims > PZ_KNN_DIMS)
		return pz_fail(PZ_EUSAGE, "expected at most %d features, found %d", PZ_KNN_DIMS,
			       f->dims);
	return 0;
}

void features_learn(struct features *f, const struct gauge *training)
{
	for (int c = 0; c < f->apertures; c++)
		for (int b = 0; b < f->bands; b++) {
			double pixel = training->noise[b] / fmax((double)training->stamps, 1);
			double noise = pixel * sqrt(pz_aperture_area(training->aperture[c]));

			/* In stamps without noise all fluxes are far above this softening. */
			f->softening[c][b] = fmax(noise, SOFT_MIN);
		}
}

static double asinh_magnitude(const struct features *f, int aperture, int band, const float *raw)
{
	double value = (double)raw[aperture * f->bands + band];

	if (f->apertures == 0)
		return value;
	return -2.5 / M_LN10 * asinh(value / (2 * f->softening[aperture][band])) -
	       2.5 * log10(f->softening[aperture][band]);
}

void features_make(const struct features *f, const float *raw, float *x)
{
	int apertures = f->apertures ? f->apertures : 1;

	if (f->given) {
		memcpy(x, raw, (size_t)f->raw * sizeof *x);
		return;
	}
	for (int c = 0; c < apertures; c++)
		*x++ = (float)asinh_magnitude(f, c, f->reference, raw);
	for (int b = 0; b + 1 < f->bands; b++)
		*x++ = (float)(asinh_magnitude(f, 0, b, raw) - asinh_magnitude(f, 0, b + 1, raw));
	memcpy(x, raw + apertures * f->bands, (size_t)f->also * sizeof *x);
}

/* ---- measuring ---- */

static int check_stamps(const struct features *f, const struct pz_header *h)
{
	if (h->bands != f->bands || h->size == 0)
		return pz_fail(PZ_EMISMATCH,
			       "stamps: expected %d bands as in the training set, found %d",
			       f->bands, h->size ? h->bands : 0);
	for (int b = 0; b < f->bands; b++)
		if (strcmp(h->band[b], f->name[b]))
			return pz_fail(PZ_EMISMATCH,
				       "band %d: expected '%s' as in the training set, found '%s'",
				       b, f->name[b], h->band[b]);
	if (strcmp(h->unit, f->unit))
		return pz_fail(PZ_EMISMATCH,
			       "unit: expected '%s' as in the training set, found '%s'", f->unit,
			       h->unit);
	if (!(h->pixscale > 0))
		return pz_fail(PZ_EMISMATCH, "header: pixscale: expected arcsec per pixel, to "
					     "measure apertures, found none");
	return 0;
}

/* Whether the stream has the features that the training set has. */
static int check_given(const struct features *f, const struct pz_header *h)
{
	struct pz_feature_walk walk = { 0 };
	char name[PZ_FEATURE_NAME];

	if (h->features != f->given)
		return pz_fail(PZ_EMISMATCH,
			       "features: expected %d as in the training set, found %d", f->given,
			       h->features);
	for (int i = 0; i < f->given; i++) {
		pz_header_next_feature(h, &walk, name);
		if (strcmp(name, f->name[i]) != 0)
			return pz_fail(
				PZ_EMISMATCH,
				"feature %d: expected '%s' as in the training set, found '%s'",
				i + 1, f->name[i], name);
	}
	return 0;
}

int gauge_init(struct gauge *g, const struct features *f, const struct pz_header *h)
{
	int rc;

	*g = (struct gauge){ .f = f, .header = h };
	if (f->apertures == 0)
		return f->given ? check_given(f, h) : 0;
	if ((rc = check_stamps(f, h)) < 0)
		return rc;
	if (*h->stretch && pz_normalize_find(h->stretch, &g->stretch) < 0)
		return pz_fail(PZ_EMISMATCH, "header: stretch: '%s' is unknown to this version",
			       h->stretch);
	for (int c = 0; c < f->apertures; c++) {
		rc = pz_aperture_new(&g->aperture[c], h->size, f->radius[c] / h->pixscale);
		if (rc < 0)
			return pz_fail_in(rc == PZ_EARG ? PZ_EUSAGE : rc, "--apertures: %g arcsec",
					  f->radius[c]);
	}
	g->pixels = malloc(stamp_pixels(h) * sizeof *g->pixels);
	g->border = malloc(4 * (size_t)h->size * sizeof *g->border);
	return g->pixels && g->border ? 0 : pz_fail(PZ_ENOMEM, "no memory for a stamp");
}

void gauge_release(struct gauge *g)
{
	for (int c = 0; c < FEATURES_APERTURES; c++)
		pz_aperture_free(g->aperture[c]);
	free(g->pixels);
	free(g->border);
}

static void undo_stretch(const struct gauge *g, int band, float *plane)
{
	size_t n = (size_t)g->header->size * (size_t)g->header->size;
	double divide = pz_header_divisor(g->header, band);

	for (size_t i = 0; i < n && (g->stretch != PZ_STRETCH_NONE || divide != 1); i++)
		plane[i] = (float)pz_normalize_inverse(g->stretch, divide, (double)plane[i]);
}

/* A band with too little cover; -1: there is none. */
static int find_uncovered(const struct gauge *g, const pz_map *record)
{
	double cover[FEATURES_BANDS];
	int n = pz_map_numbers(record, "cover", cover, FEATURES_BANDS);

	for (int b = 0; b < n && b < g->f->bands; b++)
		if (cover[b] < COVER_MIN)
			return b;
	return -1;
}

static int measure_stamp(struct gauge *g, const pz_map *record, float *raw, const char **missing)
{
	const struct features *f = g->f;
	int rc = stamp_load(record, g->header, g->pixels), bare;

	if (rc < 0)
		return rc;
	if ((bare = find_uncovered(g, record)) >= 0) {
		*missing = f->name[bare];
		return 0;
	}
	for (int b = 0; b < f->bands; b++) {
		int side = g->header->size;
		float *plane = g->pixels + (size_t)b * (size_t)side * (size_t)side;

		undo_stretch(g, b, plane);
		for (int c = 0; c < f->apertures; c++)
			raw[c * f->bands + b] = (float)pz_aperture_sum(g->aperture[c], plane);
		g->noise[b] += pz_aperture_noise(side, plane, NULL, g->border);
	}
	g->stamps++;
	return 1;
}

/* Reads the n keys from name on. A value is known if it is at most `limit`, either sign, and not
 * one of the numbers that programs write for "none". */
static int read_keys(const pz_map *record, const char (*name)[FEATURES_NAME], int n, double limit,
		     float *raw, const char **missing)
{
	for (int i = 0; i < n; i++) {
		double value = pz_map_number(record, name[i], NAN);

		raw[i] = (float)value;
		if (!(fabs(value) <= limit) || pz_missing_suspect(value)) {
			*missing = name[i];
			return 0;
		}
	}
	return 1;
}

/* The features of the record; the first that is missing is named. */
static int read_given(const struct gauge *g, const pz_map *record, float *raw, const char **missing)
{
	int rc = stamp_features(record, g->header, raw);

	for (int i = 0; rc > 0 && i < g->f->given; i++)
		if (isnan(raw[i])) {
			*missing = g->f->name[i];
			return 0;
		}
	return rc < 0 ? rc : 1;
}

/* Corrects fluxes or magnitudes for the extinction by dust in our Galaxy. */
static int remove_reddening(const struct features *f, const pz_map *record, float *raw,
			    const char **missing)
{
	double ebv = pz_map_number(record, "ebv", NAN);

	if (!f->dusty)
		return 1;
	if (!pz_is_magnitude(ebv)) {
		*missing = "ebv";
		return 0;
	}
	for (int i = 0; i < f->raw - f->also; i++) {
		double dust = f->extinction[i % f->bands] * ebv;

		raw[i] = (float)(f->apertures ? (double)raw[i] * pow(10, 0.4 * dust)
					      : (double)raw[i] - dust);
	}
	return 1;
}

int gauge_measure(struct gauge *g, const pz_map *record, float *raw, const char **missing)
{
	const struct features *f = g->f;
	int rc;

	if (f->given)
		rc = read_given(g, record, raw, missing);
	else
		rc = f->apertures ? measure_stamp(g, record, raw, missing)
				  : read_keys(record, f->name, f->bands, UNKNOWN, raw, missing);

	if (rc > 0)
		rc = remove_reddening(f, record, raw, missing);
	if (rc > 0)
		rc = read_keys(record, f->name + f->bands + f->given, f->also, ALSO_MAX,
			       raw + f->raw - f->also, missing);
	return rc;
}
