/* dust.c -- the maps of dust, and values from them */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/dust.h>
#include <pz/error.h>
#include <pz/fits.h>

#include "../wcs/galactic.h"

#define DEGREE     (M_PI / 180)
#define PIXELS_MAX ((size_t)1 << 26) /* of a map: four times those of SFD */
#define PATH       4096

/* The map of a hemisphere. */
struct map {
	int sign; /* LAM_NSGP: 1 north, -1 south                        */
	long width, height;
	double centre[2], scale; /* pixels, from 0; to the equator in pixels   */
	float *pixels;           /* (height, width)                            */
};

/* Rotates from ICRS: rows are the axes to l = 0, l = 90 and the pole. */
static void make_rotation(double m[3][3])
{
	double ra = GALACTIC_POLE_RA * DEGREE, dec = GALACTIC_POLE_DEC * DEGREE;
	double lon = GALACTIC_POLE_LON * DEGREE;
	/* the pole; on its great circle with the celestial pole; across */
	double pole[3] = { cos(dec) * cos(ra), cos(dec) * sin(ra), sin(dec) };
	double along[3] = { -sin(dec) * cos(ra), -sin(dec) * sin(ra), cos(dec) };
	double across[3] = { -sin(ra), cos(ra), 0 };

	for (int i = 0; i < 3; i++) {
		m[0][i] = cos(lon) * along[i] + sin(lon) * across[i];
		m[1][i] = sin(lon) * along[i] - cos(lon) * across[i];
		m[2][i] = pole[i];
	}
}

/* A place as a unit vector: x to l = 0, y to l = 90, z to the pole. */
static void to_galactic(double m[3][3], const double radec[2], double g[3])
{
	double ra = radec[0] * DEGREE, dec = radec[1] * DEGREE;
	double v[3] = { cos(dec) * cos(ra), cos(dec) * sin(ra), sin(dec) };

	for (int i = 0; i < 3; i++)
		g[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
}

/* The pixel whose value counts from `at` on, of n, and the share of the next one. */
static long split_pixel(double at, long n, double *share)
{
	double first = fmin(fmax(floor(at), 0), (double)n - 2);

	*share = fmin(fmax(at - first, 0), 1);
	return (long)first;
}

static double value_at(const struct map *map, const double g[3])
{
	/* (x, y) / sqrt(1 + n z) is sqrt(1 - n sin b) (cos l, sin l), and exact at the pole. */
	double r = map->scale / sqrt(1 + map->sign * g[2]), dx, dy;
	long x = split_pixel(map->centre[0] + r * g[0], map->width, &dx);
	long y = split_pixel(map->centre[1] - map->sign * r * g[1], map->height, &dy);
	const float *at = map->pixels + y * map->width + x, *above = at + map->width;

	return (1 - dy) * ((1 - dx) * at[0] + dx * at[1]) +
	       dy * ((1 - dx) * above[0] + dx * above[1]);
}

static int read_number(struct pz_fits *f, const char *key, double *number)
{
	int rc = pz_fits_find_number(f, key, number);

	if (rc == 0)
		return pz_fail(PZ_EDATA, "%s: %s is missing: expected a map of dust, SFD_dust_4096",
			       pz_fits_where(f), key);
	return rc < 0 ? rc : 0;
}

/* Files of the first release say by CRVAL how much CRPIX is off. */
static int read_centre(struct map *map, struct pz_fits *f)
{
	char type[72];
	int rc = 0;

	pz_fits_text(f, "CTYPE1", type, sizeof type);
	for (int i = 0; i < 2 && rc == 0; i++) {
		char key[16];
		double value = 0;

		snprintf(key, sizeof key, "CRPIX%d", i + 1);
		rc = read_number(f, key, &map->centre[i]);
		map->centre[i] -= 1;
		snprintf(key, sizeof key, "CRVAL%d", i + 1);
		if (rc == 0 && !strncmp(type, "LAMBERT", 7)) {
			rc = pz_fits_find_number(f, key, &value);
			map->centre[i] -= rc > 0 ? value : 0;
			rc = rc < 0 ? rc : 0;
		}
	}
	return rc;
}

static int read_header(struct map *map, struct pz_fits *f)
{
	double sign;
	int rc;

	map->width = (long)pz_fits_width(f);
	map->height = (long)pz_fits_height(f);
	if ((rc = read_number(f, "LAM_NSGP", &sign)) < 0 ||
	    (rc = read_number(f, "LAM_SCAL", &map->scale)) < 0 || (rc = read_centre(map, f)) < 0)
		return rc;
	if (sign != map->sign)
		return pz_fail(
			PZ_EDATA, "%s: LAM_NSGP: expected %d, as of the %s hemisphere, found %g",
			pz_fits_where(f), map->sign, map->sign > 0 ? "northern" : "southern", sign);
	if (!(map->scale > 0))
		return pz_fail(PZ_EDATA,
			       "%s: LAM_SCAL: expected pixels from pole to equator, found %g",
			       pz_fits_where(f), map->scale);
	if (map->width < 2 || map->height < 2 ||
	    (size_t)map->width > PIXELS_MAX / (size_t)map->height)
		return pz_fail(PZ_EDATA,
			       "%s: expected a map of 4096 x 4096 pixels, found %ld x %ld",
			       pz_fits_where(f), map->width, map->height);
	return 0;
}

/* The file of a hemisphere, plain or packed. */
static int find_file(const char *folder, const char *hemisphere, char path[PATH])
{
	static const char *const packed[] = { "", ".gz", ".fz" };
	int why = 0;

	for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
		snprintf(path, PATH, "%s/SFD_dust_4096_%s.fits%s", folder, hemisphere, packed[i]);
		if (access(path, F_OK) == 0)
			return 0;
		why = i == 0 ? errno : why;
	}
	return pz_fail(
		PZ_EIO,
		"%s/SFD_dust_4096_%s.fits: %s: expected the maps of Schlegel, Finkbeiner & "
		"Davis (1998), SFD_dust_4096_ngp.fits and SFD_dust_4096_sgp.fits; fetch both "
		"from https://github.com/kbarbary/sfddata or "
		"https://doi.org/10.7910/DVN/EWCNL5",
		folder, hemisphere, strerror(why));
}

