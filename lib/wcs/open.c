/* open.c -- makes a WCS of a header, by WCSLIB
 *
 * wcspih's scanner has static state, so headers are parsed under a lock.
 */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wcslib/wcserr.h>
#include <wcslib/wcsfix.h>
#include <wcslib/wcshdr.h>
#include <wcslib/wcsmath.h>

#include <pz/error.h>

#include "card.h"
#include "degrees.h"
#include "galactic.h"
#include "inherit.h"
#include "parts.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void pz_wcs_free(struct pz_wcs *w)
{
	if (!w)
		return;
	if (w->wcs)
		wcsvfree(&w->count, &w->wcs);
	pz_lookups_free(w->lookups);
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

/* RADESYS, or what the standard takes for it where it is absent. */
static const char *frame_of(const struct wcsprm *wcs)
{
	if (wcs->radesys[0])
		return wcs->radesys;
	if (undefined(wcs->equinox))
		return "ICRS";
	return wcs->equinox < 1984 ? "FK4" : "FK5";
}

/* Of FK4 the epoch matters: when the frame was taken, as far as it says so. */
static int set_fk4(struct pz_wcs *w, bool aberrated)
{
	datfix(w->wcs); /* MJD-OBS from DATE-OBS */
	if (undefined(w->wcs->mjdobs) && (w->notes.undated || w->wcs->dateobs[0]))
		return pz_fail(PZ_EDATA,
			       "%s: DATE-OBS or MJD-OBS: expected a date, on which FK4 depends",
			       w->where);
	w->old = true;
	pz_fk4_begin(&w->fk4,
		     undefined(w->wcs->mjdobs) ? 1950 : 2000 + (w->wcs->mjdobs - 51544.5) / 365.25,
		     aberrated);
	return 0;
}

/* Equatorial coordinates of today's frames, and of FK4 as nearly everyone used it. */
static int set_equatorial(struct pz_wcs *w)
{
	const char *frame = frame_of(w->wcs);
	bool old = strncmp(frame, "FK4", 3) == 0;
	double usual = old ? 1950 : 2000, equinox = w->wcs->equinox;

	if (!strcmp(frame, "ICRS"))
		return 0;
	if (!old && strcmp(frame, "FK5") != 0)
		return pz_fail(PZ_EDATA, "%s: expected RA and Dec in ICRS, FK5 or FK4, found %s",
			       w->where, frame);
	if (!undefined(equinox) && fabs(equinox - usual) > 1e-6)
		return pz_fail(PZ_EDATA, "%s: expected %s of equinox %g, found %g", w->where, frame,
			       usual, equinox);
	return old ? set_fk4(w, strcmp(frame, "FK4-NO-E") != 0) : 0;
}

/* Galactic coordinates are turned by WCSLIB; systems that are neither are refused. */
static int set_frame(struct pz_wcs *w)
{
	struct wcsprm *wcs = w->wcs;
	int status;

	if (!strcmp(wcs->lngtyp, "RA"))
		return set_equatorial(w);
	if (strcmp(wcs->lngtyp, "GLON") != 0)
		return pz_fail(PZ_EDATA, "%s: expected axes RA and Dec, found %s and %s", w->where,
			       ctype(wcs, wcs->lng), ctype(wcs, wcs->lat));
	status = wcsccs(wcs, GALACTIC_POLE_RA, GALACTIC_POLE_DEC, GALACTIC_POLE_LON, "RA", "DEC",
			"ICRS", 0, "");
	if (!status)
		status = wcsset(wcs);
	return status ? fail(wcs, status, w->where) : 0;
}

/* Further axes, of length 1, stay at what their pixel 1 is. They are no celestial ones: what they
 * are called was left out (header.c). */
static int set_further_axes(struct pz_wcs *w)
{
	double pixel[AXES_MAX], plane[AXES_MAX], phi, theta;
	int bad, status;

	if (w->wcs->naxis == 2)
		return 0;
	for (int i = 0; i < AXES_MAX; i++)
		pixel[i] = 1;
	status = wcsp2s(w->wcs, 1, w->wcs->naxis, pixel, plane, &phi, &theta, w->world, &bad);
	return status ? fail(w->wcs, status, w->where) : 0;
}

/* WCSLIB inverts a singular matrix to infinities without a word. Of one that is CDELT alone it
 * keeps none, and says itself what is wrong with that. */
static int check_matrix(const struct wcsprm *wcs, const char *where)
{
	const double *m = wcs->lin.piximg;
	int n = wcs->naxis;
	double det = m ? m[0] * m[n + 1] - m[1] * m[n] : 1;

	if (det == 0 || !isfinite(det))
		return pz_fail(PZ_EDATA, "%s has a WCS that cannot be used: singular CD matrix",
			       where);
	return 0;
}

/* Readies the WCS that the header's parser left. */
static int set_up(struct pz_wcs *w)
{
	int status, rc;

	if (!has_card(w->header, w->cards, "CTYPE1 ") && w->notes.other)
		return pz_fail(PZ_EDATA,
			       "%s has no WCS (CTYPE1 missing; of alternate systems, as its "
			       "CTYPE1%c, none is read)",
			       w->where, w->notes.other);
	if (w->count == 0 || !has_card(w->header, w->cards, "CTYPE1 "))
		return pz_fail(PZ_EDATA, "%s has no WCS (CTYPE1 missing)", w->where);
	/* Old spellings. (wcsfix, which does more, loses memory.) What they cannot
	 * mend wcsset will say. */
	cdfix(w->wcs);
	unitfix(7, w->wcs);
	if ((rc = pz_wcs_set_degrees(w->wcs, w->where)) < 0)
		return rc;
	if ((status = wcsset(w->wcs)))
		return fail(w->wcs, status, w->where);
	if (w->wcs->naxis < 2 || w->wcs->lng < 0 || w->wcs->lat < 0)
		return pz_fail(PZ_EDATA, "%s has no celestial WCS (CTYPE1 %s, CTYPE2 %s)", w->where,
			       ctype(w->wcs, 0), ctype(w->wcs, 1));
	if ((rc = set_frame(w)) == 0)
		rc = check_matrix(w->wcs, w->where);
	if (rc == 0 && !w->wcs->lin.dispre && !w->wcs->lin.disseq && !w->lookups)
		pz_cylinder_init(&w->cylinder, w->wcs);
	return rc < 0 ? rc : set_further_axes(w);
}

/* With the lock held: WCSLIB's parser is not for two threads. It explains its errors here
 * alone: each explanation takes memory that it does not give back when the next one comes. */
static int parse_locked(struct pz_wcs *w)
{
	int rejected, rc;

	wcserr_enable(1);
	if (wcspih(w->header, w->cards, WCSHDR_all, 0, &rejected, &w->count, &w->wcs) == 0)
		rc = set_up(w);
	else
		rc = pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", w->where);
	wcserr_enable(0);
	return rc;
}

/* With room for the cards that are added. */
static char *copy_header(const char *header)
{
	size_t size = strlen(header) + 1;
	char *copy = malloc(size + (size_t)HEADER_ROOM * 80);

	return copy ? memcpy(copy, header, size) : NULL;
}

/* From a header; tables in the file f, unless it is NULL, or those of another. */
static int make_wcs(struct pz_wcs **out, const char *header, int cards, const char *where,
		    struct pz_fits *f, const struct lookups *tables)
{
	struct pz_wcs *w = calloc(1, sizeof *w);
	int rc = PZ_ENOMEM;

	*out = NULL;
	if (w && (w->header = copy_header(header)) && (w->where = strdup(where))) {
		w->cards = pz_card_count(header, cards);
		rc = pz_wcs_clean_header(w->header, &w->cards, where, &w->notes);
	} else {
		pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", where);
	}
	if (rc == 0)
		rc = tables ? pz_lookups_copy(&w->lookups, tables)
			    : pz_lookups_read(&w->lookups, w->header, w->cards, f, where);
	if (rc == 0) {
		pthread_mutex_lock(&lock);
		rc = parse_locked(w);
		pthread_mutex_unlock(&lock);
	}
	if (rc < 0)
		pz_wcs_free(w);
	else
		*out = w;
	return rc;
}

int pz_wcs_parse(struct pz_wcs **w, const char *header, int cards, const char *where)
{
	return make_wcs(w, header, cards, where, NULL, NULL);
}

int pz_wcs_copy(struct pz_wcs **copy, const struct pz_wcs *w)
{
	int rc = make_wcs(copy, w->header, w->cards, w->where, NULL, w->lookups);

	if (rc == 0)
		(*copy)->cylinder = w->cylinder;
	return rc;
}

const char *pz_wcs_note(const struct pz_wcs *w)
{
	return w->notes.text;
}

int pz_wcs_parse_image(struct pz_wcs **w, const char *header, int cards, struct pz_fits *f)
{
	int rc = make_wcs(w, header, cards, pz_fits_where(f), f, NULL);

	if (rc == 0)
		pz_cylinder_centre(&(*w)->cylinder, (double)pz_fits_width(f),
				   (double)pz_fits_height(f));
	return rc;
}

int pz_wcs_read(struct pz_wcs **w, struct pz_fits *f)
{
	char *header, note[INHERIT_NOTE];
	int cards, rc = pz_wcs_read_header(f, &header, &cards, note);

	*w = NULL;
	if (rc == 0)
		rc = pz_wcs_parse_image(w, header, cards, f);
	free(header);
	if (rc < 0)
		return rc;
	if (!strcmp((*w)->wcs->lngtyp, "RA") && !(*w)->notes.text[0])
		strcpy((*w)->notes.text, note);
	return 0;
}
