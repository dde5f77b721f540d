/* cutouts.c -- stamps of galaxies in FITS files */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "bands.h"
#include "cutouts.h"

/* -- names */

bool cutouts_need_file(const char *pattern)
{
	return strstr(pattern, "%f") != NULL;
}

int cutouts_open(struct cutouts *c, const char *pattern, const char *bands, int size)
{
	struct stat st;

	*c = (struct cutouts){ .asked = size };
	c->folder = stat(pattern, &st) == 0 && S_ISDIR(st.st_mode);
	if (asprintf(&c->pattern, "%s%s", pattern, c->folder ? "/%i.fits" : "") < 0) {
		c->pattern = NULL;
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	}
	if (!strstr(c->pattern, "%i") && !cutouts_need_file(c->pattern))
		return pz_fail(
			PZ_EUSAGE,
			"--stamps: expected a folder, or a name with %%i in the place of the "
			"id or %%f in that of the column 'file', found '%s'",
			pattern);
	if (strstr(c->pattern, "%b") && !bands)
		return pz_fail(PZ_EUSAGE,
			       "--stamps: expected --bands, whose names are those for %%b");
	c->bands = bands ? bands_take(c->band, bands) : 0;
	return c->bands < 0 ? c->bands : 0;
}

void cutouts_close(struct cutouts *c)
{
	for (int i = 0; i < LACKS; i++)
		free(c->first[i]);
	free(c->pattern);
	free(c->pixels);
	free(c->plane);
	*c = (struct cutouts){ 0 };
}

/* The file of a galaxy, of that band; the caller frees it; NULL: no memory. */
static char *file_name(const struct cutouts *c, const char *id, const char *file, const char *band)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	for (const char *at = c->pattern; to && *at; at++)
		if (at[0] == '%' && at[1] && strchr("ifb%", at[1]))
			fputs(*++at == 'i' ? id : *at == 'f' ? file : *at == 'b' ? band : "%", to);
		else
			putc(*at, to);
	if (pz_file_close_text(to, &text) < 0)
		pz_fail(PZ_ENOMEM, "no memory for a file name");
	return text;
}

/* In a folder, the name of a packed file where there is one and no plain one: takes path over. */
static char *find_packed(const struct cutouts *c, char *path)
{
	static const char *const endings[] = { ".fz", ".gz" };
	char *packed;

	for (size_t i = 0; c->folder && path && access(path, F_OK) != 0 && i < 2; i++) {
		if (asprintf(&packed, "%s%s", path, endings[i]) < 0)
			break;
		if (access(packed, F_OK) == 0) {
			free(path);
			return packed;
		}
		free(packed);
	}
	return path;
}

/* Counts a galaxy without a stamp, and keeps what is known of the first. */
static int lack(struct cutouts *c, enum cutout_lack why, const char *path, const char *what)
{
	if (c->lacks[why]++ == 0 && asprintf(&c->first[why], "%s%s", path, what) < 0) {
		c->first[why] = NULL;
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	}
	return 0;
}

/* -- what a file says of itself */

/* A projection makes pixels at the edge of an image that much larger, and no other instrument. */
#define SCALE_TOLERANCE 0.01

/* Arcseconds of a pixel, by the matrix of the WCS, rounded as people write them; 0: it has none. */
static double scale_of(struct pz_fits *f)
{
	double a = pz_fits_number(f, "CD1_1", 0), b = pz_fits_number(f, "CD1_2", 0);
	double c = pz_fits_number(f, "CD2_1", 0), d = pz_fits_number(f, "CD2_2", 0);
	double area = fabs(a * d - b * c);

	if (!(area > 0))
		area = fabs(pz_fits_number(f, "CDELT1", 0) * pz_fits_number(f, "CDELT2", 0));
	return rint(3600 * sqrt(area) * 1e7) / 1e7;
}

