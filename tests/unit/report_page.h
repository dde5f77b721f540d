/* report_page.h -- sections of the page of report, each written into a text of its own */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <math.h>

#include "../../tools/report/page.h"
#include "in_process.h"

/* What one section writes; valid until the next but three. */
static inline const char *section_of(struct page *p, void (*write)(struct page *))
{
	static char *kept[4];
	static int next;
	char **text = &kept[next++ % 4];
	size_t size;

	free(*text);
	p->to = open_memstream(text, &size);
	assert_non_null(p->to);
	write(p);
	fclose(p->to);
	return *text;
}

/* The page of these files, split at blanks; one at a time. */
static inline struct page page_of(const char *files)
{
	static char *copy;
	char *operand[16], *rest = NULL;
	struct page p = { 0 };
	int n = 0;

	free(copy);
	copy = strdup(files);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		operand[n++] = word;
	if (page_read(&p, operand, n) < 0)
		fail_msg("%s: %s", files, pz_error_text());
	return p;
}

static inline void release_page(struct page *p)
{
	for (int i = 0; i < p->inputs; i++)
		input_release(&p->input[i]);
	free(p->input);
}

static inline void shows(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("expected '%s' in\n%s", part, text);
}

static inline void shows_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("expected no '%s' in\n%s", part, text);
}

static inline int times_in(const char *text, const char *part)
{
	int n = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		n++;
	return n;
}

#endif
