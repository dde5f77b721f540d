/* pages.c -- large pages for large arrays */
#include <stdint.h>
#include <stdlib.h>

#include "pages.h"

#include "os.h"

#define LARGE ((size_t)2 << 20)
#define LINE  ((size_t)64)

void *pz_pages_alloc(size_t bytes)
{
	size_t page = bytes < LARGE ? LINE : LARGE;
	void *p;

	if (bytes > SIZE_MAX - page)
		return NULL;
	p = aligned_alloc(page, (bytes + page - 1) / page * page);
	if (p && page == LARGE)
		pz_os_wish_large_pages(p, bytes);
	return p;
}
