/* hash.c -- the hash of a file's bytes */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include <pz/error.h>
#include <pz/file.h>

#include "pages.h"

#define PIECE ((size_t)1 << 19) /* bytes read at a time */

/* All bytes of f into the state. Their memory is aligned: some processors copy from the system to
 * 16 bytes behind the beginning of a page, where malloc's begins, at a quarter of the speed. */
static int hash_bytes(FILE *f, XXH3_state_t *state)
{
	char *bytes = pz_pages_alloc(PIECE);
	size_t n;
	int rc = 0;

	if (!bytes)
		return pz_fail(PZ_ENOMEM, "no memory for a hash");
	while ((n = fread(bytes, 1, PIECE, f)) > 0)
		XXH3_64bits_update(state, bytes, n);
	if (ferror(f))
		rc = pz_fail(PZ_EIO, "cannot read: %s", strerror(errno));
	free(bytes);
	return rc;
}

int pz_file_hash(const char *path, uint64_t *hash)
{
	FILE *f = fopen(path, "rbe");
	XXH3_state_t *state = XXH3_createState();
	int rc;

	if (!f)
		rc = pz_fail(PZ_EIO, "%s", strerror(errno));
	else if (!state)
		rc = pz_fail(PZ_ENOMEM, "no memory for a hash");
	else {
		XXH3_64bits_reset(state);
		rc = hash_bytes(f, state);
		*hash = XXH3_64bits_digest(state);
	}
	if (f)
		fclose(f);
	XXH3_freeState(state);
	return rc < 0 ? pz_fail_in(rc, "%s", path) : 0;
}
