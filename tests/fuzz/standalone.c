/* standalone.c -- a target without libFuzzer: its seeds, their cuts, many flips
 *
 *      fuzz_stream                 TAP; fails by crashing, or by a sanitizer
 *      fuzz_stream FILE ...        the given inputs: to see a crash again
 *      fuzz_stream --write FOLDER  the seeds as files, for libFuzzer to begin from
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pz/random.h>

#include "fuzz.h"

#define CUTS    400  /* of a seed                         */
#define FLIPS   1500 /* of a seed: one to four bytes each */
#define SECONDS 4.0  /* for each of these, about; but always a tenth of them */

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

/* How long an input like the seed takes, which is tried. */
static double measure_seed(const uint8_t *seed, size_t size)
{
	struct timespec begun, ended;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	try(seed, size);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	return (double)(ended.tv_sec - begun.tv_sec) +
	       1e-9 * (double)(ended.tv_nsec - begun.tv_nsec);
}

/* How many of `most` inputs are tried if each takes as long as the seed. */
static int afford(int most, double each)
{
	double n = SECONDS / each;

	return n > most ? most : n < most / 10 ? most / 10 : (int)n;
}

static void try_cuts(const uint8_t *seed, size_t size, int cuts)
{
	size_t step = size / (size_t)cuts + 1;

	for (size_t n = 0; n < size; n += step)
		try(seed, n);
}

static void try_flips(uint8_t *seed, size_t size, int number, int flips)
{
	static const uint8_t telling[] = { 0, 1, 0x7f, 0x80, 0xff, 0xdf, 0xc6, 0xdd };
	struct pz_random r;

	pz_random_init(&r, 1, pz_random_stream("flips", (uint64_t)number));
	for (int i = 0; i < flips && size > 0; i++) {
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
		double each = measure_seed(seed, size);

		try_cuts(seed, size, afford(CUTS, each));
		try_flips(seed, size, i, afford(FLIPS, each));
		free(seed);
	}
	printf("1..1\n%s 1 - %d inputs without a crash\n", inputs ? "ok" : "not ok", inputs);
	return inputs == 0;
}