static int read_map(struct map *map, const char *folder)
{
	char path[PATH];
	struct pz_fits *f = NULL;
	int rc = find_file(folder, map->sign > 0 ? "ngp" : "sgp", path);

	if (rc < 0 || (rc = pz_fits_open_image(&f, path, NULL)) < 0)
		return rc;
	if ((rc = read_header(map, f)) == 0 &&
	    !(map->pixels = malloc((size_t)map->width * (size_t)map->height * sizeof *map->pixels)))
		rc = pz_fail(PZ_ENOMEM, "%s: no memory for the map", path);
	if (rc == 0)
		rc = pz_fits_read_rows(f, 0, (size_t)map->height, map->pixels);
	pz_fits_close(f);
	return rc;
}

/* Fills in what lies in one hemisphere; its map is read for the first such place. */
static int fill_hemisphere(const char *folder, int sign, size_t n, const double *radec, double *ebv)
{
	struct map map = { .sign = sign };
	double m[3][3], g[3];
	int rc = 0;

	make_rotation(m);
	for (size_t i = 0; i < n && rc == 0; i++) {
		if (!isnan(ebv[i]))
			continue;
		to_galactic(m, radec + 2 * i, g);
		if ((g[2] >= 0) != (sign > 0))
			continue;
		if (!map.pixels)
			rc = read_map(&map, folder);
		if (rc == 0)
			ebv[i] = value_at(&map, g);
	}
	free(map.pixels);
	return rc;
}

int pz_dust_fill(const char *folder, size_t n, const double *radec, double *ebv)
{
	int rc = fill_hemisphere(folder, 1, n, radec, ebv);

	return rc < 0 ? rc : fill_hemisphere(folder, -1, n, radec, ebv);
}
