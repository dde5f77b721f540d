/* report_page.h -- sections of the page of report, each written into a text of its own */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <math.h>

#include "../../tools/report/page.h"
#include "in_process.h"

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

/* Every element ends, and what was begun last ends first. */
static inline void is_well_nested(const char *page)
{
	static const char *const empty[] = { "meta", "link", "br", "img", "input", "hr", "col" };
	char open[64][16];
	int depth = 0;

	for (const char *at = strchr(page, '<'); at; at = strchr(at + 1, '<')) {
		bool ends = at[1] == '/', single = at[1] == '!' || at[1] == '?';
		const char *end = strchr(at, '>');
		char name[16] = "";

		sscanf(at + 1 + ends, "%15[a-zA-Z0-9]", name);
		for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
			single |= !strcmp(name, empty[i]);
		if (!end)
			fail_msg("no end of '%.40s'", at);
		if (single || end[-1] == '/')
			continue;
		if (!ends)
			strcpy(open[depth++ % 64], name);
		else if (depth == 0 || strcmp(open[--depth % 64], name) != 0)
			fail_msg("'%.40s' ends <%s>", at, depth < 0 ? "" : open[depth % 64]);
		if (!ends && (!strcmp(name, "script") || !strcmp(name, "style")))
			at = strstr(at, "</") - 1;
	}
	assert_int_equal(depth, 0);
}

/* What one section writes; valid until the next but three. */
static inline const char *part_of(struct page *p, void (*write)(struct page *))
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

/* The same of one that is whole: every element ends. */
static inline const char *section_of(struct page *p, void (*write)(struct page *))
{
	const char *text = part_of(p, write);

	is_well_nested(text);
	return text;
}

static inline int times_in(const char *text, const char *part)
{
	int n = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		n++;
	return n;
}

#endif
