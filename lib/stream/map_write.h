/* map_write.h -- private: a map's bytes, piece by piece; its large values and their checksums
 *
 * A value of bytes above LARGE at the top of a record is large: readers may leave it out,
 * and fetch it by its place. The record's last key SUMS then holds a checksum for each.
 */
#ifndef PZ_MAP_WRITE_H
#define PZ_MAP_WRITE_H

#include <pz/map.h>

#define LARGE    4096
#define SUMS     "xxh3"
#define SUM_SIZE 4 /* bytes of a checksum, the highest first */

/* Takes size bytes, which are those of a large value or not; 0 or < 0, which ends the
 * writing. */
typedef int map_sink(void *to, const void *bytes, size_t size, bool large);

/* sums: with the key of checksums. */
int pz_map_write(const pz_map *m, bool sums, map_sink *sink, void *to);

/* The checksum of a large value: 32 bits of its XXH3, never 0. */
uint32_t pz_map_sum(const void *bytes, size_t size);
/* Keeps the checksum of value i, so that it is not computed again unless the value is set. */
void pz_map_note_sum(pz_map *m, size_t i, uint32_t sum);

#endif
