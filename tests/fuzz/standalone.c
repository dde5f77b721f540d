/* standalone.c -- a target without libFuzzer: its seeds, their cuts, many flips
 *
 *      fuzz_stream                 TAP; fails by crashing, or by a sanitizer
 *      fuzz_stream FILE ...        the given inputs: to see a crash again
 *      fuzz_stream --write FOLDER  the seeds as files, for libFuzzer to begin from
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/random.h>

#include "fuzz.h"

#define CUTS  400  /* of a seed                         */
#define FLIPS 1500 /* of a seed: one to four bytes each */

static int inputs;

/* The bytes at the end of a block of their size, so that reading on is seen. */
static void try(const uint8_t *bytes, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	if (!exact)
		abort();
	memcpy(exact, bytes, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	inputs++;
}

static void try_cuts(const uint8_t *seed, size_t size)
{
	size_t step = size / CUTS + 1;

	for (size_t n = 0; n < size; n += step)
		try(seed, n);
}

static void try_flips(uint8_t *seed, size_t size, int number)
{
	static const uint8_t telling[] = { 0, 1, 0x7f, 0x80, 0xff, 0xdf, 0xc6, 0xdd };
	struct pz_random r;

	pz_random_init(&r, 1, pz_random_stream("flips", (uint64_t)number));
	for (int i = 0; i < FLIPS && size > 0; i++) {
		int n = 1 + (int)pz_random_below(&r, 4);
		size_t at[4];
		uint8_t kept[4];

		for (int k = 0; k < n; k++) {
			uint32_t bits = pz_random_bits(&r);

			at[k] = (size_t)pz_random_below(&r, size);
			kept[k] = seed[at[k]];
			seed[at[k]] = bits & 8 ? telling[bits & 7] : (uint8_t)(bits >> 8);
		}
		try(seed, size);
		while (n-- > 0)
			seed[at[n]] = kept[n];
	}
}

static int write_seeds(const char *folder)
{
	uint8_t *seed;
	size_t size;

	for (int i = 0; (seed = fuzz_seed(i, &size)); i++) {
		char path[4096];
		FILE *to;

		snprintf(path, sizeof path, "%s/seed%d", folder, i);
		if (!(to = fopen(path, "wb")) || fwrite(seed, 1, size, to) != size || fclose(to)) {
			perror(path);
			return 1;
		}
		free(seed);
	}
	return 0;
}

static int try_file(const char *path)
{
	static uint8_t bytes[1 << 24];
	FILE *from = fopen(path, "rb");
	size_t n;

	if (!from) {
		perror(path);
		return 1;
	}
	n = fread(bytes, 1, sizeof bytes, from);
	fclose(from);
	try(bytes, n);
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t *seed;
	size_t size;
	int rc = 0;

	if (argc == 3 && !strcmp(argv[1], "--write"))
		return write_seeds(argv[2]);
	for (int i = 1; i < argc && rc == 0; i++)
		rc = try_file(argv[i]);
	if (argc > 1)
		return rc;
	for (int i = 0; (seed = fuzz_seed(i, &size)); i++) {
		try(seed, size);
		try_cuts(seed, size);
		try_flips(seed, size, i);
		free(seed);
	}
	printf("1..1\n%s 1 - %d inputs without a crash\n", inputs ? "ok" : "not ok", inputs);
	return inputs == 0;
}