/* The name of plane p: of BAND0 ..., or a letter of BANDS; "": it has none. */
static void plane_name(struct pz_fits *f, size_t p, char name[PZ_BAND_NAME])
{
	char key[16], all[72];

	snprintf(key, sizeof key, "BAND%hu", (unsigned short)p);
	if (pz_fits_text(f, key, name, PZ_BAND_NAME) > 0 && *name)
		return;
	name[0] = name[1] = '\0';
	if (pz_fits_text(f, "BANDS", all, sizeof all) > 0 && strlen(all) == pz_fits_planes(f))
		name[0] = all[p];
}

/* The bands of the first file, where no option names them. */
static int name_bands(struct cutouts *c, struct pz_fits *f)
{
	c->bands = 0;
	for (size_t p = 0; p < pz_fits_planes(f) && p < PZ_BANDS_MAX; p++) {
		plane_name(f, p, c->band[p]);
		if (!*c->band[p])
			return pz_fail(PZ_EUSAGE,
				       "%s: expected --bands, as the file does not name its %zu "
				       "planes (BANDS, BAND0)",
				       pz_fits_where(f), pz_fits_planes(f));
		c->bands++;
	}
	return 0;
}

/* Whether scale and unit are those of the first file, as far as both state them; 0: they are not,
 * which is counted. */
static int check_kind(struct cutouts *c, struct pz_fits *f, const char *path)
{
	double scale = scale_of(f);
	char found[200];

	if (!c->any_scale && scale > 0 && c->pixscale > 0 &&
	    fabs(scale / c->pixscale - 1) > SCALE_TOLERANCE) {
		snprintf(found, sizeof found, ": %g arcsec a pixel, not %g", scale, c->pixscale);
		return lack(c, LACK_SCALE, path, found);
	}
	if (!c->any_unit && !pz_image_flux_same(c->flux.unit, c->unit)) {
		snprintf(found, sizeof found, ": '%s', not '%s'", c->flux.unit, c->unit);
		return lack(c, LACK_UNIT, path, found);
	}
	return 1;
}

/* The side of all, of the first file; 0: this one has another, which is counted. */
static int take_size(struct cutouts *c, struct pz_fits *f, const char *path)
{
	size_t width = pz_fits_width(f), height = pz_fits_height(f), pixels;
	char found[80];
	int rc = pz_image_flux_read(&c->flux, f);

	if (rc < 0)
		return rc;
	if (c->side == 0 && width == height && width <= PZ_SIZE_MAX) {
		c->side = (int)width;
		c->size = c->asked ? c->asked : c->side;
		if (c->size > c->side || (c->side - c->size) % 2)
			return pz_fail(PZ_EUSAGE,
				       "--size: expected at most the %d pixels of %s, and as many "
				       "to leave out on both sides, found %d",
				       c->side, path, c->size);
		c->pixscale = scale_of(f);
		snprintf(c->unit, sizeof c->unit, "%s", c->flux.unit);
		pixels = (size_t)c->size * (size_t)c->size;
		c->plane = malloc(width * height * sizeof *c->plane);
		c->pixels = malloc((size_t)c->bands * pixels * sizeof *c->pixels);
		if (!c->plane || !c->pixels)
			return pz_fail(PZ_ENOMEM, "no memory for a stamp");
	}
	if (width == (size_t)c->side && height == width)
		return check_kind(c, f, path);
	snprintf(found, sizeof found, ": %zu x %zu pixels, not %d x %d", width, height, c->side,
		 c->side);
	return lack(c, LACK_SIZE, path, found);
}

/* -- pixels */

/* The central part of plane p into band b. */
static int take_plane(struct cutouts *c, struct pz_fits *f, size_t p, int b)
{
	size_t size = (size_t)c->size, side = (size_t)c->side, edge = (side - size) / 2;
	int rc = pz_fits_read_plane(f, p, c->plane);

	if (rc == 0)
		pz_image_flux_apply(&c->flux, side * side, c->plane);
	for (size_t y = 0; y < size && rc == 0; y++)
		memcpy(c->pixels + ((size_t)b * size + y) * size,
		       c->plane + (y + edge) * side + edge, size * sizeof *c->plane);
	return rc;
}

