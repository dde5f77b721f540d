/* cut_one_stamp.c -- cuts one position on the sky out of FITS frames: a stream of one stamp
 *
 *      cut_one_stamp 'frame-%b-*.fits' r 336.6 -0.98 >stamp.pz
 *
 * %b stands for the band in the names of the frames; RA and Dec are in degrees (ICRS). The stamp
 * has 64 x 64 pixels, north up. The exit status is that of the tools of pzpipe.
 */
#include <stdio.h>
#include <stdlib.h>

#include <pz/cutout.h>
#include <pz/error.h>
#include <pz/stream.h>

#define SIZE 64

/* Fills the header and the record with the stamp; the setters of a map keep their first error. */
static int describe_stamp(struct pz_header *h, pz_map *record, const struct pz_cutout *c,
			  const struct pz_stamp *stamp, const char *band, const double radec[2])
{
	unsigned char bytes[SIZE * SIZE * sizeof(float)];

	h->bands = 1;
	snprintf(h->band[0], sizeof h->band[0], "%s", band);
	h->size = SIZE;
	h->pixscale = pz_cutout_pixscale(c);
	snprintf(h->unit, sizeof h->unit, "%s", pz_cutout_unit(c));
	h->pixel = PZ_F4;
	pz_pixels_store(bytes, stamp->pixels, SIZE * SIZE, PZ_F4);
	pz_map_set_integer(record, "id", 1);
	pz_map_set_number(record, "ra", radec[0]);
	pz_map_set_number(record, "dec", radec[1]);
	pz_map_set_bytes(record, "img", bytes, sizeof bytes);
	return pz_map_error(record);
}

static int write_stream(const struct pz_header *h, const pz_map *record)
{
	struct pz_writer *out;
	int rc = pz_writer_open(&out, stdout, "standard output", h);

	if (rc < 0)
		return rc;
	if ((rc = pz_write(out, record)) == 0)
		return pz_writer_close(out);
	pz_writer_abandon(out); /* without a trailer: readers notice that it is not whole */
	return rc;
}

int main(int argc, char **argv)
{
	const struct pz_cutout_options options = { .size = SIZE, .kernel = PZ_LANCZOS3 };
	const char *band = argc == 5 ? argv[2] : "";
	double radec[2] = { 0, 0 };
	struct pz_frames *frames = NULL;
	struct pz_cutout *c = NULL;
	struct pz_header header = { 0 };
	pz_map *record = pz_map_new();
	struct pz_stamp stamp;
	int rc;

	if (argc != 5 || sscanf(argv[3], "%lf", &radec[0]) + sscanf(argv[4], "%lf", &radec[1]) != 2)
		rc = pz_fail(PZ_EUSAGE, "usage: cut_one_stamp FRAMES BAND RA DEC >stamp.pz");
	else if (record && (rc = pz_header_init(&header, "stamps")) == 0 &&
		 (rc = pz_frames_find(&frames, argv[1], &band, 1)) == 0 &&
		 (rc = pz_cutout_open(&c, frames, &options, 1, radec)) == 0 &&
		 (rc = pz_cutout_next(c, &stamp)) > 0 &&
		 (rc = describe_stamp(&header, record, c, &stamp, band, radec)) == 0)
		rc = write_stream(&header, record);
	pz_cutout_close(c);
	pz_frames_free(frames);
	pz_header_release(&header);
	pz_map_free(record);
	if (rc < 0)
		fprintf(stderr, "cut_one_stamp: %s\n", pz_error_text());
	return pz_error_exit(rc);
}
