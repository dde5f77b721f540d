/* frame.h -- a field's frames: file, WCS, units, rows */
#ifndef CUTOUT_FRAME_H
#define CUTOUT_FRAME_H

#include <pthread.h>

#include <pz/fits.h>

#include "flux.h"
#include "index.h"
#include "mask.h"
#include "notes.h"
#include "resample.h"

#define BANDS_MAX 64

/* One frame. A WCS serves one thread at a time: take the lock. */
struct frame {
	struct pz_fits *file; /* open while rows are read; else NULL          */
	struct mask mask;
	struct pz_wcs *wcs;   /* NULL: the field has no frame in this band    */
	pthread_mutex_t lock; /* of wcs                                       */
	long width, height;
	struct flux flux;     /* of its pixels                                    */
	const double *nodata; /* what a pixel without data has; NULL: NaN     */
	double psf;           /* FWHM, arcsec; 0: it is left alone                */
	const char *path;     /* for messages                                     */
	const char *band;     /* likewise                                         */
	int spool;            /* where its stamps are (turned.h); -1: nowhere */
};

/* The frames of a field, and its galaxies. */
struct field {
	int number;    /* in the list of frames                              */
	int reference; /* the band by which galaxies are placed              */
	const struct placed *item;
	size_t n;
	struct frame frame[BANDS_MAX];
};

/* Rows of a frame in memory that grow and are used again. */
struct frame_rows {
	float *pixels;
	size_t room;
	struct window window;
};

/* Opens a frame of band b; unit: pz_flux_read. `from` must outlive it. */
int pz_frame_open(struct frame *f, const struct pz_frame *from, int b,
		  const struct pz_cutout_options *o, const char *unit);
/* Closes the files; the WCS stays. */
void pz_frame_close_files(struct frame *f);
void pz_frame_close(struct frame *f);

/* Rows low..high (cut at the frame's edges) into `to`: those that `from` has are copied,
 * so that a frame of many strips is read once. */
int pz_frame_read(const struct frame *f, struct frame_rows *to, const struct frame_rows *from,
		  double low, double high);

/* Maps onto the frame of n grids along the reference frame `on`. Of grids with margins around
 * `size` pixels that are mapped the long way, bounds are those of the stamp alone as well; and a
 * stamp that alone would have no map has none with margins. */
void pz_frame_maps(struct frame *f, struct frame *on, int size, size_t n,
		   const struct stamp_grid *grid, struct stamp_map *map);

#endif
