/* scan.c -- how long a MessagePack object is, before anything believes it
 *
 * msgpack-c allocates what an array claims to hold; so every object is first
 * walked here, where a claim costs nothing until its bytes are there.
 */
#include "scan.h"

#include <pz/error.h>

static size_t big_endian(const unsigned char *p, int n)
{
	size_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* The token at p with `have` bytes: its head's size, payload bytes and children. */
struct token {
	size_t head, payload, children;
};

/* Lengths of the count after the first byte, by format; see the specification. */
static int token_read(struct token *t, const unsigned char *p, size_t have)
{
	static const unsigned char fixed[] = { 4, 8, 1, 2, 4, 8, 1, 2, 4, 8 }; /* ca..d3 */
	unsigned b = p[0];
	int count = 0, extra = 0;

	*t = (struct token){ .head = 1 };
	if (b <= 0x7f || b >= 0xe0 || b == 0xc0 || b == 0xc2 || b == 0xc3)
		return 1;
	if (b <= 0x8f)
		t->children = 2 * (b & 15);
	else if (b <= 0x9f)
		t->children = b & 15;
	else if (b <= 0xbf)
		t->payload = b & 31;
	else if (b >= 0xca && b <= 0xd3)
		t->payload = fixed[b - 0xca];
	else if (b >= 0xd4 && b <= 0xd8)
		t->payload = 1 + ((size_t)1 << (b - 0xd4));
	else if (b >= 0xc4 && b <= 0xc6)
		count = 1 << (b - 0xc4);
	else if (b >= 0xc7 && b <= 0xc9) {
		count = 1 << (b - 0xc7);
		extra = 1;
	} else if (b >= 0xd9 && b <= 0xdb)
		count = 1 << (b - 0xd9);
	else if (b >= 0xdc)
		count = b & 1 ? 4 : 2;
	else
		return PZ_ECUT; /* 0xc1 is never used */
	if (!count)
		return 1;
	t->head += (size_t)count;
	if (have < t->head)
		return 0;
	if (b >= 0xdc)
		t->children = big_endian(p + 1, count) * (b >= 0xde ? 2 : 1);
	else
		t->payload = big_endian(p + 1, count) + (size_t)extra;
	return 1;
}

int64_t scan_object(const unsigned char *p, size_t size, struct scan *s)
{
	size_t left[SCAN_DEPTH] = { 1 }, at = 0;
	int depth = 0, rc;
	struct token t;

	while (depth >= 0) {
		if (left[depth] == 0) {
			depth--;
			continue;
		}
		s->need = at + 1;
		if (at >= size)
			return 0;
		if ((rc = token_read(&t, p + at, size - at)) < 0)
			return pz_fail(PZ_ECUT, "not MessagePack (byte 0x%02x)", p[at]);
		s->need = at + t.head;
		if (rc == 0)
			return 0;
		left[depth]--;
		at += t.head;
		/* A child is at least one byte: no claim beyond what may come. */
		if (t.payload > PZ_MAP_MAX - at || t.children > PZ_MAP_MAX - at)
			return pz_fail(PZ_ECUT, "MessagePack object above %zu bytes", PZ_MAP_MAX);
		s->payload = t.payload > 0 && p[at - t.head] >= 0xc4 && p[at - t.head] <= 0xc6 ? at
											       : 0;
		s->size = t.payload;
		s->head = t.head;
		at += t.payload;
		s->need = at;
		if (at > size)
			return 0;
		if (t.children) {
			if (++depth == SCAN_DEPTH)
				return pz_fail(PZ_ECUT, "MessagePack nested deeper than %d",
					       SCAN_DEPTH);
			left[depth] = t.children;
		}
	}
	return (int64_t)at;
}

int64_t pz_map_scan(const void *bytes, size_t size, size_t *need)
{
	struct scan s = { 0 };
	int64_t n = scan_object(bytes, size, &s);

	*need = s.need;
	return n;
}
