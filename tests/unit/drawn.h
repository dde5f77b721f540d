/* drawn.h -- what the parts of a figure write, as texts
 *
 *      pz_axis_tics("x", (struct range){ 0, 1 }, 4, to_text());
 *      assert_string_equal(text(), "set xtics 0.5\n");
 */
#ifndef DRAWN_H
#define DRAWN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *drawn_text;
static size_t drawn_size;
static FILE *drawn_to;

/* A stream whose text the next call of text() gives. */
static inline FILE *to_text(void)
{
	free(drawn_text);
	drawn_text = NULL;
	drawn_to = open_memstream(&drawn_text, &drawn_size);
	assert_non_null(drawn_to);
	return drawn_to;
}

/* Valid until the next call of to_text(). */
static inline const char *text(void)
{
	if (drawn_to)
		fclose(drawn_to);
	drawn_to = NULL;
	return drawn_text;
}

static inline void says(const char *part)
{
	if (!strstr(text(), part))
		fail_msg("expected\n%s\nin\n%s", part, text());
}

static inline void says_not(const char *part)
{
	if (strstr(text(), part))
		fail_msg("did not expect\n%s\nin\n%s", part, text());
}

#endif
