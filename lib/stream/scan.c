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

/* Lengths of the count after the first byte, by format; see the specification. */
int pz_scan_token(struct token *t, const unsigned char *p, size_t have)
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
		return PZ_ECORRUPT; /* 0xc1 is never used */
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

/* The token at s->at, which is that of bytes under a key of the map that is the object. */
static bool is_value_at_top(const struct scan *s, const unsigned char *p)
{
	return s->depth == 1 && s->left[1] % 2 == 1 && p[s->at] >= 0xc4 && p[s->at] <= 0xc6;
}

/* Takes the token at s->at: 1, 0 where its bytes are not all there, < 0. */
static int take_token(const unsigned char *p, size_t size, struct scan *s)
{
	struct token t;
	int rc;

	s->need = s->at + 1;
	if (s->at >= size)
		return 0;
	if ((rc = pz_scan_token(&t, p + s->at, size - s->at)) < 0)
		return pz_fail(PZ_ECORRUPT, "not MessagePack (byte 0x%02x)", p[s->at]);
	s->need = s->at + t.head;
	if (rc == 0)
		return 0;
	/* A child is at least one byte: no claim beyond what may come. */
	if (t.payload > PZ_MAP_MAX - s->need || t.children > PZ_MAP_MAX - s->need)
		return pz_fail(PZ_ECORRUPT, "MessagePack object above %zu bytes", PZ_MAP_MAX);
	s->payload = t.payload > 0 && is_value_at_top(s, p) ? s->need : 0;
	s->size = t.payload;
	s->head = t.head;
	s->need += t.payload;
	if (s->need > size)
		return 0;
	s->left[s->depth]--;
	s->at = s->need;
	if (t.children && ++s->depth == SCAN_DEPTH)
		return pz_fail(PZ_ECORRUPT, "MessagePack nested deeper than %d", SCAN_DEPTH - 1);
	if (t.children)
		s->left[s->depth] = t.children;
	return 1;
}

int64_t pz_scan_object(const unsigned char *p, size_t size, struct scan *s)
{
	int rc;

	if (!s->begun)
		s->left[0] = 1;
	s->begun = true;
	while (s->depth >= 0) {
		if (s->left[s->depth] == 0)
			s->depth--;
		else if ((rc = take_token(p, size, s)) <= 0)
			return rc;
	}
	return (int64_t)s->at;
}

int64_t pz_map_scan(const void *bytes, size_t size, size_t *need)
{
	struct scan s = { 0 };
	int64_t n = pz_scan_object(bytes, size, &s);

	*need = s.need;
	return n;
}
