/* fuzz_expression.c -- the text of a condition, tried on a record: what is accepted runs */
#include <stdlib.h>
#include <string.h>

#include <pz/expression.h>

#include "fuzz.h"

static pz_map *make_record(void)
{
	static const float features[] = { 1, 2, 3 };
	pz_map *record = pz_map_new();

	pz_map_set_number(record, "a", 1.5);
	pz_map_set_integer(record, "b", 7);
	pz_map_set_text(record, "c", "text");
	pz_map_set_raw(record, "d", "\xc2", 1);
	pz_map_set_bytes(record, "features", features, sizeof features);
	pz_map_set_numbers(record, "v", (double[]){ 1, 2 }, 2, 0);
	pz_map_set_named(record, "m", (const char *const[]){ "x" }, (double[]){ 1 }, 1);
	if (pz_map_error(record) < 0)
		abort();
	return record;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct pz_expression *e;
	pz_map *record = make_record();
	char *text = malloc(size + 1);

	if (!record || !text)
		abort();
	memcpy(text, bytes, size);
	text[size] = '\0';
	/* Files that the text names are no input of this target. */
	for (char *at = text; (at = strchr(at, '@'));)
		*at = '(';
	if (pz_expression_parse(&e, text, NULL) == 0) {
		int first = pz_expression_test(e, record);

		if (first > PZ_UNKNOWN || pz_expression_test(e, record) != first ||
		    strlen(pz_expression_text(e)) > size)
			abort();
	}
	pz_expression_free(e);
	pz_map_free(record);
	free(text);
	return 0;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char *const texts[] = {
		"1 <= a < 2 != b and not c = 'te''xt' or d",
		"a in (1, -2.5, 'x') or m.x + v[1] * features[2] / 0x1f > -1e-3",
		"`a` is not missing and (b is null or min(a, b, 3) >= bits(b, 4))",
		"separation(a, b, 1, 2) < sqrt(abs(a)) and c not in (\"text\")",
	};

	return (size_t)i < sizeof texts / sizeof *texts ? fuzz_text(texts[i], size) : NULL;
}
