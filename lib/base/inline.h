/* inline.h -- functions that are made part of whatever calls them
 *
 * So a loop that is written once is compiled for several processors: each of its callers has the
 * target of one of them.
 */
#ifndef BASE_INLINE_H
#define BASE_INLINE_H

#define PZ_INLINE static inline __attribute__((always_inline))

#endif
