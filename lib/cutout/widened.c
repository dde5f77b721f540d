/* widened.c -- a stamp at fine points, convolved, and its pixels among them */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/psf.h>

#include "widened.h"

#define ARCSEC    (M_PI / 180 / 3600)
#define MOST      8192 /* points a side */
#define ELONGATED 1.02 /* pixels may be longer by this one way, for one Gaussian both ways */

int pz_widened_plan(struct widening *w, const struct piece *p, const struct pz_cutout_options *o)
{
	double fwhm = p->field->frame[p->b].psf, fine, reach, elongation;

	*w = (struct widening){ .step = 1 };
	if (fwhm == 0 || p->map->kind == MAP_NONE)
		return 0;
	elongation = pz_stampmap_elongation(p->grid);
	w->found = elongation;
	if (!(elongation < ELONGATED))
		return STAMP_LONG;
	w->step = pz_resample_points(p->map, p->window);
	fine = PZ_PSF_FWHM * sqrt(p->grid->area) / ARCSEC / w->step;
	w->variance = fmax((o->match_psf * o->match_psf - fwhm * fwhm) / (fine * fine), 0);
	w->found = sqrt(w->variance);
	if (w->found > WIDENED_SIGMA_MAX)
		return STAMP_BLURRED;
	/* no further than the grid goes, and as far as pixels do */
	reach = (p->grid->size - o->size) / 2.0 * w->step;
	w->radius = (int)fmin(pz_psf_radius(w->variance), reach);
	w->side = w->step * (o->size - 1) + 1 + 2 * (int)fmax(w->radius, w->step / 2);
	return 0;
}

/* The map onto points, of which there are `step` in a pixel. */
static struct stamp_map refine_map(const struct stamp_map *m, int step)
{
	struct stamp_map fine = *m;

	for (int k = 0; k < 2; k++)
		for (int i = 1; i < 6; i++)
			fine.c[k][i] /= i < 3 ? step : (double)step * step;
	return fine;
}

/* Room for values, shares and data of all points, for two rows, and for the kernel. */
static int grow_wide(struct resampler *r, const struct widening *w)
{
	size_t side = (size_t)w->side, need = 3 * side * side + 2 * side + (size_t)w->radius + 1;

	if (w->side > MOST)
		return STAMP_WIDE;
	if (need <= r->wide_room)
		return 0;
	free(r->wide);
	r->wide = malloc(need * sizeof *r->wide);
	r->wide_room = r->wide ? need : 0;
	return r->wide ? 0 : pz_fail(PZ_ENOMEM, "no memory for a stamp of %d points", w->side);
}

/* Sets data to 1 and 0; whether all points have data, and their whole kernel. */
static bool find_data(const float *share, size_t n, float *data)
{
	size_t whole = 0;

	for (size_t i = 0; i < n; i++) {
		whole += share[i] == 1;
		data[i] = share[i] > 0 ? 1 : 0;
	}
	return whole == n;
}

int pz_widened_resample(struct resampler *r, const struct resampling *what,
			const struct widening *w, float *pixels)
{
	int size = what->size, rc = grow_wide(r, w);
	size_t side = (size_t)w->side, area = (size_t)size * (size_t)size, before;
	struct stamp_map map = refine_map(what->map, w->step);
	double points = (double)w->step * w->step;
	struct resampling fine = *what;
	struct pz_psf_image image = { .stride = side };
	float *share, *data, *scratch, *weight;
	double cover;

	if (rc < 0)
		return rc;
	share = r->wide + side * side;
	data = share + side * side;
	scratch = data + side * side;
	weight = scratch + 2 * side;
	fine.map = &map;
	fine.size = w->side;
	fine.area /= points;
	fine.shares = share;
	if ((rc = pz_resample(r, &fine, r->wide, &cover)) < 0)
		return rc;
	before = (size_t)((w->side - 1 - w->step * (size - 1)) / 2 - w->radius) * (side + 1);
	image.pixels = r->wide + before;
	image.data = find_data(share, side * side, data) ? NULL : data + before;
	pz_psf_kernel(w->variance, w->radius, weight);
	pz_psf_convolve(&image, size, w->step, w->radius, weight, scratch, pixels);
	for (size_t i = 0; i < area && w->step > 1; i++)
		pixels[i] *= (float)points;
	return !image.data;
}
