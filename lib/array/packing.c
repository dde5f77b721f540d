/* packing.c -- numbers that stand for others, or for none */
#include <math.h>

#include "parts.h"

#define PIECE 512 /* numbers turned at a time */

bool pz_packing_is(const struct packing *p)
{
	return p->scaled || p->nones > 0;
}

bool pz_packing_none(const struct packing *p, const struct element *e, double x)
{
	bool narrow = e->kind == 'f' && e->size == sizeof(float);

	for (int i = 0; i < p->nones; i++)
		if (x == p->none[i] || (narrow && x == (double)(float)p->none[i]))
			return true;
	return false;
}

void pz_packing_doubles(const struct packing *p, const struct element *e, size_t n, double *x)
{
	for (size_t i = 0; i < n; i++)
		if (pz_packing_none(p, e, x[i]))
			x[i] = NAN;
		else if (p->scaled)
			x[i] = x[i] * p->scale + p->offset;
}

void pz_packing_floats(const struct packing *p, const struct element *e, const void *raw, size_t n,
		       float *to)
{
	const char *at = raw;
	double x[PIECE];

	for (size_t some; n > 0; n -= some, at += some * e->size, to += some) {
		some = n < PIECE ? n : PIECE;
		pz_element_doubles(e, at, some, x);
		pz_packing_doubles(p, e, some, x);
		for (size_t i = 0; i < some; i++)
			to[i] = (float)x[i];
	}
}
