/* same.c -- compares headers and histories */
#include <string.h>

#include <pz/error.h>

#include "../common/scalars.h"
#include "same.h"

#define ARGS_MAX 4096

/* The files of the last step that made p(z), as they stand in the history. */
struct models {
	const void *files; /* NULL: there is none                                  */
	size_t size;
	int count; /* of models; another file behind them is a sample (--domain)     */
};

/* How many of the files are models: not the sample that predict --domain compares with, which is
 * the last one. */
static int count_models(const pz_map *step, const void *files, size_t size)
{
	const void *item = NULL;
	char args[ARGS_MAX] = "";
	size_t n;
	int count = 0;

	while (files && pz_value_next(files, size, &item, &n))
		count++;
	pz_map_text(step, "args", args, sizeof args);
	return count - (count > 0 && strstr(args, "--domain ") != NULL);
}

/* step: a map that this may use. */
static struct models last_models(const struct pz_header *h, pz_map *step)
{
	size_t all, size;
	const void *raw = pz_map_raw(h->map, "history", &all), *item = NULL;
	struct models found = { NULL, 0, 0 };

	while (raw && pz_value_next(raw, all, &item, &size)) {
		char name[16];

		if (pz_map_decode(step, item, size) < 0 ||
		    pz_map_text(step, "tool", name, sizeof name) <= 0)
			continue;
		if (strcmp(name, "predict") && strcmp(name, "knn"))
			continue;
		found.files = pz_map_raw(step, "files", &found.size);
		found.count = count_models(step, found.files, found.size);
	}
	return found;
}

static bool other_models(const struct pz_header *a, const struct pz_header *b)
{
	pz_map *step = pz_map_new();
	struct models of_a = { NULL, 0, 0 }, of_b = of_a;
	const void *item_a = NULL, *item_b = NULL;
	size_t n, m;
	bool differ;

	if (step) {
		of_a = last_models(a, step);
		of_b = last_models(b, step);
	}
	differ = of_a.files && of_b.files && of_a.count != of_b.count;
	for (int i = 0; of_a.files && of_b.files && !differ && i < of_a.count; i++)
		differ = !pz_value_next(of_a.files, of_a.size, &item_a, &n) ||
			 !pz_value_next(of_b.files, of_b.size, &item_b, &m) || n != m ||
			 memcmp(item_a, item_b, n) != 0;
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
