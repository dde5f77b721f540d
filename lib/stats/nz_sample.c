/* nz_sample.c -- keeps p(z), and sums their posteriors */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/pdf.h>

#include "nz_sample.h"

#define NOTHING 1e-7 /* of the largest probability: not kept at the ends */

int pz_nz_new(struct pz_nz **out, const struct pz_grid *grid, const struct pz_rows *rows)
{
	struct pz_nz *s = *out = calloc(1, sizeof *s);

	if (!s)
		return pz_fail(PZ_ENOMEM, "no memory for a sample");
	s->grid = *grid;
	s->rows = *rows;
	s->half = calloc((size_t)pz_rows_count(rows), sizeof *s->half);
	if (s->half)
		return 0;
	pz_nz_free(s);
	*out = NULL;
	return pz_fail(PZ_ENOMEM, "no memory for %d rows", pz_rows_count(rows));
}

void pz_nz_free(struct pz_nz *s)
{
	if (!s)
		return;
	free(s->galaxy);
	free(s->p);
	free(s->half);
	free(s);
}

/* Room for a galaxy more, and for its bins. */
static int make_room(struct pz_nz *s, size_t bins)
{
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 1024;
		struct nz_galaxy *more = realloc(s->galaxy, room * sizeof *more);

		if (!more)
			return pz_fail(PZ_ENOMEM, "no memory for %zu galaxies", room);
		s->galaxy = more;
		s->room = room;
	}
	if (s->used + bins > s->p_room) {
		size_t room = s->p_room + s->p_room / 2 + bins + 65536;
		float *more = realloc(s->p, room * sizeof *more);

		if (!more)
			return pz_fail(PZ_ENOMEM, "no memory for the p(z) of %zu galaxies", s->n);
		s->p = more;
		s->p_room = room;
	}
	return 0;
}

int pz_nz_add(struct pz_nz *s, const double *p, double mag)
{
	int first = 0, end = pz_grid_total(&s->grid), row = pz_rows_row(&s->rows, mag), rc;
	double least = 0;

	for (int i = 0; i < end; i++)
		least = fmax(least, p[i] * NOTHING);
	while (first < end - 1 && p[first] <= least)
		first++;
	while (end > first + 1 && p[end - 1] <= least)
		end--;
	if ((rc = make_room(s, (size_t)(end - first))) < 0)
		return rc;
	s->galaxy[s->n++] = (struct nz_galaxy){ s->used, first, end - first, row };
	for (int i = first; i < end; i++)
		s->p[s->used++] = (float)p[i];
	s->half[row] += (pz_pdf_quantile(&s->grid, p, 0.84) - pz_pdf_quantile(&s->grid, p, 0.16)) /
			2 / pz_grid_width(&s->grid);
	return 0;
}

void pz_nz_expect(const struct pz_nz *s, const struct nz_sum *of, const double *g, double *sum,
		  double *weight)
{
	size_t bins = (size_t)pz_grid_total(&s->grid);

	for (size_t i = 0; i < of->n; i++) {
		const struct nz_galaxy *j = &s->galaxy[of->galaxy[i]];
		double times = of->times ? of->times[of->galaxy[i]] : 1, all = 0;
		const float *p = s->p + j->from;
		const double *own = g + j->first;
		double *to = sum + (size_t)j->row * bins + (size_t)j->first;

		if (times == 0)
			continue;
		for (int b = 0; b < j->bins; b++)
			all += (double)p[b] * own[b];
		for (int b = 0; b < j->bins; b++)
			to[b] += times * ((double)p[b] * own[b] / all);
		weight[j->row] += times;
	}
}
