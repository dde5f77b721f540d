/* wcs_of.h -- a WCS made of the lines of a header, for the tests */
#ifndef WCS_OF_H
#define WCS_OF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/wcs/parts.h"
#include "sky_header.h"

/* The WCS of these lines. */
static inline int parse(struct pz_wcs **w, const char *lines)
{
	char header[40 * 80 + 1];
	int cards = 0;

	for (; *lines; cards++) {
		int n = (int)strcspn(lines, "\n");

		snprintf(header + 80 * cards, 81, "%-80.*s", n, lines);
		lines += n + (lines[n] == '\n');
	}
	return pz_wcs_parse(w, header, cards, "h");
}

static inline struct pz_wcs *wcs_of(const char *lines)
{
	struct pz_wcs *w;

	if (parse(&w, lines) != 0)
		fail_msg("%s: %s", lines, pz_error_text());
	return w;
}

static inline void refused(const char *lines, const char *words)
{
	struct pz_wcs *w;
	int rc = parse(&w, lines);

	if (rc != PZ_EDATA || w || strcmp(pz_error_text(), words) != 0)
		fail_msg("%d: '%s' should be '%s'", rc, pz_error_text(), words);
}

static inline void near(double found, double expected, double within)
{
	if (!(fabs(found - expected) <= within))
		fail_msg("found %.14g, expected %.14g", found, expected);
}

#define TAN    "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\n"
#define PLACED TAN "CRVAL1  = 10\nCRVAL2  = 20\nCRPIX1  = 51\nCRPIX2  = 21\n"
#define LINEAR PLACED "CDELT1  = -1E-2\nCDELT2  = 2E-2\n"

#endif
