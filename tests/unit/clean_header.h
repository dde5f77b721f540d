/* clean_header.h -- a header's cards as they are made ready for WCSLIB, for the tests
 *
 *      cleans_to("CRVAL1  = 1D1 / degrees\n", "CRVAL1  = 1E1\n", "");
 */
#ifndef CLEAN_HEADER_H
#define CLEAN_HEADER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/wcs/card.h"
#include "../../lib/wcs/header.h"

static struct header_notes notes;

/* Cleans a header of these lines: what is left, a line for each card; NULL: an error. */
static inline char *clean(const char *lines)
{
	size_t n = strlen(lines), cards = 0, used = 0;
	char *header = malloc((n + HEADER_ROOM + 2) * CARD + 1), *left;
	int count;

	for (const char *at = lines; *at; cards++) {
		size_t length = strcspn(at, "\n");

		assert_true(length <= CARD);
		memset(header + cards * CARD, ' ', CARD);
		memcpy(header + cards * CARD, at, length);
		at += length + (at[length] == '\n');
	}
	header[cards * CARD] = '\0';
	count = (int)cards;
	if (pz_wcs_clean_header(header, &count, "h", &notes) < 0) {
		free(header);
		return NULL;
	}
	assert_int_equal(strlen(header), (size_t)count * CARD);
	left = malloc((size_t)count * (CARD + 1) + 1);
	for (int i = 0; i < count; i++) {
		size_t length = CARD;

		while (length > 0 && header[(size_t)i * CARD + length - 1] == ' ')
			length--;
		memcpy(left + used, header + (size_t)i * CARD, length);
		used += length;
		left[used++] = '\n';
	}
	left[used] = '\0';
	free(header);
	return left;
}

static inline void cleans_to(const char *lines, const char *expected, const char *note)
{
	char *left = clean(lines);

	if (!left)
		fail_msg("%s\n%s", lines, pz_error_text());
	assert_string_equal(left, expected);
	assert_string_equal(notes.text, note);
	free(left);
}

static inline void refuses(const char *lines, const char *words)
{
	char *left = clean(lines);

	if (left || strcmp(pz_error_text(), words) != 0)
		fail_msg("'%s' should be '%s'", left ? left : pz_error_text(), words);
}

#endif
