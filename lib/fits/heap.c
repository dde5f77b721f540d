/* heap.c -- the bytes of tiles, which lie in the heap behind the table
 *
 * Tiles lie one after the other as a rule. So more is read than the one that is asked for, and
 * those that follow are there already.
 */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "tiles.h"

#define BATCH 1024                /* rows of the table */
#define AHEAD ((uint64_t)1 << 16) /* bytes             */

int pz_fits_tile_fail(const struct pz_fits *f, size_t tile, const char *wrong)
{
	if (!strcmp(wrong, "no memory"))
		return pz_fail(PZ_ENOMEM, "%s: no memory for tile %zu", f->where, tile + 1);
	return pz_fail(PZ_ECORRUPT, "%s: cut short or corrupt: tile %zu: %s", f->where, tile + 1,
		       wrong);
}

int pz_fits_tile_room(const struct pz_fits *f, uint8_t **to, size_t *room, size_t need)
{
	if (need <= *room)
		return 0;
	free(*to);
	*to = malloc(need);
	*room = *to ? need : 0;
	return *to ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory for a tile", f->where);
}

int pz_fits_heap_places(struct pz_fits *f, struct fits_column *c, uint64_t heap)
{
	LONGLONG length[BATCH], offset[BATCH], rows = 0;
	int status = 0;

	fits_get_num_rowsll(f->file, &rows, &status);
	if (status == 0 && !(c->place = calloc((size_t)rows + 1, sizeof *c->place)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for its tiles", f->where);
	for (LONGLONG row = 0; row < rows && !status; row += BATCH) {
		LONGLONG n = rows - row < BATCH ? rows - row : BATCH;

		fits_read_descriptsll(f->file, c->number, row + 1, n, length, offset, &status);
		for (LONGLONG i = 0; i < n && !status; i++) {
			if (length[i] < 0 || offset[i] < 0 ||
			    (uint64_t)length[i] > heap / c->width ||
			    (uint64_t)offset[i] > heap - (uint64_t)length[i] * c->width)
				return pz_fail(PZ_ECORRUPT,
					       "%s: cut short or corrupt: tile %lld: its bytes are "
					       "outside of the heap (%lld from %lld on)",
					       f->where, (long long)(row + i + 1),
					       (long long)length[i], (long long)offset[i]);
			c->place[row + i] = (struct fits_place){ (uint64_t)offset[i],
								 (uint64_t)length[i] * c->width };
		}
	}
	return status ? pz_fits_fail(f->where, status, "looking for its tiles") : 0;
}

/* Reads size bytes at `at`, and what may follow them up to `end`. */
static int read_ahead(struct pz_fits *f, uint64_t at, uint64_t size, uint64_t end)
{
	struct fits_tiles *t = f->tile;
	uint64_t length = (uint64_t)f->file->Fptr->filesize, more;
	int rc;

	end = end < length ? end : length;
	more = end < at ? 0 : end - at < AHEAD ? end - at : AHEAD;
	more = more < size ? size : more;
	t->packed_size = 0;
	if ((rc = pz_fits_tile_room(f, &t->packed, &t->packed_room, more)) < 0 ||
	    (rc = pz_file_get(f->fd, (off_t)at, t->packed, more)) < 0)
		return rc;
	t->packed_at = at;
	t->packed_size = more;
	return 0;
}

int pz_fits_heap_find(struct pz_fits *f, const struct fits_column *c, size_t tile,
		      const uint8_t **bytes, size_t *size)
{
	struct fits_tiles *t = f->tile;
	uint64_t heap, at;
	int rc;

	*size = c->place ? c->place[tile].size : 0;
	if (*size == 0)
		return 0;
	heap = (uint64_t)(f->file->Fptr->datastart + f->file->Fptr->heapstart);
	at = heap + c->place[tile].at;
	if (f->bytes) {
		if (at > f->length || *size > f->length - at)
			return pz_fits_tile_fail(f, tile, "its bytes are behind the file's end");
		*bytes = (const uint8_t *)f->bytes + at;
		return 0;
	}
	if ((at < t->packed_at || at - t->packed_at > t->packed_size ||
	     *size > t->packed_size - (at - t->packed_at)) &&
	    (rc = read_ahead(f, at, *size, heap + t->heap)) < 0)
		return pz_fail_in(rc, "%s: tile %zu", f->where, tile + 1);
	*bytes = t->packed + (at - t->packed_at);
	return 0;
}
