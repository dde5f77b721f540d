/* wcs.c -- WCSLIB, known here alone
 *
 * wcspih's scanner has static state, so headers are parsed under a lock; a wcsprm
 * that is set up is used by one thread at a time (some projections keep scratch
 * values in it).
 */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wcslib/wcs.h>
#include <wcslib/wcserr.h>
#include <wcslib/wcsfix.h>
#include <wcslib/wcshdr.h>

#include <pz/error.h>
#include <pz/wcs.h>

#define BLOCK    64 /* points handed to WCSLIB at a time */
#define AXES_MAX 9

/* The galactic pole in RA and Dec, and the galactic longitude of the celestial
 * pole, degrees, ICRS (Hipparcos catalogue, volume 1, section 1.5.3). */
#define POLE_RA  192.85948
#define POLE_DEC 27.12825
#define POLE_LON 122.93192

struct pz_wcs {
	struct wcsprm *wcs; /* the first of count; NULL: none              */
	int count;
	char *header, *where; /* for copies                                  */
	int cards;
	double world[AXES_MAX]; /* what axes but the celestial ones are kept at */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void pz_wcs_free(struct pz_wcs *w)
{
	if (!w)
		return;
	if (w->wcs)
		wcsvfree(&w->count, &w->wcs);
	free(w->header);
	free(w->where);
	free(w);
}

/* WCSLIB's reason for a status. */
static int fail(const struct wcsprm *wcs, int status, const char *where)
{
	const char *why = wcs->err && wcs->err->msg ? wcs->err->msg : wcs_errmsg[status];

	if (status == WCSERR_MEMORY)
		return pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", where);
	return pz_fail(PZ_EDATA, "%s has a WCS that cannot be used: %.300s", where, why);
}

static bool has_card(const char *header, int cards, const char *key)
{
	for (int i = 0; i < cards; i++)
		if (!strncmp(header + 80 * i, key, strlen(key)))
			return true;
	return false;
}

/* The text of CTYPEi for messages. */
static const char *ctype(const struct wcsprm *wcs, int i)
{
	return i < wcs->naxis && wcs->ctype[i][0] ? wcs->ctype[i] : "(none)";
}

/* Turns galactic coordinates to ICRS; refuses systems that are neither. */
static int to_icrs(struct wcsprm *wcs, const char *where)
{
	int status = 0;

	if (!strcmp(wcs->lngtyp, "GLON"))
		status = wcsccs(wcs, POLE_RA, POLE_DEC, POLE_LON, "RA", "DEC", "ICRS", 0, "");
	else if (strcmp(wcs->lngtyp, "RA"))
		return pz_fail(PZ_EDATA, "%s: expected axes RA and Dec, found %s and %s", where,
			       ctype(wcs, wcs->lng), ctype(wcs, wcs->lat));
	else if (!strncmp(wcs->radesys, "FK4", 3) ||
		 (!wcs->radesys[0] && wcs->equinox > 0 && wcs->equinox < 1984))
		return pz_fail(PZ_EDATA, "%s: expected RA and Dec in ICRS or FK5, found FK4",
			       where);
	if (!status)
		status = wcsset(wcs);
	return status ? fail(wcs, status, where) : 0;
}

/* Distortions given as tables (CPDIS, CQDIS, D2IMDIS) are not read; without them
 * positions would be off by some tenths of a pixel. */
static int refuse_tables(const struct pz_wcs *w)
{
	const char *const key[] = { "CPDIS", "CQDIS", "D2IMDIS" };

	for (int i = 0; i < w->cards; i++)
		for (size_t k = 0; k < sizeof key / sizeof *key; k++) {
			const char *card = w->header + 80 * i;

			if (!strncmp(card, key[k], strlen(key[k])) &&
			    strncasecmp(card + 10, "'Lookup", 7) == 0)
				return pz_fail(PZ_EDATA,
					       "%s has a distortion given as a table (%.8s), "
					       "which is not supported",
					       w->where, card);
		}
	return 0;
}

/* Further axes, of length 1, stay at what their pixel 1 is; celestial ones must be
 * the first two. */
static int set_further_axes(struct pz_wcs *w, const char *where)
{
	double pixel[AXES_MAX], plane[AXES_MAX], phi, theta;
	int bad, status;

	if (w->wcs->naxis == 2)
		return 0;
	if (w->wcs->naxis > AXES_MAX || w->wcs->lng > 1 || w->wcs->lat > 1)
		return pz_fail(PZ_EDATA, "%s: expected the celestial axes first, found %d axes %s",
			       where, w->wcs->naxis, ctype(w->wcs, 0));
	for (int i = 0; i < AXES_MAX; i++)
		pixel[i] = 1;
	status = wcsp2s(w->wcs, 1, w->wcs->naxis, pixel, plane, &phi, &theta, w->world, &bad);
	return status ? fail(w->wcs, status, where) : 0;
}

/* WCSLIB inverts a singular matrix to infinities without a word. */
static int check_matrix(const struct wcsprm *wcs, const char *where)
{
	const double *m = wcs->lin.piximg;
	int n = wcs->naxis;

	if (m && m[0] * m[n + 1] == m[1] * m[n])
		return pz_fail(PZ_EDATA, "%s has a WCS that cannot be used: singular CD matrix",
			       where);
	return 0;
}

/* Readies the WCS that the header's parser left. */
static int set_up(struct pz_wcs *w)
{
	int status, rc;

	if (w->count == 0 || !has_card(w->header, w->cards, "CTYPE1 "))
		return pz_fail(PZ_EDATA, "%s has no WCS (CTYPE1 missing)", w->where);
	if ((rc = refuse_tables(w)) < 0)
		return rc;
	/* Old spellings. (wcsfix, which does more, loses memory.) What they cannot
	 * mend wcsset will say. */
	cdfix(w->wcs);
	unitfix(7, w->wcs);
	if ((status = wcsset(w->wcs)))
		return fail(w->wcs, status, w->where);
	if (w->wcs->naxis < 2 || w->wcs->lng < 0 || w->wcs->lat < 0)
		return pz_fail(PZ_EDATA, "%s has no celestial WCS (CTYPE1 %s, CTYPE2 %s)", w->where,
			       ctype(w->wcs, 0), ctype(w->wcs, 1));
	if ((rc = to_icrs(w->wcs, w->where)) == 0)
		rc = check_matrix(w->wcs, w->where);
	return rc < 0 ? rc : set_further_axes(w, w->where);
}

/* With the lock held: WCSLIB's parser is not for two threads. */
static int parse_locked(struct pz_wcs *w)
{
	int rejected;

	wcserr_enable(1);
	if (wcspih(w->header, w->cards, WCSHDR_all, 0, &rejected, &w->count, &w->wcs) != 0)
		return pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", w->where);
	return set_up(w);
}

int pz_wcs_parse(struct pz_wcs **out, const char *header, int cards, const char *where)
{
	struct pz_wcs *w = calloc(1, sizeof *w);
	int rc = PZ_ENOMEM;

	*out = NULL;
	if (w && (w->header = strdup(header)) && (w->where = strdup(where))) {
		/* A NUL in the header must not send the parser beyond it. */
		size_t whole = strlen(header) / 80;

		w->cards = (size_t)cards < whole ? cards : (int)whole;
		pthread_mutex_lock(&lock);
		rc = parse_locked(w);
		pthread_mutex_unlock(&lock);
	} else {
		pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", where);
	}
	if (rc < 0)
		pz_wcs_free(w);
	else
		*out = w;
	return rc;
}

int pz_wcs_copy(struct pz_wcs **copy, const struct pz_wcs *w)
{
	return pz_wcs_parse(copy, w->header, w->cards, w->where);
}

/* One block through WCSLIB, which wants FITS pixels and all of the header's axes
 * in its order. */
static void pixels_of_block(struct pz_wcs *w, int n, const double *radec, double *pixel)
{
	double world[AXES_MAX * BLOCK] = { 0 }, phi[BLOCK], theta[BLOCK], plane[AXES_MAX * BLOCK];
	double fits[AXES_MAX * BLOCK] = { 0 };
	int bad[BLOCK] = { 0 }, axes = w->wcs->naxis, status;

	for (int i = 0; i < n; i++) {
		memcpy(world + i * axes, w->world, (size_t)axes * sizeof *world);
		world[i * axes + w->wcs->lng] = radec[2 * i];
		world[i * axes + w->wcs->lat] = radec[2 * i + 1];
	}
	status = wcss2p(w->wcs, n, axes, world, phi, theta, plane, fits, bad);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < 2; k++)
			pixel[2 * i + k] = bad[i] || (status && status != WCSERR_BAD_WORLD)
						   ? NAN
						   : fits[i * axes + k] - 1;
}

