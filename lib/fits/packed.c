/* packed.c -- tiles packed by gzip or bzip2 */
#include <bzlib.h>
#include <string.h>
#include <zlib.h>

#include "tile.h"

static const char *inflate_gzip(const uint8_t *bytes, size_t size, uint8_t *to, size_t most,
				size_t *got)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)bytes,
		       .avail_in = (uInt)size,
		       .next_out = to,
		       .avail_out = (uInt)most };
	int status;

	if (size > UINT32_MAX || most > UINT32_MAX)
		return "it is too large";
	if (inflateInit2(&z, 15 + 32) != Z_OK)
		return "no memory";
	status = inflate(&z, Z_FINISH);
	*got = most - z.avail_out;
	inflateEnd(&z);
	return status == Z_STREAM_END ? NULL : "its gzip data are wrong or end too early";
}

static const char *inflate_bzip2(const uint8_t *bytes, size_t size, uint8_t *to, size_t most,
				 size_t *got)
{
	unsigned n = (unsigned)most;

	if (size > UINT32_MAX || most > UINT32_MAX)
		return "it is too large";
	if (BZ2_bzBuffToBuffDecompress((char *)to, &n, (char *)(uintptr_t)bytes, (unsigned)size, 0,
				       0) != BZ_OK)
		return "its bzip2 data are wrong or end too early";
	*got = n;
	return NULL;
}

const char *pz_fits_tile_inflate(enum fits_packer packer, const uint8_t *bytes, size_t size,
				 uint8_t *to, size_t most, size_t *got)
{
	if (packer == FITS_BZIP2)
		return inflate_bzip2(bytes, size, to, most, got);
	if (packer != FITS_PLAIN)
		return inflate_gzip(bytes, size, to, most, got);
	if (size > most)
		return "it has more bytes than pixels";
	memcpy(to, bytes, size);
	*got = size;
	return NULL;
}
