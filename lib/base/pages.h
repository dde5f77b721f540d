/* pages.h -- memory for large arrays
 *
 * Where the system gives large pages to those who ask, a large array has them: it is
 * there sooner, and the core looks up fewer addresses.
 */
#ifndef PZ_BASE_PAGES_H
#define PZ_BASE_PAGES_H

#include <stddef.h>

/* Memory of `bytes` > 0, aligned to 64 or more, not cleared; NULL: there is none.
 * free() gives it back. */
void *pz_pages_alloc(size_t bytes);

#endif
