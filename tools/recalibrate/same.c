/* same.c -- compares headers and histories */
#include <string.h>

#include <pz/error.h>

#include "../common/scalars.h"
#include "same.h"

/* The files of the last step that made p(z), as they stand in the history; NULL: there is none.
 * step: a map that this may use. */
static const void *last_models(const struct pz_header *h, pz_map *step, size_t *size)
{
	const void *raw = pz_map_raw(h->map, "history", size), *item = NULL, *found = NULL;
	size_t all = *size, item_size;

	while (raw && pz_value_next(raw, all, &item, &item_size)) {
		char name[16];
		const void *files;
		size_t n;

		pz_map_clear(step);
		if (pz_map_decode(step, item, item_size) < 0 ||
		    pz_map_text(step, "tool", name, sizeof name) <= 0)
			continue;
		if (strcmp(name, "predict") && strcmp(name, "knn"))
			continue;
		files = pz_map_raw(step, "files", &n);
		found = files;
		*size = n;
	}
	return found;
}

static bool other_models(const struct pz_header *a, const struct pz_header *b)
{
	pz_map *step = pz_map_new();
	size_t n = 0, m = 0;
	const void *of_a = step ? last_models(a, step, &n) : NULL;
	const void *of_b = step ? last_models(b, step, &m) : NULL;
	bool differ = of_a && of_b && (n != m || memcmp(of_a, of_b, n) != 0);

	pz_map_free(step);
	return differ;
}

int same_network(const struct tool *t, const struct pz_header *h, const struct pz_header *own,
		 const char *path)
{
	bool done = pz_map_has(h->map, "recalibrated");
	int rc = pz_header_need_kind(own, "predictions");

	if (rc < 0 || (rc = axes_needed(own)) < 0)
		return pz_fail_in(rc, "%s", path);
	if ((rc = axes_agree(h, own, path)) < 0)
		return rc;
	if (!pz_grid_equal(&h->grid, &own->grid))
		return pz_fail(PZ_EMISMATCH,
			       "%s: grid: expected %d and %d added bins as in the input, found %d "
			       "and %d: give predictions of the same network",
			       path, h->grid.left, h->grid.right, own->grid.left, own->grid.right);
	if (done != pz_map_has(own->map, "recalibrated"))
		return pz_fail(PZ_EMISMATCH,
			       "%s: recalibrated: the input %s and these galaxies %s: give both as "
			       "the network predicted them",
			       path, done ? "is" : "is not", done ? "are not" : "are");
	if (other_models(h, own))
		tool_say(t,
			 "%s was predicted by other models than the input, by the histories: p(z) "
			 "must be of the same network",
			 path);
	return 0;
}
