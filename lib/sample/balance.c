/* balance.c -- sort by cell and random number, keep a window of each cell */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <pz/balance.h>
#include <pz/error.h>
#include <pz/random.h>

struct entry {
	uint32_t row, bin;
	uint64_t order; /* random, of seed and id                               */
	size_t galaxy;
};

static int compare(const void *va, const void *vb)
{
	const struct entry *a = va, *b = vb;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	if (a->bin != b->bin)
		return a->bin < b->bin ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->galaxy < b->galaxy ? -1 : a->galaxy > b->galaxy;
}

static uint64_t random_order(uint64_t seed, uint64_t key)
{
	uint32_t bits[4];

	pz_random_block(seed, pz_random_stream("balance", 0), key, bits);
	return (uint64_t)bits[1] << 32 | bits[0];
}

/* The galaxies that are in a cell, sorted; returns how many. */
static size_t collect(const struct pz_balance *b, size_t n, const int *row, const int *bin,
		      const uint64_t *key, struct entry *entry)
{
	size_t inside = 0;

	for (size_t i = 0; i < n; i++)
		if (row[i] >= 0 && bin[i] >= 0)
			entry[inside++] = (struct entry){ (uint32_t)row[i], (uint32_t)bin[i],
							  random_order(b->seed, key[i]), i };
	qsort(entry, inside, sizeof *entry, compare);
	return inside;
}

/* Keeps the fold's window of the cell entry[0..c-1]. */
static size_t keep_window(const struct pz_balance *b, const struct entry *entry, size_t c,
			  unsigned char *keep)
{
	size_t t = b->threshold < c ? b->threshold : c;
	size_t start = t < c ? (size_t)(b->fold - 1) % c * t % c : 0;

	for (size_t i = 0; i < t; i++)
		keep[entry[(start + i) % c].galaxy] = 1;
	return t;
}

int pz_balance(const struct pz_balance *b, size_t n, const int *row, const int *bin,
	       const uint64_t *key, unsigned char *keep, struct pz_balance_counts *counts)
{
	struct pz_balance_counts sum = { 0 };
	struct entry *entry;
	size_t inside;

	if (b->threshold < 1 || b->fold < 1)
		return pz_fail(PZ_EARG,
			       "balance: expected threshold and fold from 1, found %zu and %d",
			       b->threshold, b->fold);
	entry = malloc((n + !n) * sizeof *entry);
	if (!entry)
		return pz_fail(PZ_ENOMEM, "no memory to balance %zu galaxies", n);
	memset(keep, 0, n);
	inside = collect(b, n, row, bin, key, entry);
	for (size_t i = 0, end; i < inside; i = end) {
		for (end = i + 1; end < inside && entry[end].row == entry[i].row &&
				  entry[end].bin == entry[i].bin;)
			end++;
		sum.kept += keep_window(b, entry + i, end - i, keep);
		sum.cells++;
		sum.cells_cut += end - i > b->threshold;
	}
	sum.outside = n - inside;
	if (counts)
		*counts = sum;
	free(entry);
	return 0;
}
