/* pack.h -- bytes in a buffer that grows, and MessagePack in them
 *
 * The first failure stays: pack_failed says at the end whether there was memory for everything.
 */
#ifndef PACK_H
#define PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pack {
	unsigned char *bytes;
	size_t size, room;
	bool failed;
};

void pack_release(struct pack *p); /* all zero is fine */
/* 0 or PZ_ENOMEM. */
int pack_failed(const struct pack *p);

/* Room for n further bytes, which count as written; NULL: no memory. */
void *pack_room(struct pack *p, size_t n);
void pack_raw(struct pack *p, const void *bytes, size_t n);
void pack_byte(struct pack *p, unsigned byte);
/* n bytes of x, the highest first. */
void pack_number(struct pack *p, uint64_t x, int n);

/* Heads in their shortest form, or with that first byte where it is one of a longer form. */
void pack_map_head(struct pack *p, size_t count);
void pack_array_head(struct pack *p, unsigned first, size_t count);
void pack_text_head(struct pack *p, unsigned first, size_t size);
void pack_bytes_head(struct pack *p, size_t size);
/* A whole number: negative ones as they are in two's complement. */
void pack_whole(struct pack *p, unsigned first, bool negative, uint64_t x);
void pack_float(struct pack *p, float x);
void pack_double(struct pack *p, double x);
/* A text with its head. */
void pack_text(struct pack *p, const char *text, size_t size);

/* The first byte of the shortest form of a whole number. */
unsigned pack_whole_first(bool negative, uint64_t x);

#endif
