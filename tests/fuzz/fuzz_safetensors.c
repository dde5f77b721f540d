/* fuzz_safetensors.c -- tensors of other programs: header, sizes, types, values */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/exchange.h>

#include "fuzz.h"

static const char text[] = "conv 3x3 2 prelu\npool\nmean\nebv\ndense 3 relu\n";

/* A network of all kinds of tensors. */
static struct pz_net *net(void)
{
	const struct pz_net_shape shape = { .bands = 2, .size = 4, .bins = 4, .channels = 2 };
	struct pz_net *n;

	if (pz_net_new(&n, text, &shape) < 0)
		abort();
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const unsigned roles[] = { PZ_ROLES_ALL, PZ_ROLE_TRUNK };
	const char *path = fuzz_file(bytes, size);
	static struct pz_net *n;
	char *others;
	int read;

	if (!n)
		n = net();
	for (int i = 0; i < 2; i++) {
		pz_net_read_safetensors(n, path, roles[i], &read, &others);
		free(others);
	}
	return 0;
}

/* A whole file, as tonetwork writes it. */
static uint8_t *written(size_t *size)
{
	static const struct pz_note notes[] = { { "net", text } };
	struct pz_net *n = net();
	char *bytes = NULL, *others;
	int read;
	FILE *to = open_memstream(&bytes, size);

	if (!to || pz_net_write_safetensors(n, notes, 1, to) < 0 || fclose(to) != 0)
		abort();
	/* what cannot be read back would be no seed */
	if (pz_net_read_safetensors(n, fuzz_file((uint8_t *)bytes, *size), PZ_ROLES_ALL, &read,
				    &others) < 0)
		abort();
	free(others);
	pz_net_free(n);
	return (uint8_t *)bytes;
}

/* A header that says what cannot be, or what other programs write. */
static uint8_t *header(const char *json, uint64_t length, size_t *size)
{
	size_t n = strlen(json);
	uint8_t *bytes = calloc(1, 8 + n + 64);

	if (!bytes)
		abort();
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((length ? length : n) >> 8 * i);
	memcpy(bytes + 8, json, n);
	*size = 8 + n + 64;
	return bytes;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char *const json[] = {
		"{\"fc0.bias\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]}}",
		"{\"fc0.bias\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[2,8]},\"x\":{}}",
		"{\"fc0.bias\":{\"dtype\":\"F64\",\"shape\":[3],\"data_offsets\":[0,24]}}",
		("{\"fc0.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,"
		 "9223372036854775807]}}"),
		"{\"fc0.bias\":{\"dtype\":\"F32\",\"shape\":[-3],\"data_offsets\":[-12,0]}}",
		"{\"fc0.bias\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}",
	};
	const size_t n = sizeof json / sizeof *json;

	if (i == 0)
		return written(size);
	if ((size_t)i <= n)
		return header(json[i - 1], 0, size);
	return (size_t)i == n + 1 ? header("{}", UINT64_MAX - 7, size) : NULL;
}
