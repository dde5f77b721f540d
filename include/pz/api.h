/* api.h -- the mark of what the library promises
 *
 * Every function declared with PZ_API may be called by programs. All others are hidden: they
 * serve the library itself, may change at any time, and cannot be called where it is built as a
 * shared library (-fvisibility=hidden). tests/layers compares the marks with the object files.
 */
#ifndef PZ_API_H
#define PZ_API_H

#if defined __GNUC__
#define PZ_API __attribute__((visibility("default")))
#else
#define PZ_API
#endif

#endif
