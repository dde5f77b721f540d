/* frames.h -- which file holds which field in which band
 *
 *      frame-%b-*.fits.bz2     %b: the band's name; *, ?, [...] as in the shell
 *
 *      frame-g-000094-1-0012.fits.bz2  \
 *      frame-r-000094-1-0012.fits.bz2   }  field frame-%b-000094-1-0012.fits.bz2
 *      frame-i-000094-1-0012.fits.bz2  /
 *
 * A field is a set of files whose names differ in nothing but the band; a band may
 * be missing from it. Fields are in the order of their names (bytes), so that
 * nothing depends on the order of a directory. A pattern that is itself the name of
 * a file is that file, whatever its brackets.
 */
#ifndef PZ_FRAMES_H
#define PZ_FRAMES_H

#include <stddef.h>

#define PZ_FRAMES_FIELDS_MAX 10000000

struct pz_frames;

/* patterns: one or more, with commas between. The band names are borrowed.
 * PZ_EUSAGE: no %b for more than one band; PZ_EDATA: a band without any file. */
int pz_frames_find(struct pz_frames **f, const char *patterns, const char *const *band, int bands);
void pz_frames_free(struct pz_frames *f); /* NULL is fine */

size_t pz_frames_fields(const struct pz_frames *f);
int pz_frames_bands(const struct pz_frames *f);
const char *pz_frames_band(const struct pz_frames *f, int b);
/* The field's name, with %b for the band. */
const char *pz_frames_name(const struct pz_frames *f, size_t field);
/* The file, or NULL where the field has none in this band. */
const char *pz_frames_path(const struct pz_frames *f, size_t field, int b);

#endif
