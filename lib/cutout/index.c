/* index.c -- galaxies to fields: the one in which a galaxy lies deepest
 *
 * Headers are read in parallel. A galaxy keeps the field in which it lies deepest; of fields in
 * which it lies equally deep, the one with the lower number. So the order of reading does not
 * matter. A galaxy without data there is placed again, on the next field in this order; then
 * only the headers of fields on which such a galaxy may lie are read.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "../base/sort.h"
#include "beside.h"
#include "cube.h"
#include "flux.h"
#include "index.h"
#include "stampmap.h"

/* What a field's reference frame says of itself. */
struct field_info {
	float pixscale;
	char unit[UNIT_NAME], zeropoint[FLUX_KEYWORD];
};

struct search {
	const struct pz_frames *frames;
	const struct pz_cutout_options *o;
	const double *radec;
	size_t n;
	struct placed *placed;       /* by Dec; field < 0: on none so far            */
	const struct placed *before; /* where they have been, likewise; NULL: nowhere */
	struct pz_cap *cap;
	struct field_info *info; /* NULL: known */
	struct pz_failure failure;
};

int pz_cutout_reference_band(const struct pz_frames *f, size_t field)
{
	int b = 0;

	while (!pz_frames_get(f, field, b).path)
		b++;
	return b;
}

static int by_dec(const void *a, const void *b, void *radec)
{
	const struct placed *p = a, *q = b;
	double x = ((const double *)radec)[2 * (size_t)p->galaxy + 1];
	double y = ((const double *)radec)[2 * (size_t)q->galaxy + 1];

	if (x != y)
		return x < y ? -1 : 1;
	return (p->galaxy > q->galaxy) - (p->galaxy < q->galaxy);
}

static const double *place_of(const struct search *s, size_t i)
{
	return s->radec + 2 * (size_t)s->placed[i].galaxy;
}

/* The first galaxy, in order of Dec, that is not south of dec. */
static size_t first_from(const struct search *s, double dec)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (place_of(s, mid)[1] < dec)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* How deep pixel (x, y) lies inside an image, pixels; < 0 outside. */
static double depth_of(const double xy[2], double width, double height)
{
	double x = fmin(xy[0] + 0.5, width - 0.5 - xy[0]);
	double y = fmin(xy[1] + 0.5, height - 0.5 - xy[1]);

	return fmin(x, y);
}

int pz_cutout_strips(double width, double height)
{
	double pixels = width * height, strip = (double)PZ_CUTOUT_STRIP;

	return pixels > 2 * strip ? (int)ceil(pixels / strip) : 1;
}

/* Whether (depth, field) comes after where the galaxy has been. */
static bool is_after(const struct search *s, size_t i, float depth, size_t field)
{
	const struct placed *b = s->before ? &s->before[i] : NULL;

	return !b || depth < b->depth || (depth == b->depth && (int32_t)field > b->field);
}

/* Held while a place of a galaxy is changed. */
static pthread_mutex_t offering = PTHREAD_MUTEX_INITIALIZER;

static void offer_field(struct search *s, size_t i, size_t field, const double xy[2], double width,
			double height)
{
	float depth = (float)depth_of(xy, width, height);
	uint32_t strips = (uint32_t)pz_cutout_strips(width, height);
	struct placed *p = &s->placed[i];

	if (!(depth >= 0) || !is_after(s, i, depth, field)) /* NaN too */
		return;
	pthread_mutex_lock(&offering);
	p->more |= p->field >= 0;
	if (p->field < 0 || depth > p->depth || (depth == p->depth && (int32_t)field < p->field)) {
		uint32_t strip = (uint32_t)((xy[1] + 0.5) / height * strips);

		p->depth = depth;
		p->field = (int32_t)field;
		p->strip = strip < strips ? strip : strips - 1;
	}
	pthread_mutex_unlock(&offering);
}

/* Goes through the galaxies in a field's cap, from `from` on; s->n: none is left. */
static size_t next_in_cap(const struct search *s, const struct pz_cap *cap, size_t from)
{
	for (size_t i = from; i < s->n && place_of(s, i)[1] <= cap->dec[1]; i++)
		if (pz_cap_holds(cap, place_of(s, i)))
			return i;
	return s->n;
}

/* Offers a field to all galaxies on its reference frame. */
static int search_image(struct search *s, size_t field, struct pz_fits *f, struct pz_wcs *w)
{
	double width = (double)pz_fits_width(f), height = (double)pz_fits_height(f);
	struct pz_cap *cap = &s->cap[field];
	int rc = s->info ? pz_wcs_cap(w, pz_fits_width(f), pz_fits_height(f), cap) : 0;

	if (rc < 0)
		return pz_fail_in(rc, "%s", pz_fits_where(f));
	if (s->info) {
		s->info[field].pixscale = (float)pz_frame_pixscale(w, width / 2, height / 2);
		pz_flux_unit(f, s->info[field].unit);
		pz_flux_zeropoint_keyword(f, s->info[field].unit, s->info[field].zeropoint);
	}
	for (size_t i = first_from(s, cap->dec[0]); (i = next_in_cap(s, cap, i)) < s->n; i++) {
		double xy[2];

		pz_wcs_pixels(w, 1, place_of(s, i), xy);
		offer_field(s, i, field, xy, width, height);
	}
	return 0;
}

