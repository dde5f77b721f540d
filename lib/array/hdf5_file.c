/* hdf5_file.c -- an HDF5 file is opened
 *
 * libhdf5 does not say why it cannot: the file may be corrupt, or the machine have no memory or
 * descriptors left.
 */
#define H5_USE_110_API
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>

#include "hdf5_type.h"

int pz_hdf5_open_file(const char *path, hid_t *file)
{
	/* What the machine refused may be there the next time. */
	for (int i = 0; i < 2; i++) {
		int fd;

		if ((*file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT)) >= 0)
			return 1;
		if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
			return pz_fail(PZ_EIO, "%s: %s", path, strerror(errno));
		close(fd);
	}
	return 0;
}
