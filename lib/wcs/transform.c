/* transform.c -- from the sky to pixels and back, by WCSLIB
 *
 * A wcsprm that is set up is used by one thread at a time: some projections keep scratch values
 * in it.
 */
#include <math.h>
#include <string.h>
#include <wcslib/dis.h>

#include "parts.h"

#define BLOCK  64   /* points handed to WCSLIB at a time                         */
#define ROUNDS 50   /* at most, to invert a distortion: most take ten            */
#define CLOSE  1e-9 /* pixels                                                    */

/* WCSLIB's own distortion before the linear part (SIP), from pixel to pixel or back. */
static void sip(struct pz_wcs *w, bool back, const double from[2], double to[2])
{
	double in[AXES_MAX], out[AXES_MAX];
	struct disprm *dis = w->wcs->lin.dispre;
	int status = 0;

	for (int i = 0; i < AXES_MAX; i++)
		in[i] = out[i] = i < 2 ? from[i] : 1;
	if (dis)
		status = back ? disx2p(dis, in, out) : disp2x(dis, in, out);
	to[0] = status ? NAN : out[0];
	to[1] = status ? NAN : out[1];
}

/* A FITS pixel with all distortions before the linear part. */
static void distort(struct pz_wcs *w, const double pixel[2], double to[2])
{
	double p[2] = { pixel[0], pixel[1] };

	if (!w->smooth)
		pz_lookups_add(w->lookups, LOOKUP_DETECTOR, pixel, p);
	sip(w, false, p, to);
	pz_lookups_add(w->lookups, LOOKUP_PRIOR, p, to);
}

/* The FITS pixel that WCSLIB, which knows SIP alone, must be given for this one. */
static void to_wcslib(struct pz_wcs *w, double pixel[2])
{
	double to[2];

	pz_cylinder_to_reference(&w->cylinder, pixel);
	if (!w->lookups)
		return;
	distort(w, pixel, to);
	sip(w, true, to, pixel);
}

static void from_wcslib(struct pz_wcs *w, double pixel[2])
{
	double want[2], step[2] = { INFINITY, INFINITY };

	pz_cylinder_to_image(&w->cylinder, pixel);
	if (!w->lookups)
		return;
	sip(w, false, pixel, want);
	for (int i = 0; i < ROUNDS && fmax(fabs(step[0]), fabs(step[1])) > CLOSE; i++) {
		double found[2];

		distort(w, pixel, found);
		for (int k = 0; k < 2; k++) {
			step[k] = want[k] - found[k];
			pixel[k] += step[k];
		}
	}
	if (!(fabs(step[0]) <= CLOSE && fabs(step[1]) <= CLOSE))
		pixel[0] = pixel[1] = NAN;
}

/* One block through WCSLIB, which wants FITS pixels and all of the header's axes
 * in its order. */
static void pixels_of_block(struct pz_wcs *w, int n, const double *radec, double *pixel)
{
	double world[AXES_MAX * BLOCK] = { 0 }, phi[BLOCK], theta[BLOCK], plane[AXES_MAX * BLOCK];
	double fits[AXES_MAX * BLOCK] = { 0 }, place[2 * BLOCK];
	int bad[BLOCK] = { 0 }, axes = w->wcs->naxis, status;

	memcpy(place, radec, 2 * (size_t)n * sizeof *place);
	if (w->old)
		pz_fk4_from_icrs(&w->fk4, (size_t)n, place);
	for (int i = 0; i < n; i++) {
		memcpy(world + i * axes, w->world, (size_t)axes * sizeof *world);
		world[i * axes + w->wcs->lng] = place[2 * i];
		world[i * axes + w->wcs->lat] = place[2 * i + 1];
	}
	status = wcss2p(w->wcs, n, axes, world, phi, theta, plane, fits, bad);
	for (int i = 0; i < n; i++) {
		int lost = bad[i] || (status && status != WCSERR_BAD_WORLD);

		if (!lost)
			from_wcslib(w, fits + i * axes);
		for (int k = 0; k < 2; k++)
			pixel[2 * i + k] = lost ? NAN : fits[i * axes + k] - 1;
	}
}

static void sky_of_block(struct pz_wcs *w, int n, const double *pixel, double *radec)
{
	double world[AXES_MAX * BLOCK] = { 0 }, plane[AXES_MAX * BLOCK];
	double fits[AXES_MAX * BLOCK] = { 0 };
	/* WCSLIB turns those of pixels that are no place as well, of which it sets none. */
	double phi[BLOCK] = { 0 }, theta[BLOCK] = { 0 };
	int bad[BLOCK] = { 0 }, axes = w->wcs->naxis, status;

	for (int i = 0; i < n * axes; i++)
		fits[i] = i % axes < 2 ? pixel[2 * (i / axes) + i % axes] + 1 : 1;
	for (int i = 0; i < n; i++)
		to_wcslib(w, fits + i * axes);
	status = wcsp2s(w->wcs, n, axes, fits, plane, phi, theta, world, bad);
	for (int i = 0; i < n; i++) {
		int lost = bad[i] || (status && status != WCSERR_BAD_PIX);

		radec[2 * i] = lost ? NAN : world[i * axes + w->wcs->lng];
		radec[2 * i + 1] = lost ? NAN : world[i * axes + w->wcs->lat];
	}
	if (w->old)
		pz_fk4_to_icrs(&w->fk4, (size_t)n, radec);
}

void pz_wcs_pixels(struct pz_wcs *w, size_t n, const double *radec, double *pixel)
{
	for (size_t i = 0; i < n; i += BLOCK)
		pixels_of_block(w, n - i < BLOCK ? (int)(n - i) : BLOCK, radec + 2 * i,
				pixel + 2 * i);
}

void pz_wcs_smooth_pixels(struct pz_wcs *w, size_t n, const double *radec, double *pixel)
{
	w->smooth = true;
	pz_wcs_pixels(w, n, radec, pixel);
	w->smooth = false;
}

void pz_wcs_sky(struct pz_wcs *w, size_t n, const double *pixel, double *radec)
{
	for (size_t i = 0; i < n; i += BLOCK)
		sky_of_block(w, n - i < BLOCK ? (int)(n - i) : BLOCK, pixel + 2 * i, radec + 2 * i);
}
