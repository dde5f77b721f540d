/* library.c -- the versions of libhdf5 and libzip */
#define H5_USE_110_API
#include <hdf5.h>

#include <stdio.h>
#include <zip.h>

#include <pz/libraries.h>

const char *pz_array_library(void)
{
	static char text[64];
	unsigned major = 0, minor = 0, release = 0;

	H5get_libversion(&major, &minor, &release);
	snprintf(text, sizeof text, "HDF5 %u.%u.%u, libzip %s", major, minor, release,
		 zip_libzip_version());
	return text;
}
