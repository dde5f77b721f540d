/* matched.c -- the PSFs of frames, all of them before the first stamp */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/missing.h>
#include <pz/psf.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "beside.h"
#include "cube.h"
#include "flux.h"
#include "matched.h"
#include "stampmap.h"

#define NEARLY   1.005  /* a PSF that is wider by this factor, or by less, stays as it is */
#define WIDEST   3600.0 /* arcsec */
#define IN_PIXEL ":px"  /* behind a number or keyword: in pixels of the frame */

int pz_matched_margin(const struct pz_cutout_options *o, double step)
{
	double sigma = o->match_psf / PZ_PSF_FWHM / step;

	return pz_psf_radius(sigma * sigma);
}

/* What is read. */
struct reading {
	struct cutout_index *x;
	const struct pz_frames *frames;
	const struct pz_cutout_options *o;
	size_t *field; /* those that galaxies are cut from */
	size_t fields;
	struct pz_failure failure;
};

static int fail_unknown(const struct pz_frame *frame)
{
	return pz_fail(PZ_EDATA,
		       "%s: band %s: the FWHM of its PSF is not known; --psf gives it in arcsec, "
		       "or the keyword that holds it, and so does a column 'psf' in a table of "
		       "frames",
		       frame->path, frame->band);
}

/* Takes ":px" off an item; whether it was there. */
static bool take_pixels(char item[FLUX_ITEM])
{
	size_t n = strlen(item), m = strlen(IN_PIXEL);

	if (n <= m || strcmp(item + n - m, IN_PIXEL) != 0)
		return false;
	item[n - m] = '\0';
	return true;
}

/* Arcsec of a pixel in the middle of a frame. */
static int read_scale(struct pz_fits *file, const struct pz_frame *frame, double *scale)
{
	struct pz_wcs *w;
	int rc = pz_beside_read_wcs(&w, file, frame, NULL);

	if (rc < 0)
		return rc;
	*scale = pz_frame_pixscale(w, (double)pz_fits_width(file) / 2,
				   (double)pz_fits_height(file) / 2);
	pz_wcs_free(w);
	return 0;
}

/* The FWHM of a frame by what its header says: a keyword, or the size of a pixel. */
static int read_header(const struct reading *r, const struct pz_frame *frame, const char *item,
		       bool pixels, double *fwhm)
{
	struct pz_fits *file;
	double scale = 1;
	int rc = pz_cube_open(&file, frame, r->o->hdu, r->o->planes, !pixels);

	if (rc < 0)
		return rc;
	if (!pz_flux_is_number(item, fwhm) && (rc = pz_fits_find_number(file, item, fwhm)) == 0)
		rc = pz_fail(PZ_EDATA, "%s has no keyword '%s', which --psf names",
			     pz_fits_where(file), item);
	rc = rc < 0 ? rc : 0;
	if (rc == 0 && !(*fwhm > 0 && *fwhm <= WIDEST && !pz_missing_suspect(*fwhm)))
		rc = pz_fail(PZ_EDATA,
			     "%s: band %s: expected the FWHM of a PSF, above 0, found %s = %g",
			     pz_fits_where(file), frame->band, item, *fwhm);
	if (rc == 0 && pixels)
		rc = read_scale(file, frame, &scale);
	*fwhm *= scale;
	pz_fits_close(file);
	return rc;
}

/* The FWHM of a frame of band b, in arcsec. */
static int read_fwhm(const struct reading *r, const struct pz_frame *frame, int b, double *fwhm)
{
	char item[FLUX_ITEM];
	bool pixels;

	*fwhm = frame->psf;
	if (*fwhm > 0)
		return 0;
	if (!r->o->psf)
		return fail_unknown(frame);
	pz_flux_item(r->o->psf, b, item);
	pixels = take_pixels(item);
	if (!pixels && pz_flux_is_number(item, fwhm))
		return 0;
	return read_header(r, frame, item, pixels, fwhm);
}

static void read_field(void *arg, size_t i, size_t thread)
{
	struct reading *r = arg;
	size_t field = r->field[i], bands = (size_t)pz_frames_bands(r->frames);

	(void)thread;
	for (size_t b = 0; b < bands; b++) {
		struct pz_frame frame = pz_frames_get(r->frames, field, (int)b);
		float *psf = &r->x->psf[field * bands + b];
		double fwhm;
		int rc = 0;

		if (frame.path && *psf == 0 && (rc = read_fwhm(r, &frame, (int)b, &fwhm)) == 0)
			*psf = (float)fwhm;
		if (rc < 0)
			pz_failure_note(&r->failure, i * bands + b, rc);
	}
}

/* The fields that galaxies are cut from. */
static int list_fields(struct reading *r)
{
	const struct placed *all = r->x->placed;

	if (!(r->field = malloc((r->x->count + 1) * sizeof *r->field)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu fields", r->x->count);
	for (size_t i = 0; i < r->x->count; i++)
		if (i == 0 || all[i].field != all[i - 1].field)
			r->field[r->fields++] = (size_t)all[i].field;
	return 0;
}

/* Whether no frame has a wider PSF than asked for; and the range of all of them. */
static int check_widest(struct reading *r)
{
	size_t bands = (size_t)pz_frames_bands(r->frames), all = 0, wide = 0;
	struct pz_frame widest = { 0 };
	struct cutout_index *x = r->x;

	for (size_t i = 0; i < r->fields * bands; i++) {
		size_t field = r->field[i / bands];
		double fwhm = x->psf[field * bands + i % bands];

		if (fwhm == 0)
			continue;
		all++;
		wide += fwhm > NEARLY * r->o->match_psf;
		if (fwhm > x->psf_high)
			widest = pz_frames_get(r->frames, field, (int)(i % bands));
		x->psf_high = fmax(x->psf_high, fwhm);
		x->psf_low = x->psf_low > 0 ? fmin(x->psf_low, fwhm) : fwhm;
	}
	if (!wide)
		return 0;
	return pz_fail(
		PZ_EDATA,
		"--match-psf %g: expected at least the FWHM of every frame's PSF, but %zu of %zu "
		"frames %s more; the widest is %s%s%s in band %s with %g\": --match-psf %.3g would "
		"do, "
		"or "
		"leave such frames out",
		r->o->match_psf, wide, all, wide == 1 ? "has" : "have", widest.path,
		widest.name ? ", HDU " : "", widest.name ? widest.name : "", widest.band,
		x->psf_high, ceil(x->psf_high * 100 - 0.01) / 100);
}

int pz_matched_read(struct cutout_index *x, const struct pz_frames *frames,
		    const struct pz_cutout_options *o)
{
	struct reading r = { .x = x, .frames = frames, .o = o };
	size_t all = pz_frames_fields(frames) * (size_t)pz_frames_bands(frames);
	int rc;

	if (o->match_psf == 0)
		return 0;
	if (!x->psf && !(x->psf = calloc(all + 1, sizeof *x->psf)))
		return pz_fail(PZ_ENOMEM, "no memory for the PSFs of %zu frames", all);
	if ((rc = list_fields(&r)) < 0)
		return rc;
	pz_team_run((size_t)pz_threads(), r.fields, read_field, &r);
	rc = pz_failure_raise(&r.failure);
	if (rc == 0)
		rc = check_widest(&r);
	free(r.field);
	return rc;
}
