/* bits.h -- the bits of a tile one after the other, most significant first */
#ifndef FITS_BITS_H
#define FITS_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/inline.h"

/* Bits of a tile, the next one highest. Behind its end there are zeros, which are counted. */
struct bits {
	const uint8_t *at, *end;
	uint64_t buffer;
	unsigned held;   /* bits in the buffer         */
	size_t borrowed; /* of those, behind the end   */
};

/* Afterwards there are at least 56 bits; of a tile that has eight bytes left. */
PZ_INLINE void fill_from_eight(struct bits *b)
{
	uint64_t next;

	__builtin_memcpy(&next, b->at, sizeof next);
	b->buffer |= __builtin_bswap64(next) >> b->held;
	b->at += (63 - b->held) >> 3;
	b->held |= 56;
}

/* The same of any. */
static inline void fill_bits(struct bits *b)
{
	if (b->end - b->at >= 8) {
		fill_from_eight(b);
		return;
	}
	for (; b->held <= 56; b->held += 8) {
		if (b->at < b->end)
			b->buffer |= (uint64_t)*b->at++ << (56 - b->held);
		else
			b->borrowed += 8;
	}
}

static inline void drop(struct bits *b, unsigned n)
{
	b->buffer <<= n;
	b->held -= n;
}

/* n bits of those held, 1 to 32. */
static inline uint32_t take(struct bits *b, unsigned n)
{
	uint32_t value = (uint32_t)(b->buffer >> (64 - n));

	drop(b, n);
	return value;
}

/* Whether more bits have been dropped than there were. */
static inline bool is_overdrawn(const struct bits *b)
{
	return b->held < b->borrowed;
}

#endif
