/* cap.c -- the cap of the sky that an image covers */
#include <math.h>

#include <pz/error.h>

#include "transform.h"

#define SIDE   8    /* points on each side of the border                       */
#define MARGIN 1.05 /* of the radius: sides bulge between the points           */

static void direction(const double radec[2], double v[3])
{
	double ra = radec[0] * (M_PI / 180), dec = radec[1] * (M_PI / 180);

	v[0] = cos(dec) * cos(ra);
	v[1] = cos(dec) * sin(ra);
	v[2] = sin(dec);
}

static double dot(const double a[3], const double b[3])
{
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Places of the centre, then of 4 SIDE points around the border. */
static void walk_border(double width, double height, double pixel[][2])
{
	pixel[0][0] = (width - 1) / 2;
	pixel[0][1] = (height - 1) / 2;
	for (int i = 0; i < SIDE; i++) {
		double x = width * i / SIDE - 0.5, y = height * i / SIDE - 0.5;
		const double corner[4][2] = { { x, -0.5 },
					      { width - 0.5, y },
					      { width - 1 - x, height - 0.5 },
					      { -0.5, height - 1 - y } };

		for (int k = 0; k < 8; k++)
			pixel[1 + 4 * i + k / 2][k % 2] = corner[k / 2][k % 2];
	}
}

/* A map of the sky may have corners that are none of it: it may be anywhere. */
static void take_all(struct pz_cap *cap)
{
	*cap = (struct pz_cap){ .centre = { 0, 0, 1 }, .cosine = -2, .dec = { -90, 90 } };
}

int pz_wcs_cap(struct pz_wcs *w, size_t width, size_t height, struct pz_cap *cap)
{
	double pixel[1 + 4 * SIDE][2], radec[1 + 4 * SIDE][2], radius = 0;
	int lost = 0;

	walk_border((double)width, (double)height, pixel);
	pz_wcs_sky(w, 1 + 4 * SIDE, pixel[0], radec[0]);
	for (int i = 0; i < 1 + 4 * SIDE; i++)
		lost += !isfinite(radec[i][0] + radec[i][1]);
	if (lost > 4 * SIDE)
		return pz_fail(
			PZ_EDATA,
			"its WCS puts neither the border nor the centre of the image on the sky");
	if (lost) {
		take_all(cap);
		return 0;
	}
	direction(radec[0], cap->centre);
	for (int i = 0; i < 1 + 4 * SIDE; i++) {
		double v[3];

		direction(radec[i], v);
		radius = fmax(radius, acos(fmin(fmax(dot(v, cap->centre), -1), 1)));
	}
	radius = MARGIN * radius + 1e-6;
	if (radius >= M_PI) { /* rounding must not put the far side just outside */
		take_all(cap);
		return 0;
	}
	cap->cosine = cos(radius);
	cap->dec[0] = radec[0][1] - radius * (180 / M_PI);
	cap->dec[1] = radec[0][1] + radius * (180 / M_PI);
	return 0;
}

int pz_cap_holds(const struct pz_cap *cap, const double radec[2])
{
	double v[3];

	direction(radec, v);
	return dot(v, cap->centre) >= cap->cosine;
}
