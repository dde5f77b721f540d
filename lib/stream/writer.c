/* writer.c -- header, records, trailer; hashed on the way */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/stream.h>

#include "../base/os.h"
#include "hash.h"
#include "header.h"
#include "map_write.h"
#include "trailer.h"

struct pz_writer {
	FILE *to; /* the caller's */
	char name[256];
	XXH3_state_t *hash;  /* of all bytes                                    */
	XXH3_state_t *small; /* of those that are none of large values          */
	uint64_t count, position;
	int error; /* sticky */
};

static int put(void *to, const void *bytes, size_t size, bool large)
{
	struct pz_writer *w = to;

	XXH3_64bits_update(w->hash, bytes, size);
	if (!large)
		XXH3_64bits_update(w->small, bytes, size);
	w->position += size;
	if (fwrite(bytes, 1, size, w->to) != size)
		return pz_fail(PZ_EIO, "%s: cannot write: %s", w->name, strerror(errno));
	return 0;
}

int pz_writer_open(struct pz_writer **out, FILE *to, const char *name, const struct pz_header *h)
{
	struct pz_header own = { 0 };
	struct pz_writer *w;
	int rc;

	*out = NULL;
	if (!(w = calloc(1, sizeof *w)) || !(w->hash = XXH3_createState()) ||
	    !(w->small = XXH3_createState())) {
		rc = pz_fail(PZ_ENOMEM, "no memory for a writer");
		goto done;
	}
	w->to = to;
	pz_os_widen_pipe(fileno(to));
	snprintf(w->name, sizeof w->name, "%s", name);
	XXH3_64bits_reset(w->hash);
	XXH3_64bits_reset(w->small);
	if ((rc = pz_header_copy(&own, h)) == 0 && (rc = pz_header_pack(&own)) == 0)
		rc = pz_map_write(own.map, false, put, w);
	pz_header_release(&own);
done:
	if (rc < 0) {
		pz_writer_abandon(w);
		return rc;
	}
	*out = w;
	return 0;
}

int pz_write(struct pz_writer *w, const pz_map *record)
{
	if (w->error)
		return w->error;
	w->error = pz_map_write(record, true, put, w);
	w->count++;
	return w->error;
}

uint64_t pz_writer_count(const struct pz_writer *w)
{
	return w->count;
}

uint64_t pz_writer_position(const struct pz_writer *w)
{
	return w->position;
}

static int put_trailer(struct pz_writer *w)
{
	/* {"end": uint64, "xxh3": uint64, "small": uint64}, all always of full width. */
	unsigned char t[43] = { 0x83, 0xa3, 'e',         'n', 'd', 0xcf, [14] = 0xa4, 'x', 'x', 'h',
				'3',  0xcf, [28] = 0xa5, 's', 'm', 'a',  'l',         'l', 0xcf };
	uint64_t hash = XXH3_64bits_digest(w->hash);

	pz_trailer_store_big_endian(t + 6, w->count);
	pz_trailer_store_big_endian(t + 20, hash);
	pz_trailer_store_big_endian(t + 35, pz_trailer_small(w->small, w->count, hash));
	return put(w, t, sizeof t, false);
}

int pz_writer_close(struct pz_writer *w)
{
	int rc = w->error;

	if (rc == 0)
		rc = put_trailer(w);
	if (rc == 0 && (fflush(w->to) != 0 || ferror(w->to)))
		rc = pz_fail(PZ_EIO, "%s: cannot write: %s", w->name, strerror(errno));
	pz_writer_abandon(w);
	return rc;
}

void pz_writer_abandon(struct pz_writer *w)
{
	if (w) {
		XXH3_freeState(w->hash);
		XXH3_freeState(w->small);
	}
	free(w);
}
