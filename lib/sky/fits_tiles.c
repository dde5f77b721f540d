/* fits_tiles.c -- what the table of a tile-compressed image says of itself
 *
 * CFITSIO asks for as much memory as a tile's size and the length of its bytes say.
 */
#include <stdio.h>

#include <pz/error.h>

#include "fits_open.h"

#define TILE_MAX ((LONGLONG)1 << 29) /* pixels: a tile may be a whole image of 19,354 squared */
#define BATCH    1024                /* rows */

/* The side of a tile along axis i (from 1), from its keyword. */
static LONGLONG tile_side(struct pz_fits *f, int i)
{
	char key[16];
	LONGLONG side = i == 1 ? f->size[0] : 1;
	int status = 0;

	snprintf(key, sizeof key, "ZTILE%d", i);
	fits_read_key_lnglng(f->file, key, &side, NULL, &status);
	if (status)
		fits_clear_errmsg();
	return side;
}

static int check_sides(struct pz_fits *f, LONGLONG rows)
{
	LONGLONG x = tile_side(f, 1), y = tile_side(f, 2), tiles;

	if (x < 1 || y < 1 || x > TILE_MAX || y > TILE_MAX / x)
		return pz_fail(PZ_EDATA, "%s: tiles of %lld x %lld pixels", f->where, (long long)x,
			       (long long)y);
	tiles = ((f->size[0] - 1) / x + 1) * ((f->size[1] - 1) / y + 1);
	if (tiles != rows)
		return pz_fail(PZ_ECUT, "%s: cut short or corrupt: expected %lld tiles, found %lld",
			       f->where, (long long)tiles, (long long)rows);
	return 0;
}

/* The bytes of column c (from 1) lie in the file. */
static int check_column(struct pz_fits *f, int c, LONGLONG rows)
{
	LONGLONG length[BATCH], offset[BATCH], repeat, most = f->file->Fptr->filesize;
	int type = 0, status = 0;

	fits_get_coltypell(f->file, c, &type, &repeat, NULL, &status);
	for (LONGLONG row = 0; row < rows && type < 0 && !status; row += BATCH) {
		LONGLONG n = rows - row < BATCH ? rows - row : BATCH;

		fits_read_descriptsll(f->file, c, row + 1, n, length, offset, &status);
		for (LONGLONG i = 0; i < n && !status; i++)
			if (length[i] < 0 || length[i] > most || offset[i] < 0 || offset[i] > most)
				return pz_fail(
					PZ_ECUT,
					"%s: cut short or corrupt: tile %lld has %lld values",
					f->where, (long long)(row + i + 1), (long long)length[i]);
	}
	return status ? fits_fail(f->where, status, "looking for its tiles") : 0;
}

int fits_check_tiles(struct pz_fits *f)
{
	LONGLONG rows = 0;
	int columns = 0, status = 0, rc;

	if (!f->tiles || f->partial)
		return 0;
	fits_get_num_rowsll(f->file, &rows, &status);
	fits_get_num_cols(f->file, &columns, &status);
	if (status)
		return fits_fail(f->where, status, "looking for its tiles");
	rc = check_sides(f, rows);
	for (int c = 1; c <= columns && rc == 0; c++)
		rc = check_column(f, c, rows);
	return rc;
}
