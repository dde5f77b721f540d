/* soften.h -- what the pixels of each band are divided by, so that all bands have one scale
 *
 *      soften_parse("0.044,0.024", &h);       // numbers that are given
 *      soften_measure(t, &ahead, &h);         // the sky's noise in the stamps that come first
 *      soften_like(t, "step3.model", &h);     // what was done to other stamps
 *
 * Each sets the header's divisors. What soften_measure has read is then taken from ahead before
 * the rest of the stream:
 *
 *      while ((rc = soften_next(t, &ahead, &record)) > 0)
 */
#ifndef SOFTEN_H
#define SOFTEN_H

#include "../common/tool.h"

/* Stamps that were read to measure them; all zero before, and where nothing is measured. */
struct ahead {
	pz_map **record;
	size_t count, taken;
	bool ended; /* there are no more */
};

/* A number for each band of h. PZ_EUSAGE: other texts. */
int soften_parse(const char *text, struct pz_header *h);
/* The noise of each band, to four digits. PZ_EDATA: a band has none. */
int soften_measure(struct tool *t, struct ahead *a, struct pz_header *h);
/* The stretch and the divisors of a model's or a stream's header. PZ_EMISMATCH: they are of
 * other bands, or there are none. */
int soften_like(struct tool *t, const char *path, struct pz_header *h);

/* The next record: 1; 0 at the end; < 0. It may be changed, and lasts until the next call. */
int soften_next(struct tool *t, struct ahead *a, pz_map **record);
void soften_release(struct ahead *a);

#endif
