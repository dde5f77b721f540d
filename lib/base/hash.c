/* hash.c -- the hash of a file's bytes */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include <pz/error.h>
#include <pz/file.h>

/* All bytes of f into the state. */
static int hash_bytes(FILE *f, XXH3_state_t *state)
{
	char bytes[65536];
	size_t n;

	while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
		XXH3_64bits_update(state, bytes, n);
	return ferror(f) ? pz_fail(PZ_EIO, "cannot read: %s", strerror(errno)) : 0;
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
