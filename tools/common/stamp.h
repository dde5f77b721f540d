/* stamp.h -- what tools that look at pixels take from a record, checked */
#ifndef STAMP_H
#define STAMP_H

#include <stdbool.h>

#include <pz/stream.h>

/* Floats of a stamp: bands * size * size. */
size_t stamp_pixels(const struct pz_header *h);
/* x (C,S,S) from "img"; PZ_EDATA: none, of another size, or a pixel that is not finite. */
int stamp_load(const pz_map *record, const struct pz_header *h, float *x);
/* The same in two steps, for bytes that come by another way: 0 where size is that of a
 * stamp, and x from as many bytes. */
int stamp_check_size(const struct pz_header *h, size_t size);
int stamp_decode(const void *bytes, const struct pz_header *h, float *x);
/* E(B-V) from "ebv"; where it is not needed and absent, 0. */
int stamp_ebv(const pz_map *record, bool needed, float *ebv);
/* Takes from a header what speaks of pixels, where they go. */
void stamp_drop_header(struct pz_header *h);

#endif
