/* axis.c -- ranges, tics and labels */
#include <math.h>
#include <string.h>

#include "panels.h"

void pz_axis_widen_range(struct range *r, double x)
{
	if (!isfinite(x))
		return;
	r->lo = fmin(r->lo, x);
	r->hi = fmax(r->hi, x);
}

/* A range that can be an axis: not empty, not of one value. */
static struct range settled(struct range r)
{
	if (!(r.lo <= r.hi))
		return (struct range){ 0, 1 };
	if (r.lo == r.hi)
		return (struct range){ r.lo - 0.5, r.hi + 0.5 };
	return r;
}

struct range pz_axis_padded(struct range r, double pad)
{
	r = settled(r);
	pad *= r.hi - r.lo;
	return (struct range){ r.lo - pad, r.hi + pad };
}

void pz_axis_range(const char *axis, struct range r, double pad, FILE *to)
{
	r = pz_axis_padded(r, pad);
	fprintf(to, "set %srange [%.6g:%.6g]\n", axis, r.lo, r.hi);
}

void pz_axis_tics(const char *axis, struct range r, int most, FILE *to)
{
	double raw, power, step;

	r = settled(r);
	raw = (r.hi - r.lo) / most;
	power = pow(10, floor(log10(raw)));
	step = power * (raw <= power ? 1 : raw <= 2 * power ? 2 : raw <= 5 * power ? 5 : 10);

	fprintf(to, "set %stics %.6g\n", axis, step);
}

bool pz_axis_is_z(const struct pz_figure *f)
{
	return !f->target || !strcmp(f->target, "z");
}

void pz_axis_label(const char *axis, const struct pz_figure *f, const char *for_z,
		   const char *before, const char *behind, FILE *to)
{
	char text[256];
	bool z = pz_axis_is_z(f);

	snprintf(text, sizeof text, "%s%s%s", before, z ? "" : f->target, behind);
	fprintf(to, "set %slabel ", axis);
	pz_page_quote(z ? for_z : text, to);
	fprintf(to, "%s\n", z ? " enhanced" : " noenhanced");
}
