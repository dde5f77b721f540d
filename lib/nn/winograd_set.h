/* winograd_set.h -- the vector code of winograd.c, one set per kind of CPU
 *
 * winograd.inc is compiled once for each (winograd_avx512.c ...); which one runs
 * is cpu.c's choice.
 */
#ifndef PZ_NN_WINOGRAD_SET_H
#define PZ_NN_WINOGRAD_SET_H

#include "winograd.h"

/* Floats by which points of the workspace lie further apart than they need: a
 * line of cache, lest all of them fall into the same set. */
#define NN_WINOGRAD_SKEW ((size_t)16)

struct nn_winograd_set {
	const char *name;
	size_t width; /* floats of a vector; transformed weights lie in panels of two */
	void (*weights)(const struct nn_winograd *w, const float *weight, float *u, float *ut);
	void (*forward)(const struct nn_winograd *w, const float *u, size_t n, const float *x,
			size_t xs, float *z, size_t zs, float *scratch);
	void (*backward)(const struct nn_winograd *w, const float *ut, size_t n, const float *x,
			 size_t xs, const float *dz, size_t zs, float *du, float *dx,
			 float *scratch);
	void (*gradient)(const struct nn_winograd *w, const float *du, float *dweight);
};

extern const struct nn_winograd_set pz_nn_winograd_plain, pz_nn_winograd_avx2,
	pz_nn_winograd_avx512;

#endif
