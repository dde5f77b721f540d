/* head.h -- headers as text beside an image, as SCAMP writes them
 *
 *      CTYPE1  = 'RA---TPV'           / WCS projection type for this axis
 *      ...
 *      FLXSCALE=   1.012345678900E+00 / SCAMP relative flux scale
 *      END
 *
 * One header for each image of a file, in order, each with an END. Lines may be shorter than 80
 * characters; what is beyond the 80th, and blank lines, do not count.
 */
#ifndef WCS_HEAD_H
#define WCS_HEAD_H

#include <stddef.h>

#define HEAD_SIZE_MAX ((size_t)1 << 23) /* bytes of such a file */
#define HEADS_MAX     65536             /* headers in it        */

struct pz_fits;
struct pz_wcs;

/* One of the headers, as cards of 80 bytes, without END. */
struct head {
	char *cards;
	int count;
};

struct heads {
	struct head *head;
	size_t count;
	char *path;
};

/* PZ_EIO: it cannot be read. PZ_EDATA: it is no such text; the message names the line. */
int pz_heads_read(struct heads *h, const char *path);
/* The same of a text in memory; path is for messages. */
int pz_heads_parse(struct heads *h, const char *text, size_t size, const char *path);
void pz_heads_free(struct heads *h); /* all zero is fine */

/* Whether header k has a WCS, that is, CTYPE1. */
int pz_head_has_wcs(const struct heads *h, size_t k);
/* The number under a keyword of header k: 1, 0 absent, PZ_EDATA. */
int pz_head_number(const struct heads *h, size_t k, const char *key, double *number);

/* The WCS of an image (transform.h) with header k in place of its own: of those keywords its own
 * header keeps NAXIS, and system and date if header k has none. Without CTYPE1 in header k its own
 * WCS stays. */
int pz_wcs_read_headed(struct pz_wcs **w, struct pz_fits *f, const struct heads *h, size_t k);
/* Writes the keywords of the WCS that both headers have into list, commas between, cut to size. */
int pz_head_list_both(const struct heads *h, size_t k, struct pz_fits *f, char *list, size_t size);

#endif
