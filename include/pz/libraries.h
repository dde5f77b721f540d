/* libraries.h -- names and versions of the libraries that this build uses, for --version
 *
 * Each function stands in the folder of lib/ that knows the library, so that a program is linked
 * with no library for the sake of its version. Texts last as long as the program does.
 */
#ifndef PZ_LIBRARIES_H
#define PZ_LIBRARIES_H

#include <pz/api.h>

/* "msgpack-c 4.0.0": of its headers, since most of it is inline. */
PZ_API const char *pz_stream_library(void);
/* "HDF5 1.10.8, libzip 1.7.3" */
PZ_API const char *pz_array_library(void);
/* "CFITSIO 4.2.0" */
PZ_API const char *pz_fits_library(void);
/* "WCSLIB 7.12" */
PZ_API const char *pz_wcs_library(void);
/* "OpenBLAS 0.3.21 ...", with the kernels that it has chosen. */
PZ_API const char *pz_nn_library(void);
/* "libpng 1.6.39" */
PZ_API const char *pz_draw_library(void);

#endif
