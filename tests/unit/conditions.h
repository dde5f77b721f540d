/* conditions.h -- conditions asked of a record that a test makes
 *
 *      MEETS('t', "mag < 20", "n = 6");                   // 't', 'f', '?' or 'e', an error
 *      fails("n <", "column 4, at the end: ...");
 */
#ifndef CONDITIONS_H
#define CONDITIONS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/expression.h>

static pz_map *record;

/* 't', 'f', '?' as the record meets a condition, or 'e' with the text of the error. */
static inline char ask(const char *text)
{
	struct pz_expression *e;
	int rc = pz_expression_parse(&e, text, NULL);

	if (rc == 0)
		rc = pz_expression_test(e, record);
	pz_expression_free(e);
	return rc < 0 ? 'e' : "ft?"[rc];
}

static inline void meets(char expected, const char *const *texts)
{
	for (; *texts; texts++)
		if (ask(*texts) != expected)
			fail_msg("%s: expected %c, found %c (%s)", *texts, expected, ask(*texts),
				 pz_error_text());
}

#define MEETS(expected, ...) meets(expected, (const char *const[]){ __VA_ARGS__, NULL })

static inline void fails(const char *text, const char *said)
{
	if (ask(text) != 'e')
		fail_msg("%s: expected a failure", text);
	assert_string_equal(pz_error_text(), said);
}

#endif
