/* map_write.h -- private: a map's bytes, piece by piece */
#ifndef PZ_MAP_WRITE_H
#define PZ_MAP_WRITE_H

#include <pz/map.h>

/* Takes size bytes; 0 or < 0, which ends the writing. */
typedef int map_sink(void *to, const void *bytes, size_t size);

int map_write(const pz_map *m, map_sink *sink, void *to);

#endif
