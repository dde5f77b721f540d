/* hash.h -- private: XXH3, by the fastest instructions that this processor has
 *
 * Where libxxhash was built so, it chooses at run time. The values are the same.
 */
#ifndef PZ_HASH_H
#define PZ_HASH_H

#include <xxhash.h>

#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>
#endif

#endif
