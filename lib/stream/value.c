/* value.c -- what a MessagePack value is, by its first byte */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/map.h>

enum pz_type pz_value_type(const void *raw)
{
	unsigned b = *(const unsigned char *)raw;

	if (b <= 0x7f || b >= 0xe0 || (b >= 0xcc && b <= 0xd3))
		return PZ_INTEGER;
	if (b <= 0x8f || b == 0xde || b == 0xdf)
		return PZ_MAP;
	if (b <= 0x9f || b == 0xdc || b == 0xdd)
		return PZ_ARRAY;
	if (b <= 0xbf || (b >= 0xd9 && b <= 0xdb))
		return PZ_TEXT;
	if (b == 0xc0)
		return PZ_NIL;
	if (b == 0xc2 || b == 0xc3)
		return PZ_BOOL;
	if (b >= 0xc4 && b <= 0xc6)
		return PZ_BYTES;
	if (b == 0xca || b == 0xcb)
		return PZ_FLOAT;
	return PZ_EXTENSION;
}

static uint64_t big_endian(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* The float that stands behind the first byte, of 4 or 8 bytes. */
static double float_of(const unsigned char *p, size_t n)
{
	uint64_t bits = big_endian(p, n);
	uint32_t half = (uint32_t)bits;
	double wide;
	float narrow;

	memcpy(&wide, &bits, sizeof wide);
	memcpy(&narrow, &half, sizeof narrow);
	return n == 4 ? (double)narrow : wide;
}

/* n bytes of two's complement. */
static int64_t signed_of(const unsigned char *p, size_t n)
{
	uint64_t sign = (uint64_t)1 << (8 * n - 1);

	return (int64_t)((big_endian(p, n) ^ sign) - sign);
}

double pz_value_number(const void *raw, size_t size, double absent)
{
	const unsigned char *p = raw;
	enum pz_type type = pz_value_type(raw);

	if (type == PZ_FLOAT)
		return float_of(p + 1, size - 1);
	if (type != PZ_INTEGER)
		return absent;
	if (size == 1)
		return (signed char)*p;
	return *p <= 0xcf ? (double)big_endian(p + 1, size - 1)
			  : (double)signed_of(p + 1, size - 1);
}

bool pz_value_integer(const void *raw, size_t size, int64_t *value)
{
	const unsigned char *p = raw;
	double x = pz_value_number(raw, size, NAN);
	uint64_t u;

	if (pz_value_type(raw) == PZ_FLOAT) {
		*value = fabs(x) < 0x1p53 ? (int64_t)x : 0;
		return x == (double)*value;
	}
	if (pz_value_type(raw) != PZ_INTEGER)
		return false;
	if (size == 1 || *p > 0xcf) {
		*value = size == 1 ? (signed char)*p : signed_of(p + 1, size - 1);
		return true;
	}
	u = big_endian(p + 1, size - 1);
	*value = (int64_t)u;
	return u <= INT64_MAX;
}

const void *pz_value_bytes(const void *raw, size_t size, size_t *n)
{
	unsigned b = *(const unsigned char *)raw;
	size_t head;

	switch (pz_value_type(raw)) {
	case PZ_TEXT:
		head = b < 0xd9 ? 1 : 1 + ((size_t)1 << (b - 0xd9));
		break;
	case PZ_BYTES:
		head = 1 + ((size_t)1 << (b - 0xc4));
		break;
	default:
		return NULL;
	}
	*n = size - head;
	return (const unsigned char *)raw + head;
}

bool pz_value_next(const void *raw, size_t size, const void **item, size_t *n)
{
	const unsigned char *begin = raw, *end = begin + size, *p;
	size_t need;
	int64_t found;

	if (pz_value_type(raw) != PZ_ARRAY)
		return false;
	p = *item ? (const unsigned char *)*item + *n
		  : begin + (*begin == 0xdc   ? 3
			     : *begin == 0xdd ? 5
					      : 1);
	if (p >= end || (found = pz_map_scan(p, (size_t)(end - p), &need)) <= 0)
		return false;
	*item = p;
	*n = (size_t)found;
	return true;
}

void pz_value_format(double x, bool narrow, char *text, size_t size)
{
	for (int digits = narrow ? 6 : 15; digits <= 17; digits++) {
		snprintf(text, size, "%.*g", digits, x);
		if (narrow ? strtof(text, NULL) == (float)x : strtod(text, NULL) == x)
			break;
	}
	if (isnan(x))
		snprintf(text, size, "nan");
}

static void print_float(double x, bool narrow, FILE *to)
{
	char text[40];

	pz_value_format(x, narrow, text, sizeof text);
	fputs(text, to);
}

void pz_value_print_number(const void *raw, size_t size, FILE *to)
{
	const unsigned char *p = raw;

	if (pz_value_type(raw) == PZ_FLOAT)
		print_float(pz_value_number(raw, size, 0), size == 5, to);
	else if (size == 1)
		fprintf(to, "%d", (signed char)*p);
	else if (*p <= 0xcf)
		fprintf(to, "%" PRIu64, big_endian(p + 1, size - 1));
	else
		fprintf(to, "%" PRId64, signed_of(p + 1, size - 1));
}
