/* outside.c -- points outside of a panel's axes, as arrows at the edge */
#include <math.h>

#include "panels.h"

#define REACH 0.05 /* of an arrow, in heights or widths of the axes                  */

static bool is_outside(const struct pz_figure_point *p, const struct range *x,
		       const struct range *y)
{
	return p->x < x->lo || p->x > x->hi || p->y < y->lo || p->y > y->hi;
}

int pz_outside_count(const struct pz_figure_curve *c, const struct range *x, const struct range *y)
{
	int n = 0;

	for (int i = 0; i < c->n; i++)
		n += is_outside(&c->point[i], x, y);
	return n;
}

/* How far the arrow goes along an axis: towards the side on which v lies outside, or not at all. */
static double step(double v, const struct range *r)
{
	double reach = REACH * (r->hi - r->lo);

	return v > r->hi ? reach : v < r->lo ? -reach : 0;
}

static double inside(double v, const struct range *r)
{
	return fmin(fmax(v, r->lo), r->hi);
}

void pz_outside_write(const char *name, const struct pz_figure_curve *c, const struct range *x,
		      const struct range *y, FILE *to)
{
	fprintf(to, "$%s << EOD\n", name);
	for (int i = 0; i < c->n; i++) {
		const struct pz_figure_point *p = &c->point[i];
		double dx = step(p->x, x), dy = step(p->y, y);

		if (is_outside(p, x, y))
			fprintf(to, "%.6g %.6g %.6g %.6g\n", inside(p->x, x) - dx,
				inside(p->y, y) - dy, dx, dy);
	}
	fputs("EOD\n", to);
}
