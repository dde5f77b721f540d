/* frames_bands.c -- files that hold several bands: planes of a cube, or HDUs that name a band */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "../wcs/look.h"
#include "cube.h"
#include "frames_found.h"
#include "hdu_name.h"
#include "images.h"

/* A file that is looked into. */
struct inside {
	struct pz_frames *f;
	const struct found *file;
	const struct pz_frames_options *o;
	uint64_t *print; /* of each band's image (wcs/look.h); 0: none yet */
};

/* Adds plane p (-1: the image is no cube) as a frame of band b. Another layer of the same pixels is
 * passed over; another place on the sky is an error, which sorting the fields will say. */
static int add_frame(struct inside *in, struct pz_fits *file, int b, long p, uint64_t print)
{
	struct found instead = { .field = in->file->field, .plane = p, .band = b };
	char number[16];

	if (in->print[b] == print)
		return 0;
	in->print[b] = print;
	snprintf(number, sizeof number, "%d", pz_fits_number_of_hdu(file));
	instead.hdu = number;
	return pz_found_copy(&in->f->list, in->file, &instead);
}

/* Adds an image or plane, of one of these names, if one is that of a band. */
static int add_named(struct inside *in, struct pz_fits *file, const char (*name)[CUBE_NAME],
		     int names, long p, uint64_t print)
{
	int alike = -1; /* some programs write EXTNAME in capitals */

	for (int b = 0; b < in->f->bands; b++) {
		for (int i = 0; i < names; i++)
			if (name[i][0] && pz_cube_is_band(name[i], in->f->band[b]))
				return add_frame(in, file, b, p, print);
		if (!strcasecmp(name[0], in->f->band[b]))
			alike = alike == -1 ? b : -2;
	}
	return alike >= 0 ? add_frame(in, file, alike, p, print) : 0;
}

static int add_planes(struct inside *in, struct pz_fits *file, uint64_t print)
{
	int rc = 0;

	for (size_t p = 0; p < pz_fits_planes(file) && rc >= 0; p++) {
		char name[1][CUBE_NAME];

		rc = pz_cube_name(file, in->o->planes, p, name[0]);
		if (rc > 0)
			rc = add_named(in, file, (const char(*)[CUBE_NAME])name, 1, (long)p, print);
	}
	return rc < 0 ? rc : 0;
}

/* Takes the image that the file is at, if it is of the sky and of a band. */
static int take_image(struct inside *in, struct pz_fits *file)
{
	char name[3][CUBE_NAME];
	struct wcs_look look;
	const char *mask = in->file->mask_hdu ? in->file->mask_hdu : in->o->mask_hdu;
	int rc;

	pz_fits_text(file, "EXTNAME", name[0], sizeof name[0]);
	if (in->o->hdu && !pz_hdu_is_named(in->o->hdu, pz_fits_number_of_hdu(file), name[0],
					   (int)pz_fits_number(file, "EXTVER", 1)))
		return 0;
	if (!in->o->hdu && pz_images_is_other(file, name[0], mask))
		return 0;
	if ((rc = pz_wcs_look(&look, file)) < 0)
		return rc;
	if (!look.celestial)
		return 0;
	if (pz_fits_planes(file) > 1)
		return add_planes(in, file, look.print);
	pz_fits_text(file, "FILTER", name[1], sizeof name[1]);
	pz_fits_text(file, "BAND", name[2], sizeof name[2]);
	return add_named(in, file, (const char(*)[CUBE_NAME])name, 3, -1, look.print);
}

static int look_into(struct inside *in)
{
	struct pz_fits *file;
	bool beginning = false;
	int rc = pz_fits_walk(&file, in->file->path, &beginning);

	memset(in->print, 0, (size_t)in->f->bands * sizeof *in->print);
	while (rc == 0 && (rc = pz_fits_walk_next(file)) > 0)
		rc = take_image(in, file);
	pz_fits_close(file);
	return rc;
}

int pz_frames_look_for_bands(struct pz_frames *f, size_t from, const struct pz_frames_options *o)
{
	struct inside in = { .f = f, .o = o };
	size_t n = f->list.count - from, i;
	struct found *file = malloc((n + 1) * sizeof *file);
	int rc = 0;

	in.print = calloc((size_t)f->bands, sizeof *in.print);
	if (!file || !in.print) {
		free(file);
		free(in.print);
		return pz_fail(PZ_ENOMEM, "no memory for the bands of %zu files", n);
	}
	if (n)
		memcpy(file, f->list.found + from, n * sizeof *file);
	f->list.count = from;
	for (i = 0; i < n; i++) {
		in.file = &file[i];
		if (rc == 0)
			rc = look_into(&in);
		pz_found_release(&file[i]);
	}
	free(file);
	free(in.print);
	return rc;
}
