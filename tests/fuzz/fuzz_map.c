/* fuzz_map.c -- one MessagePack object: scanned, decoded, walked, printed, copied */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <pz/map.h>

#include "fuzz.h"

static FILE *nowhere;

/* Every value of a map, by key and by itself. */
static void walk(const pz_map *m)
{
	for (size_t i = 0; i < pz_map_count(m); i++) {
		size_t key_size, size, n = 0;
		const char *key = pz_map_key(m, i, &key_size);
		const void *raw = pz_map_raw_at(m, i, &size), *item = NULL;
		double numbers[8];
		char name[256];

		snprintf(name, sizeof name, "%.*s", (int)key_size, key);
		pz_map_number(m, name, NAN);
		pz_map_numbers(m, name, numbers, 8);
		pz_map_text(m, name, name, sizeof name);
		pz_map_print_json(raw, size, 2, nowhere);
		if (pz_value_type(raw) == PZ_INTEGER || pz_value_type(raw) == PZ_FLOAT)
			pz_value_print_number(raw, size, nowhere);
		pz_value_bytes(raw, size, &n);
		for (n = 0; pz_value_next(raw, size, &item, &n);)
			pz_value_number(item, n, NAN);
	}
}

static void change(const pz_map *m)
{
	pz_map *copy = pz_map_new();

	if (copy && pz_map_copy(copy, m) == 0) {
		pz_map_set_text(copy, "a", "text");
		pz_map_set_nil(copy, "b");
		pz_map_drop(copy, "c");
		pz_map_json(copy, 0, nowhere);
	}
	pz_map_free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	pz_map *m = pz_map_new();
	size_t need = 0, found;
	int64_t n = pz_map_scan(bytes, size, &need);

	if (!nowhere && !(nowhere = fopen("/dev/null", "wb")))
		abort();
	if (n > (int64_t)size || (n == 0 && need <= size && size > 0))
		abort(); /* the scan contradicts itself */
	if (m && n > 0 && pz_map_decode(m, bytes, (size_t)n) == 0) {
		walk(m);
		change(m);
		pz_map_raw(m, "a.b.c", &found);
	}
	pz_map_free(m);
	return 0;
}

static const struct {
	const char *bytes;
	size_t size;
} seeds[] = {
#define SEED(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
	SEED("\x80"),
	SEED("\x83\xa1z\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a\xa2id\x07\xa3img\xc4\x04\1\2\3\4"),
	SEED("\x82\xa5zphot\x82\xa4mode\xca\x3d\xcc\xcc\xcd\xa4mean\xc0\xa1l\x92\x93\1\2\3\x93\4\5"
	     "\6"),
	SEED("\xde\0\2\xa1"
	     "a\xd9\5hello\xd9\1b\xdc\0\3\xd0\xff\xd1\xff\xfe\xcf\xff\xff\xff\xff\xff\xff\xff\xff"),
	SEED("\xdf\0\0\0\1\xa1x\xd8\7\0\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"),
};

uint8_t *fuzz_seed(int i, size_t *size)
{
	if (i >= (int)(sizeof seeds / sizeof *seeds))
		return NULL;
	*size = seeds[i].size;
	return fuzz_copy(seeds[i].bytes, *size);
}
