/* scan.h -- private: walking MessagePack without decoding it */
#ifndef PZ_SCAN_H
#define PZ_SCAN_H

#include <stdbool.h>

#include <pz/map.h>

#define SCAN_DEPTH 16

/* All zero before the first call for an object. */
struct scan {
	size_t need;    /* out: bytes known to be needed                         */
	size_t payload; /* out: where the payload of bytes begins that are the value of
			   a map's key at the top, and at which it stopped (0: none) */
	size_t size;    /* out: how long it is                                   */
	size_t head;    /* out: bytes of its head, before it                     */

	/* private: where the next call goes on */
	size_t at, left[SCAN_DEPTH];
	int depth;
	bool begun;
};

/* As pz_map_scan. Where more bytes are needed the next call, with those before it, goes on
 * where this one stopped: an object is walked once, in however many pieces it comes. */
int64_t pz_scan_object(const unsigned char *p, size_t size, struct scan *s);

/* One token: bytes of its head, of its payload, and how many objects are in it. */
struct token {
	size_t head, payload, children;
};

/* 1, 0 where its head goes on beyond the `have` bytes, PZ_ECORRUPT where it is none. */
int pz_scan_token(struct token *t, const unsigned char *p, size_t have);

#endif
