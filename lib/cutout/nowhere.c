/* nowhere.c -- where the catalogue and the frames lie, when they do not meet */
#include <math.h>
#include <stdbool.h>

#include <pz/error.h>

#include "nowhere.h"

#define DEGREE (M_PI / 180)
#define TRIED  100 /* galaxies, spread over the catalogue, that are tried elsewhere */

/* RA and Dec, degrees, of all that is in it: from ra[0] eastwards to ra[1]. */
struct range {
	double ra[2], dec[2];
	double shifted[2]; /* RA between -180 and 180 */
};

static void begin(struct range *r)
{
	for (int k = 0; k < 2; k++)
		r->ra[k] = r->dec[k] = r->shifted[k] = k ? -INFINITY : INFINITY;
}

static void take(struct range *r, double ra, double dec)
{
	double shifted;

	ra -= 360 * floor(ra / 360);
	shifted = ra < 180 ? ra : ra - 360;
	r->ra[0] = fmin(r->ra[0], ra);
	r->ra[1] = fmax(r->ra[1], ra);
	r->shifted[0] = fmin(r->shifted[0], shifted);
	r->shifted[1] = fmax(r->shifted[1], shifted);
	r->dec[0] = fmin(r->dec[0], dec);
	r->dec[1] = fmax(r->dec[1], dec);
}

/* Leaves the shorter way round. */
static void end(struct range *r)
{
	if (r->shifted[1] - r->shifted[0] >= r->ra[1] - r->ra[0])
		return;
	r->ra[0] = r->shifted[0] + 360;
	r->ra[1] = r->shifted[1];
}

static struct range range_of_caps(size_t n, const struct pz_cap *cap)
{
	struct range r;

	begin(&r);
	for (size_t i = 0; i < n; i++) {
		const double *c = cap[i].centre;
		double radius = acos(fmin(fmax(cap[i].cosine, -1), 1)), dec = asin(c[2]);
		double ra = atan2(c[1], c[0]), half = M_PI; /* about the pole: all of them */

		if (cap[i].cosine > 1)
			continue;
		if (fabs(dec) + radius < M_PI / 2)
			half = asin(sin(radius) / cos(dec));
		for (int k = 0; k < 2; k++)
			take(&r, (ra + (k ? half : -half)) / DEGREE,
			     fmin(fmax(cap[i].dec[k], -90), 90));
	}
	end(&r);
	return r;
}

static struct range range_of_galaxies(size_t n, const double *radec)
{
	struct range r;

	begin(&r);
	for (size_t i = 0; i < n; i++)
		take(&r, radec[2 * i], radec[2 * i + 1]);
	end(&r);
	return r;
}

enum misreading { HOURS, RADIANS, EXCHANGED, MISREADINGS };

static const char *const hint[] = {
	[HOURS] = "; RA in hours would fit: multiply it by 15, or write it as 10:20:30.4",
	[RADIANS] = "; RA and Dec in radians would fit: multiply them by 180/pi",
	[EXCHANGED] = "; RA and Dec exchanged would fit: see --columns ra=NAME,dec=NAME",
	[MISREADINGS] = "",
};

/* The place of a galaxy if its coordinates were misread; false: they cannot have been. */
static bool read_anew(enum misreading how, const double radec[2], double place[2])
{
	double factor = how == HOURS ? 15 : how == RADIANS ? 180 / M_PI : 1;

	place[0] = how == EXCHANGED ? radec[1] : radec[0] * factor;
	place[1] = how == EXCHANGED ? radec[0] : how == RADIANS ? radec[1] * factor : radec[1];
	if (place[0] < 0)
		place[0] += 360;
	return place[0] >= 0 && place[0] < 360 && fabs(place[1]) <= 90;
}

/* What would bring a galaxy onto a frame. */
static enum misreading explain(size_t n, const double *radec, size_t fields,
			       const struct pz_cap *cap)
{
	size_t step = n / TRIED + 1;
	double place[2];

	for (enum misreading how = HOURS; how < MISREADINGS; how++)
		for (size_t i = 0; i < n; i += step)
			for (size_t k = 0; k < fields; k++)
				if (read_anew(how, radec + 2 * i, place) &&
				    pz_cap_holds(&cap[k], place))
					return how;
	return MISREADINGS;
}

int pz_cutout_nowhere(size_t n, const double *radec, size_t fields, const struct pz_cap *cap)
{
	struct range galaxies = range_of_galaxies(n, radec), frames = range_of_caps(fields, cap);
	enum misreading how = explain(n, radec, fields, cap);
	const char *guess = hint[how];

	if (how == MISREADINGS && galaxies.ra[0] <= galaxies.ra[1] && galaxies.ra[1] <= 24 &&
	    frames.ra[1] > 24)
		guess = "; is RA in hours? Degrees are expected, 15 times as many";
	return pz_fail(
		PZ_EDATA,
		"none of the catalogue's %zu galaxies lies on a frame: the catalogue has RA "
		"%.7g to %.7g, Dec %.7g to %.7g; the frames RA %.7g to %.7g, Dec %.7g to %.7g "
		"(degrees)%s",
		n, galaxies.ra[0], galaxies.ra[1], galaxies.dec[0], galaxies.dec[1], frames.ra[0],
		frames.ra[1], frames.dec[0], frames.dec[1], guess);
}
