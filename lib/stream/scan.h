/* scan.h -- private: walking MessagePack without decoding it */
#ifndef PZ_SCAN_H
#define PZ_SCAN_H

#include <pz/map.h>

#define SCAN_DEPTH 16

struct scan {
	size_t need;    /* out: bytes known to be needed                         */
	size_t payload; /* out: where the last payload of bytes begins (0: none) */
	size_t size;    /* out: how long it is                                   */
	size_t head;    /* out: bytes of its head, before it                     */
};

/* As pz_map_scan. */
int64_t scan_object(const unsigned char *p, size_t size, struct scan *s);

#endif
