/* normalize.c -- stretches, one value or many */
#include <math.h>
#include <string.h>

#include <pz/error.h>
#include <pz/normalize.h>

static const char *const names[] = {
	[PZ_STRETCH_NONE] = "none",
	[PZ_STRETCH_SQRT] = "sqrt",
	[PZ_STRETCH_ASINH] = "asinh",
	[PZ_STRETCH_LOG] = "log",
};

int pz_normalize_find(const char *name, enum pz_stretch *stretch)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(name, names[i]) == 0) {
			*stretch = (enum pz_stretch)i;
			return 0;
		}
	}
	return pz_fail(PZ_EUSAGE, "stretch: expected sqrt, asinh, log or none, found '%s'", name);
}

const char *pz_normalize_name(enum pz_stretch stretch)
{
	return names[stretch];
}

double pz_normalize_value(enum pz_stretch stretch, double divide, double x)
{
	double a = fabs(x /= divide);

	switch (stretch) {
	case PZ_STRETCH_SQRT:
		/* sqrt(a + 1) - 1 without the loss of digits near 0 */
		return x / (sqrt(a + 1) + 1);
	case PZ_STRETCH_ASINH:
		return asinh(x);
	case PZ_STRETCH_LOG:
		return copysign(log1p(a), x);
	default:
		return x;
	}
}

double pz_normalize_inverse(enum pz_stretch stretch, double divide, double y)
{
	switch (stretch) {
	case PZ_STRETCH_SQRT:
		return divide * y * (fabs(y) + 2); /* sign(y) ((|y| + 1)^2 - 1) */
	case PZ_STRETCH_ASINH:
		return divide * sinh(y);
	case PZ_STRETCH_LOG:
		return divide * copysign(expm1(fabs(y)), y);
	default:
		return divide * y;
	}
}

/* Zeroes what is not finite, divides, and counts; the compiler vectorises it. */
static size_t divide_finite(float divide, float *x, size_t n)
{
	size_t bad = 0;

	for (size_t i = 0; i < n; i++) {
		float y = x[i] / divide;
		int finite = fabsf(y) <= 3.4028235e38f;

		x[i] = finite ? y : 0;
		bad += !finite;
	}
	return bad;
}

size_t pz_normalize_pixels(enum pz_stretch stretch, double divide, float *x, size_t n)
{
	size_t bad = divide_finite((float)divide, x, n);

	if (stretch == PZ_STRETCH_SQRT)
		for (size_t i = 0; i < n; i++)
			x[i] = x[i] / (sqrtf(fabsf(x[i]) + 1) + 1);
	else if (stretch == PZ_STRETCH_ASINH)
		for (size_t i = 0; i < n; i++)
			x[i] = asinhf(x[i]);
	else if (stretch == PZ_STRETCH_LOG)
		for (size_t i = 0; i < n; i++)
			x[i] = copysignf(log1pf(fabsf(x[i])), x[i]);
	return bad;
}