/* The plane of band b: -1: the file has none. */
static long find_plane(struct cutouts *c, struct pz_fits *f, int b)
{
	size_t n = pz_fits_planes(f);
	char name[PZ_BAND_NAME];
	bool named = false;

	for (size_t p = 0; p < n; p++) {
		plane_name(f, p, name);
		named |= *name != '\0';
		if (!strcasecmp(name, c->band[b]))
			return (long)p;
	}
	return !named && n == (size_t)c->bands ? b : -1;
}

static int lack_band(struct cutouts *c, int b, const char *path)
{
	char what[80];

	snprintf(what, sizeof what, ": no band %s", c->band[b]);
	return lack(c, LACK_BAND, path, what);
}

/* All bands from the planes of a cube. */
static int read_cube(struct cutouts *c, struct pz_fits *f, const char *path)
{
	int rc = take_size(c, f, path);

	for (int b = 0; b < c->bands && rc > 0; b++) {
		long p = find_plane(c, f, b);

		if (p < 0)
			return lack_band(c, b, path);
		if ((rc = take_plane(c, f, (size_t)p, b)) == 0)
			rc = 1;
	}
	return rc;
}

/* Band b from an image of two axes, which is opened. */
static int read_image(struct cutouts *c, struct pz_fits *f, const char *path, int b)
{
	int rc = take_size(c, f, path);

	if (rc > 0 && (rc = take_plane(c, f, 0, b)) == 0)
		rc = 1;
	return rc;
}

/* All bands from HDUs, by their names or in order. */
static int read_hdus(struct cutouts *c, const char *path)
{
	bool named = false;
	int rc = 1, hdu = -1;

	for (int b = 0; b < c->bands && rc > 0; b++) {
		struct pz_fits *f = NULL;
		char number[16];

		if (b == 0 || named) {
			named = pz_fits_open_image(&f, path, c->band[b]) == 0;
			if (!named && b > 0)
				return lack_band(c, b, path);
		}
		for (; !named && !f && hdu < 1000; hdu++) {
			snprintf(number, sizeof number, "%d", hdu + 1);
			if (pz_fits_open_image(&f, path, number) < 0 &&
			    strstr(pz_error_text(), "no HDU"))
				return lack_band(c, b, path);
		}
		rc = f ? read_image(c, f, path, b) : lack_band(c, b, path);
		pz_fits_close(f);
	}
	return rc;
}

/* Opens a file of a galaxy: 1; 0: there is none, which is counted. */
static int open_stamp(struct cutouts *c, const char *path, struct pz_fits **f)
{
	int rc;

	*f = NULL;
	if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return lack(c, LACK_FILE, path, "");
	rc = pz_fits_open_cube(f, path, NULL);
	return rc < 0 ? rc : 1;
}

/* One file with all bands. */
static int read_whole(struct cutouts *c, const char *path)
{
	struct pz_fits *f;
	int rc = open_stamp(c, path, &f);

	if (rc > 0 && c->bands == 0 && (rc = name_bands(c, f)) == 0)
		rc = 1;
	if (rc > 0 && (pz_fits_planes(f) > 1 || c->bands == 1))
		rc = read_cube(c, f, path);
	else if (rc > 0)
		rc = read_hdus(c, path);
	pz_fits_close(f);
	return rc;
}

int cutouts_read(struct cutouts *c, const char *id, const char *file)
{
	bool each = strstr(c->pattern, "%b") != NULL;
	int rc = 1;

	for (int b = 0; b < (each ? c->bands : 1) && rc > 0; b++) {
		char *path = find_packed(c, file_name(c, id, file, c->band[b]));
		struct pz_fits *f = NULL;

		if (!path)
			return PZ_ENOMEM;
		if (!each)
			rc = read_whole(c, path);
		else if ((rc = open_stamp(c, path, &f)) > 0)
			rc = read_image(c, f, path, b);
		pz_fits_close(f);
		free(path);
	}
	return rc;
}
