/* psf.c -- convolution with a Gaussian, one axis after the other
 *
 * The loops are compiled twice, for AVX2 and for any CPU. Both add in the same order and fuse
 * no operations, so that they give the same bits.
 */
#include <math.h>
#include <stdbool.h>

#include <pz/cpu.h>
#include <pz/psf.h>

#include "../base/inline.h"

#define REACH    4     /* sigma that a kernel has on each side             */
#define NARROW   0.6   /* pixels: sigma of the narrowest Gaussian that is sampled */
#define ORDER    3     /* moments that are made right: of order 0, 2 and 4 */
#define SMALLEST 2     /* radius, with as many weights as these moments    */
#define FEWEST   0.01F /* of the kernel's weight on data, for a mean of them */

int pz_psf_radius(double variance)
{
	double radius = ceil(REACH * sqrt(variance > 0 ? variance : 0));

	if (!(variance > 0))
		return 0;
	return (int)fmin(fmax(radius, SMALLEST), PZ_PSF_RADIUS_MAX);
}

/* Solves a x = b by elimination; a is symmetric and positive definite. */
static void solve_moments(double a[ORDER][ORDER], double b[ORDER], double x[ORDER])
{
	for (int i = 0; i < ORDER; i++)
		for (int j = i + 1; j < ORDER; j++) {
			double share = a[j][i] / a[i][i];

			for (int k = i; k < ORDER; k++)
				a[j][k] -= share * a[i][k];
			b[j] -= share * b[i];
		}
	for (int i = ORDER - 1; i >= 0; i--) {
		x[i] = b[i];
		for (int k = i + 1; k < ORDER; k++)
			x[i] -= a[i][k] * x[k];
		x[i] /= a[i][i];
	}
}

/* Weight g(k) (p0 + p1 t + p2 t^2) with t = (k/s)^2 of samples g of a Gaussian of sigma s, such
 * that the mean of t^n is that of a Gaussian of the variance. */
void pz_psf_kernel(double variance, int radius, float *weight)
{
	double s = fmax(sqrt(variance), NARROW), v = variance / (s * s), rest = 1;
	double a[ORDER][ORDER] = { 0 }, moment[ORDER] = { 1, v, 3 * v * v }, p[ORDER];

	weight[0] = 1;
	if (radius < SMALLEST)
		return;
	for (int k = -radius; k <= radius; k++) {
		double t = k * k / (s * s), g = exp(-t / 2);

		for (int i = 0; i < ORDER; i++)
			for (int j = 0; j < ORDER; j++)
				a[i][j] += g * pow(t, i + j);
	}
	solve_moments(a, moment, p);
	for (int k = 1; k <= radius; k++) {
		double t = k * k / (s * s);

		weight[k] = (float)(exp(-t / 2) * (p[0] + t * (p[1] + t * p[2])));
		rest -= 2 * (double)weight[k];
	}
	weight[0] = (float)rest;
}

/* Sums over the kernel around pixels of a row, `apart` being from each to the next under it. */
PZ_INLINE void sum_pixels(int n, int radius, const float *weight, const float *middle, size_t apart,
			  float *restrict to)
{
	for (int i = 0; i < n; i++)
		to[i] = weight[0] * middle[i];
	for (int k = 1; k <= radius; k++) {
		const float *low = middle - (size_t)k * apart, *high = middle + (size_t)k * apart;

		for (int i = 0; i < n; i++)
			to[i] += weight[k] * (low[i] + high[i]);
	}
}

/* The same along a row, around every `step`-th of its pixels. */
PZ_INLINE void sum_along(int n, int step, int radius, const float *weight, const float *row,
			 float *restrict to)
{
	const float *middle = row + radius;

	if (step == 1) {
		sum_pixels(n, radius, weight, middle, 1, to);
		return;
	}
	for (int i = 0; i < n; i++) {
		float sum = weight[0] * middle[i * step];

		for (int k = 1; k <= radius; k++)
			sum += weight[k] * (middle[i * step - k] + middle[i * step + k]);
		to[i] = sum;
	}
}

PZ_INLINE void convolve_image(const struct pz_psf_image *image, int size, int step, int radius,
			      const float *weight, float *scratch, float *out)
{
	int side = step * (size - 1) + 1 + 2 * radius;
	float *share = scratch + side;

	for (int j = 0; j < size; j++, out += size) {
		size_t middle = (size_t)(step * j + radius) * image->stride;

		sum_pixels(side, radius, weight, image->pixels + middle, image->stride, scratch);
		sum_along(size, step, radius, weight, scratch, out);
		if (!image->data)
			continue;
		sum_pixels(side, radius, weight, image->data + middle, image->stride, share);
		sum_along(size, step, radius, weight, share, scratch);
		for (int i = 0; i < size; i++)
			out[i] = scratch[i] >= FEWEST ? out[i] / scratch[i] : NAN;
	}
}

static void convolve_plain(const struct pz_psf_image *image, int size, int step, int radius,
			   const float *weight, float *scratch, float *out)
{
	convolve_image(image, size, step, radius, weight, scratch, out);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void convolve_avx2(const struct pz_psf_image *image,
							  int size, int step, int radius,
							  const float *weight, float *scratch,
							  float *out)
{
	convolve_image(image, size, step, radius, weight, scratch, out);
}
#else
#define convolve_avx2 convolve_plain
#endif

void pz_psf_convolve(const struct pz_psf_image *image, int size, int step, int radius,
		     const float *weight, float *scratch, float *out)
{
	(pz_cpu() >= PZ_CPU_AVX2 ? convolve_avx2 : convolve_plain)(image, size, step, radius,
								   weight, scratch, out);
}
