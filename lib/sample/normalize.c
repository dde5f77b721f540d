/* normalize.c -- stretches, one value or many */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <pz/cpu.h>
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

#include "../base/inline.h"

/* Zeroes what is not finite, divides, and counts; the compiler vectorises it. */
PZ_INLINE size_t divide_finite(float divide, float *x, size_t n)
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

/* What is compiled for several processors gives the same bits on all of them: a division and a root
 * are rounded correctly everywhere. */
PZ_INLINE size_t divide_and_stretch(bool root, float divide, float *x, size_t n)
{
	size_t bad = divide_finite(divide, x, n);

	for (size_t i = 0; root && i < n; i++)
		x[i] = x[i] / (sqrtf(fabsf(x[i]) + 1) + 1);
	return bad;
}

static size_t divide_plain(bool root, float divide, float *x, size_t n)
{
	return divide_and_stretch(root, divide, x, n);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static size_t divide_avx2(bool root, float divide, float *x,
							  size_t n)
{
	return divide_and_stretch(root, divide, x, n);
}
#else
#define divide_avx2 divide_plain
#endif

size_t pz_normalize_pixels(enum pz_stretch stretch, double divide, float *x, size_t n)
{
	bool root = stretch == PZ_STRETCH_SQRT;
	size_t bad =
		(pz_cpu() == PZ_CPU_PLAIN ? divide_plain : divide_avx2)(root, (float)divide, x, n);

	if (stretch == PZ_STRETCH_ASINH)
		for (size_t i = 0; i < n; i++)
			x[i] = asinhf(x[i]);
	else if (stretch == PZ_STRETCH_LOG)
		for (size_t i = 0; i < n; i++)
			x[i] = copysignf(log1pf(fabsf(x[i])), x[i]);
	return bad;
}
