/* places.h -- the redshifts or cumulated probabilities to which the numbers of a p(z) belong
 *
 *      bins:MIN,MAX,N        N bins of equal width           points:MIN,MAX,N   N points
 *      log-bins:MIN,MAX,N    the same, equal in log(1+z)     log-points:MIN,MAX,N
 *      0.1,0.2,0.4           as they stand: points, edges of bins, or cumulated probabilities
 *      NAME                  likewise, an array in the file of the p(z)
 */
#ifndef PLACES_H
#define PLACES_H

#include <stdbool.h>
#include <stddef.h>

enum places_kind { PLACES_NONE, PLACES_POINTS, PLACES_EDGES, PLACES_GIVEN };

struct places {
	enum places_kind kind;
	double *x;
	size_t n;
};

/* Reads a text as above; file: where an array may be (NULL: nowhere). PZ_EUSAGE: the text is none
 * of them. */
int places_read(struct places *p, const char *text, const char *file);
/* Whether the points or edges are in equal steps, to rounding. */
bool places_are_uniform(const struct places *p);
void places_release(struct places *p);

#endif
