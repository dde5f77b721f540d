/* pack.c -- bytes in a buffer that grows, and MessagePack in them */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "pack.h"

void pack_release(struct pack *p)
{
	free(p->bytes);
	*p = (struct pack){ 0 };
}

int pack_failed(const struct pack *p)
{
	return p->failed ? pz_fail(PZ_ENOMEM, "no memory for a record") : 0;
}

void *pack_room(struct pack *p, size_t n)
{
	unsigned char *at;

	if (n > p->room - p->size) {
		size_t room = p->room + p->room / 2 + n + 256;

		if (p->failed || !(at = realloc(p->bytes, room))) {
			p->failed = true;
			return NULL;
		}
		p->bytes = at;
		p->room = room;
	}
	at = p->bytes + p->size;
	p->size += n;
	return at;
}

void pack_raw(struct pack *p, const void *bytes, size_t n)
{
	void *at = n ? pack_room(p, n) : NULL;

	if (at)
		memcpy(at, bytes, n);
}

void pack_byte(struct pack *p, unsigned byte)
{
	unsigned char *at = pack_room(p, 1);

	if (at)
		*at = (unsigned char)byte;
}

void pack_number(struct pack *p, uint64_t x, int n)
{
	unsigned char *at = pack_room(p, (size_t)n);

	for (; at && n > 0; n--)
		*at++ = (unsigned char)(x >> 8 * (n - 1));
}

void pack_map_head(struct pack *p, size_t count)
{
	if (count <= 15)
		pack_byte(p, 0x80 | (unsigned)count);
	else if (count <= 0xffff)
		pack_number(p, 0xde0000 | count, 3);
	else
		pack_number(p, (uint64_t)0xdf << 32 | count, 5);
}

void pack_array_head(struct pack *p, unsigned first, size_t count)
{
	if (first != 0xdc && first != 0xdd && count <= 15)
		pack_byte(p, 0x90 | (unsigned)count);
	else if (first != 0xdd && count <= 0xffff)
		pack_number(p, 0xdc0000 | count, 3);
	else
		pack_number(p, (uint64_t)0xdd << 32 | count, 5);
}

void pack_text_head(struct pack *p, unsigned first, size_t size)
{
	if ((first < 0xd9 || first > 0xdb) && size <= 31)
		pack_byte(p, 0xa0 | (unsigned)size);
	else if (first != 0xda && first != 0xdb && size <= 0xff)
		pack_number(p, 0xd900 | size, 2);
	else if (first != 0xdb && size <= 0xffff)
		pack_number(p, 0xda0000 | size, 3);
	else
		pack_number(p, (uint64_t)0xdb << 32 | size, 5);
}

void pack_bytes_head(struct pack *p, size_t size)
{
	if (size <= 0xff)
		pack_number(p, 0xc400 | size, 2);
	else if (size <= 0xffff)
		pack_number(p, 0xc50000 | size, 3);
	else
		pack_number(p, (uint64_t)0xc6 << 32 | size, 5);
}

unsigned pack_whole_first(bool negative, uint64_t x)
{
	int64_t low = (int64_t)x;

	if (!negative)
		return x < 0x80       ? (unsigned)x
		       : x < 0x100    ? 0xcc
		       : x < 0x10000  ? 0xcd
		       : x >> 32 == 0 ? 0xce
				      : 0xcf;
	return low >= -32         ? (unsigned char)low
	       : low >= INT8_MIN  ? 0xd0
	       : low >= INT16_MIN ? 0xd1
	       : low >= INT32_MIN ? 0xd2
				  : 0xd3;
}

/* Bytes behind that first byte of a whole number. */
static int whole_bytes(unsigned first)
{
	return first >= 0xcc && first <= 0xcf   ? 1 << (first - 0xcc)
	       : first >= 0xd0 && first <= 0xd3 ? 1 << (first - 0xd0)
						: 0;
}

/* Whether that first byte suits the number, in a form that may be longer than needed. */
static bool whole_fits(unsigned first, bool negative, uint64_t x)
{
	int bytes = whole_bytes(first), bits = 8 * bytes - (first >= 0xd0);

	if (bytes == 0 || (negative && first < 0xd0))
		return false;
	return bits == 64 || (negative ? ~x : x) >> bits == 0;
}

void pack_whole(struct pack *p, unsigned first, bool negative, uint64_t x)
{
	if (!whole_fits(first, negative, x))
		first = pack_whole_first(negative, x);
	pack_byte(p, first);
	pack_number(p, x, whole_bytes(first));
}

void pack_float(struct pack *p, float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	pack_byte(p, 0xca);
	pack_number(p, bits, 4);
}

void pack_double(struct pack *p, double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	pack_byte(p, 0xcb);
	pack_number(p, bits, 8);
}

void pack_text(struct pack *p, const char *text, size_t size)
{
	pack_text_head(p, 0, size);
	pack_raw(p, text, size);
}