/* A WCS may have tables that lie beyond the peek; so may what is wrong with it. */
static int open_and_read(struct pz_fits **f, struct pz_wcs **w, const struct pz_frame *frame,
			 const struct pz_cutout_options *o)
{
	int rc = pz_cube_open(f, frame, o->hdu, o->planes, true);

	*w = NULL;
	if (rc == 0 && (rc = pz_beside_read_wcs(w, *f, frame, NULL)) < 0) {
		pz_fits_close(*f);
		if ((rc = pz_cube_open(f, frame, o->hdu, o->planes, false)) == 0)
			rc = pz_beside_read_wcs(w, *f, frame, NULL);
	}
	return rc;
}

static int search_field(struct search *s, size_t field)
{
	struct pz_frame frame =
		pz_frames_get(s->frames, field, pz_cutout_reference_band(s->frames, field));
	struct pz_fits *f;
	struct pz_wcs *w;
	int rc;

	if (!s->info && next_in_cap(s, &s->cap[field], first_from(s, s->cap[field].dec[0])) == s->n)
		return 0;
	rc = open_and_read(&f, &w, &frame, s->o);
	if (rc == 0)
		rc = search_image(s, field, f, w);
	pz_wcs_free(w);
	pz_fits_close(f);
	return rc;
}

static void search_job(void *arg, size_t field, size_t thread)
{
	struct search *s = arg;
	int rc = search_field(s, field);

	(void)thread;
	if (rc < 0)
		pz_failure_note(&s->failure, field, rc);
}

static int search_all(struct search *s)
{
	s->failure = (struct pz_failure){ 0 };
	pz_team_run((size_t)pz_threads(), pz_frames_fields(s->frames), search_job, s);
	return pz_failure_raise(&s->failure);
}

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	if (x->strip != y->strip)
		return x->strip < y->strip ? -1 : 1;
	return (x->galaxy > y->galaxy) - (x->galaxy < y->galaxy);
}

/* Keeps the galaxies that have a place, sorted by field and strip. */
static void keep_placed(struct search *s, struct cutout_index *x)
{
	free(x->placed);
	x->placed = s->placed;
	x->count = 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->placed[i].field >= 0)
			x->placed[x->count++] = s->placed[i];
	qsort(x->placed, x->count, sizeof *x->placed, by_place);
	if (x->count && s->info) {
		const struct field_info *info = &s->info[x->placed[0].field];

		x->pixscale = info->pixscale;
		strcpy(x->unit, info->unit);
		strcpy(x->zeropoint, info->zeropoint);
	}
}

/* Finds a place for each of n galaxies: for all, or for those of `before` their next one. */
static int find_places(struct search *s, struct cutout_index *x)
{
	void *radec = (void *)(uintptr_t)s->radec;
	int rc;

	if (!(s->placed = malloc((s->n + 1) * sizeof *s->placed)))
		return pz_fail(PZ_ENOMEM, "no memory for the places of %zu galaxies", s->n);
	for (size_t i = 0; i < s->n; i++)
		s->placed[i] =
			(struct placed){ .field = -1,
					 .galaxy = s->before ? s->before[i].galaxy : (uint32_t)i };
	rc = pz_sort_by(s->placed, s->n, sizeof *s->placed, by_dec, radec);
	if (rc == 0)
		rc = search_all(s);
	if (rc == 0)
		keep_placed(s, x);
	else
		free(s->placed);
	return rc;
}

int pz_cutout_index(struct cutout_index *x, const struct pz_frames *frames,
		    const struct pz_cutout_options *o, size_t n, const double *radec)
{
	struct search s = { .frames = frames, .o = o, .radec = radec, .n = n };
	size_t fields = pz_frames_fields(frames);
	int rc;

	*x = (struct cutout_index){ 0 };
	if (n >= UINT32_MAX)
		return pz_fail(PZ_EARG, "more than %u galaxies", UINT32_MAX);
	s.cap = x->cap = calloc(fields + 1, sizeof *s.cap);
	s.info = calloc(fields + 1, sizeof *s.info);
	if (s.cap && s.info)
		rc = find_places(&s, x);
	else
		rc = pz_fail(PZ_ENOMEM, "no memory for the places of %zu fields", fields);
	free(s.info);
	return rc;
}

int pz_cutout_index_again(struct cutout_index *x, const struct pz_frames *frames,
			  const struct pz_cutout_options *o, const double *radec,
			  struct placed *before, size_t n)
{
	struct search s = {
		.frames = frames, .o = o, .radec = radec, .n = n, .before = before, .cap = x->cap
	};

	int rc = pz_sort_by(before, n, sizeof *before, by_dec, (void *)(uintptr_t)radec);

	return rc < 0 ? rc : find_places(&s, x);
}

void pz_cutout_index_release(struct cutout_index *x)
{
	free(x->placed);
	free(x->cap);
	free(x->psf);
	*x = (struct cutout_index){ 0 };
}
