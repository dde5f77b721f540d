/* sort.c -- a merge sort from the bottom up */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "sort.h"

struct sorting {
	size_t size; /* bytes of an element */
	pz_sort_compare *compare;
	void *arg;
};

/* Merges a sorted run of left elements and one of right elements behind it into `to`. */
static void merge_runs(const struct sorting *s, const unsigned char *from, size_t left,
		       size_t right, unsigned char *to)
{
	const unsigned char *a = from, *b = from + left * s->size;

	while (left && right) {
		if (s->compare(b, a, s->arg) < 0) {
			memcpy(to, b, s->size);
			b += s->size;
			right--;
		} else {
			memcpy(to, a, s->size);
			a += s->size;
			left--;
		}
		to += s->size;
	}
	memcpy(to, left ? a : b, (left + right) * s->size);
}

int pz_sort_by(void *base, size_t n, size_t size, pz_sort_compare *compare, void *arg)
{
	const struct sorting s = { size, compare, arg };
	unsigned char *from = base, *room, *to;

	if (n < 2)
		return 0;
	if (n > SIZE_MAX / size || !(room = malloc(n * size)))
		return pz_fail(PZ_ENOMEM, "no memory to sort %zu elements", n);
	to = room;
	for (size_t run = 1; run < n; run *= 2) {
		unsigned char *sorted = to;

		for (size_t i = 0; i < n; i += 2 * run) {
			size_t left = n - i < run ? n - i : run;
			size_t right = n - i - left < run ? n - i - left : run;

			merge_runs(&s, from + i * size, left, right, to + i * size);
		}
		to = from;
		from = sorted;
	}
	if (from != base)
		memcpy(base, from, n * size);
	free(room);
	return 0;
}
