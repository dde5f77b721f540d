/* psf.h -- images of a wider PSF, by convolution with a Gaussian
 *
 * An image whose PSF has the FWHM a gets one of the FWHM b > a by convolution with a Gaussian
 * whose variance is the difference of the two, (b^2 - a^2) / PZ_PSF_FWHM^2 on each axis. This
 * is exact for PSFs that are Gaussians; what is added to second moments is exact for all.
 *
 * A Gaussian that is not much wider than a pixel, or less wide, is not what its samples say.
 * Therefore the kernel has the sum, the second and the fourth moment of the Gaussian: samples
 * of it (or of one of a sigma of 0.6 pixels), times a polynomial that makes these moments
 * right.
 *
 * Example:
 *      double variance = (b * b - a * a) / (PZ_PSF_FWHM * PZ_PSF_FWHM);
 *      int radius = pz_psf_radius(variance);
 *      struct pz_psf_image image = { pixels, NULL, size + 2 * radius };
 *
 *      pz_psf_kernel(variance, radius, weight);
 *      pz_psf_convolve(&image, size, 1, radius, weight, scratch, out);
 */
#ifndef PZ_PSF_H
#define PZ_PSF_H

#include <stddef.h>

#include <pz/api.h>

#define PZ_PSF_FWHM       2.354820045030949 /* of a Gaussian of sigma 1: sqrt(8 ln 2) */
#define PZ_PSF_RADIUS_MAX 1024

/* Pixels that the kernel of a variance (pixels squared) has on each side of its middle: 4 sigma,
 * at least 2; 0 for a variance of 0, and for one below. At most PZ_PSF_RADIUS_MAX. */
PZ_API int pz_psf_radius(double variance);

/* The kernel along one axis, weight[radius + 1]: of pixels as far as 0, 1, ... radius. The sum over
 * both sides is 1. */
PZ_API void pz_psf_kernel(double variance, int radius, float *weight);

/* An image that is convolved. */
struct pz_psf_image {
	const float *pixels; /* 0 where there are no data                             */
	const float *data;   /* 1 where pixels have data, 0 where not; NULL: all have */
	size_t stride;       /* from one row to the next, of both                     */
};

/* Convolves with the kernel in x and in y: out (size, size), of which pixel (i, j) lies at (step i
 * + radius, step j + radius) of the image, whose sides are step (size - 1) + 1 + 2 radius. scratch:
 * two rows of the image. Each is the mean over the pixels with data under the kernel; NaN where
 * these have less than a hundredth of its weight. */
PZ_API void pz_psf_convolve(const struct pz_psf_image *image, int size, int step, int radius,
			    const float *weight, float *scratch, float *out);

#endif