static void sky_of_block(struct pz_wcs *w, int n, const double *pixel, double *radec)
{
	double world[AXES_MAX * BLOCK] = { 0 }, phi[BLOCK], theta[BLOCK], plane[AXES_MAX * BLOCK];
	double fits[AXES_MAX * BLOCK] = { 0 };
	int bad[BLOCK] = { 0 }, axes = w->wcs->naxis, status;

	for (int i = 0; i < n * axes; i++)
		fits[i] = i % axes < 2 ? pixel[2 * (i / axes) + i % axes] + 1 : 1;
	status = wcsp2s(w->wcs, n, axes, fits, plane, phi, theta, world, bad);
	for (int i = 0; i < n; i++) {
		int lost = bad[i] || (status && status != WCSERR_BAD_PIX);

		radec[2 * i] = lost ? NAN : world[i * axes + w->wcs->lng];
		radec[2 * i + 1] = lost ? NAN : world[i * axes + w->wcs->lat];
	}
}

void pz_wcs_pixels(struct pz_wcs *w, size_t n, const double *radec, double *pixel)
{
	for (size_t i = 0; i < n; i += BLOCK)
		pixels_of_block(w, n - i < BLOCK ? (int)(n - i) : BLOCK, radec + 2 * i,
				pixel + 2 * i);
}

void pz_wcs_sky(struct pz_wcs *w, size_t n, const double *pixel, double *radec)
{
	for (size_t i = 0; i < n; i += BLOCK)
		sky_of_block(w, n - i < BLOCK ? (int)(n - i) : BLOCK, pixel + 2 * i, radec + 2 * i);
}
