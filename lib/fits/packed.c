/* packed.c -- tiles packed by gzip or bzip2, and by HCOMPRESS */
#include <bzlib.h>
#include <fitsio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tile.h"

#define PLANES 64   /* of bits, at most   */
#define HEAD   26   /* bytes of an image of nothing */
#define SPARE  1024 /* bytes              */

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

const char *fits_tile_inflate(enum fits_packer packer, const uint8_t *bytes, size_t size,
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

static uint32_t number_at(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* By CFITSIO, of bytes that `after` stands behind. */
static const char *decode(uint8_t *padded, size_t size, size_t room, int after, bool smooth,
			  bool small, int32_t *pixels, size_t n)
{
	int x = 0, y = 0, scale = 0, status = 0;

	memset(padded + size, after, room - size);
	if (small)
		fits_hdecompress(padded, smooth, pixels, &x, &y, &scale, &status);
	else
		fits_hdecompress64(padded, smooth, (LONGLONG *)(void *)pixels, &x, &y, &scale,
				   &status);
	fits_clear_errmsg();
	return status || (size_t)x * (size_t)y != n ? "its HCOMPRESS data are wrong" : NULL;
}

/* The decoder counts no bytes. It asks for the numbers of rows and columns, which must be the
 * tile's; then, plane after plane of bits, for four bits that are 0 or 15, and for 8 bits a
 * pixel at most. So with something else than 0 and 15 behind the bytes, wherever it looks,
 * it stops within a plane after their end. What it read beyond them the pixels then depend
 * on: with other bytes there, they are other ones. */
const char *fits_tile_hcompress(const uint8_t *bytes, size_t size, bool smooth, bool small,
				int32_t *pixels, size_t x, size_t y)
{
	size_t n = x * y, room = size + n + SPARE, length = n * sizeof *pixels;
	const char *wrong = NULL;
	uint8_t *padded;
	int32_t *again;

	if (size < HEAD || bytes[0] != 0xdd || bytes[1] != 0x99)
		return "its HCOMPRESS data are wrong";
	if (number_at(bytes + 2) != y || number_at(bytes + 6) != x)
		return "its HCOMPRESS data are of another size";
	for (int i = 22; i < 25; i++)
		if (bytes[i] > PLANES)
			return "its HCOMPRESS data are wrong";
	padded = malloc(room);
	again = malloc(n * sizeof(int64_t));
	if (!padded || !again)
		wrong = "no memory";
	if (!wrong) {
		memcpy(padded, bytes, size);
		wrong = decode(padded, size, room, 0x55, smooth, small, again, n);
	}
	if (!wrong)
		wrong = decode(padded, size, room, 0xaa, smooth, small, pixels, n);
	if (!wrong && memcmp(pixels, again, length))
		wrong = "its bytes end too early";
	free(padded);
	free(again);
	return wrong;
}
