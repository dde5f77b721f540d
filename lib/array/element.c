/* element.c -- values of any type and byte order become numbers and texts
 *
 * Bytes are put in order first, and read as what they are by memcpy: a value may stand anywhere.
 */
#include <stdlib.h>
#include <string.h>

#include <pz/pixel.h>

#include "parts.h"

#define TEXT_MAX (1u << 20) /* bytes of a text that all values of an array have */

static bool is_size(char kind, size_t size)
{
	switch (kind) {
	case 'f':
		return size == 2 || size == 4 || size == 8;
	case 'i':
	case 'u':
		return size == 1 || size == 2 || size == 4 || size == 8;
	case 'b':
		return size == 1;
	default:
		return true;
	}
}

bool pz_element_parse(const char *text, struct element *e)
{
	char order = *text, *end;
	unsigned long size;

	if (!order || !strchr("<>|=", order) || !text[1] || !strchr("fiubSUO", text[1]))
		return false;
	e->kind = text[1];
	e->swap = order == '>';
	if (e->kind == 'O') {
		e->size = sizeof(void *);
		return text[2] == '\0';
	}
	if (text[2] < '0') /* a blank or a sign, which strtoul would pass over */
		return false;
	size = strtoul(text + 2, &end, 10);
	e->size = e->kind == 'U' ? 4 * size : size;
	return *end == '\0' && size <= TEXT_MAX / 4 && is_size(e->kind, e->size);
}

enum pz_array_kind pz_element_kind(const struct element *e)
{
	switch (e->kind) {
	case 'f':
		return PZ_ARRAY_FLOAT;
	case 'i':
	case 'u':
		return PZ_ARRAY_INTEGER;
	case 'b':
		return PZ_ARRAY_BOOL;
	case 'S':
	case 'U':
	case 'V':
		return PZ_ARRAY_TEXT;
	default:
		return PZ_ARRAY_OTHER;
	}
}

/* -- numbers */

static uint64_t load(const struct element *e, const void *raw)
{
	uint64_t bits = 0;

	memcpy(&bits, raw, e->size);
	return e->swap ? __builtin_bswap64(bits) >> (64 - 8 * e->size) : bits;
}

static double float_of(const struct element *e, uint64_t bits)
{
	uint32_t half = (uint32_t)bits;
	double wide;
	float narrow;

	if (e->size == 8) {
		memcpy(&wide, &bits, sizeof wide);
		return wide;
	}
	if (e->size == 2)
		return (double)pz_half_value((uint16_t)half);
	memcpy(&narrow, &half, sizeof narrow);
	return (double)narrow;
}

static int64_t signed_of(const struct element *e, uint64_t bits)
{
	unsigned above = 64 - 8 * (unsigned)e->size;

	return (int64_t)(bits << above) >> above;
}

static double number_of(const struct element *e, const void *raw)
{
	uint64_t bits = load(e, raw);

	switch (e->kind) {
	case 'f':
		return float_of(e, bits);
	case 'i':
		return (double)signed_of(e, bits);
	case 'b':
		return bits != 0;
	default:
		return (double)bits;
	}
}

void pz_element_doubles(const struct element *e, const void *raw, size_t n, double *to)
{
	const char *at = raw;

	if (e->kind == 'f' && e->size == sizeof *to && !e->swap)
		memcpy(to, raw, n * sizeof *to);
	else
		for (size_t i = 0; i < n; i++)
			to[i] = number_of(e, at + i * e->size);
}

void pz_element_floats(const struct element *e, const void *raw, size_t n, float *to)
{
	const char *at = raw;

	if (e->kind == 'f' && e->size != 8 && !e->swap)
		pz_pixels_load(to, raw, n, e->size == 2 ? PZ_F2 : PZ_F4);
	else
		for (size_t i = 0; i < n; i++)
			to[i] = (float)number_of(e, at + i * e->size);
}

bool pz_element_integers(const struct element *e, const void *raw, size_t n, int64_t *to,
			 size_t *at)
{
	const char *bytes = raw;

	for (size_t i = 0; i < n; i++) {
		uint64_t bits = load(e, bytes + i * e->size);

		*at = i;
		if (e->kind == 'u' && bits > INT64_MAX)
			return false;
		to[i] = e->kind == 'i'   ? signed_of(e, bits)
			: e->kind == 'b' ? bits != 0
					 : (int64_t)bits;
	}
	return true;
}

/* -- texts */

/* A code point as UTF-8: how many bytes; 0: it is none. */
static size_t encode_utf8(uint32_t point, char to[4])
{
	if (point < 0x80) {
		to[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		to[0] = (char)(0xc0 | point >> 6);
		to[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		to[0] = (char)(0xe0 | point >> 12);
		to[1] = (char)(0x80 | (point >> 6 & 0x3f));
		to[2] = (char)(0x80 | (point & 0x3f));
		return point < 0xd800 || point > 0xdfff ? 3 : 0;
	}
	to[0] = (char)(0xf0 | point >> 18);
	to[1] = (char)(0x80 | (point >> 12 & 0x3f));
	to[2] = (char)(0x80 | (point >> 6 & 0x3f));
	to[3] = (char)(0x80 | (point & 0x3f));
	return point <= 0x10ffff ? 4 : 0;
}

/* UCS-4, zeros behind it. */
static bool wide_text(const struct element *e, const char *raw, char *to, size_t size)
{
	static const uint32_t none;
	size_t used = 0, n = e->size / 4;

	while (n > 0 && !memcmp(raw + 4 * (n - 1), &none, sizeof none))
		n--;
	for (size_t i = 0; i < n; i++) {
		uint32_t point;
		char bytes[4];
		size_t length;

		memcpy(&point, raw + 4 * i, sizeof point);
		length = encode_utf8(e->swap ? __builtin_bswap32(point) : point, bytes);
		if (length == 0 || point == 0 || used + length >= size)
			return false;
		memcpy(to + used, bytes, length);
		used += length;
	}
	to[used] = '\0';
	return true;
}

bool pz_element_text(const struct element *e, const void *raw, char *to, size_t size)
{
	const char *bytes = raw;
	size_t n = e->size;

	if (e->kind == 'U')
		return wide_text(e, raw, to, size);
	while (n > 0 && bytes[n - 1] == '\0')
		n--;
	if (n >= size || memchr(bytes, 0, n))
		return false;
	memcpy(to, bytes, n);
	to[n] = '\0';
	return true;
}
