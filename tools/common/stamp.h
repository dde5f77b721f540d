/* stamp.h -- reads and checks the pixels, the reddening and the features of a record */
#ifndef STAMP_H
#define STAMP_H

#include <stdbool.h>

#include <pz/stream.h>

/* Floats of a stamp: bands * size * size. */
size_t stamp_pixels(const struct pz_header *h);
/* Reads x (C,S,S) from "img"; PZ_EDATA: there is none, it has another size, or a pixel is not
 * finite. */
int stamp_load(const pz_map *record, const struct pz_header *h, float *x);
/* The same in two steps, for bytes from elsewhere: whether size is that of a stamp, and x from as
 * many bytes. */
int stamp_check_size(const struct pz_header *h, size_t size);
int stamp_decode(const void *bytes, const struct pz_header *h, float *x);
/* Reads E(B-V) from "ebv"; 0 if it is missing and not needed. */
int stamp_ebv(const pz_map *record, bool needed, float *ebv);
/* Reads x (h->features) from "features"; a missing one is NaN. How many are missing, or < 0:
 * PZ_EDATA: there are none, another number of them, or one is infinite. */
int stamp_features(const pz_map *record, const struct pz_header *h, float *x);
/* Removes from a header the keys that describe pixels, for records without them. */
void stamp_drop_header(struct pz_header *h);

#endif
