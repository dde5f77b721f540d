/* dust.h -- E(B-V) of places on the sky, by the maps of Schlegel, Finkbeiner & Davis (1998)
 *
 * Two files hold E(B-V) in magnitudes, one galactic hemisphere each, as images with Lambert's
 * projection about the pole:
 *
 *      x = CRPIX1 - 1 +   LAM_SCAL sqrt(1 - n sin b) cos l
 *      y = CRPIX2 - 1 - n LAM_SCAL sqrt(1 - n sin b) sin l         n = LAM_NSGP, 1 or -1
 *
 * Values are interpolated between four pixels, as the authors' dust_getval does with interp;
 * beyond the outermost pixels they are those of the edge. They are as in the files, without the
 * factor 0.86 of Schlafly & Finkbeiner (2011), which coefficients of extinction may have in them.
 *
 * Example:
 *      double radec[2] = { 187.7, 2.05 }, ebv = NAN;
 *      rc = pz_dust_fill("maps", 1, radec, &ebv);
 */
#ifndef PZ_DUST_H
#define PZ_DUST_H

#include <stddef.h>

#include <pz/api.h>

/* Fills in those of n values that are NaN. radec (n, 2): ICRS, degrees. The folder has
 * SFD_dust_4096_ngp.fits and SFD_dust_4096_sgp.fits, which may be packed (.gz, .fz); a hemisphere
 * without such a place is not read. Memory: one map, 64 MiB. PZ_EIO: a file is not there, and the
 * text says from where to fetch it. PZ_EDATA: it is no such map. */
PZ_API int pz_dust_fill(const char *folder, size_t n, const double *radec, double *ebv);

#endif
