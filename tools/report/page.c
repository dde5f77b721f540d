/* page.c -- what the page is made of: its files, and the streams of the report among them */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/figure.h>

#include "page.h"

bool page_has(const struct page *p, enum input_kind kind)
{
	for (int i = 0; i < p->inputs; i++)
		if (p->input[i].kind == kind)
			return true;
	return false;
}

const struct input *page_text(const struct page *p, const char *name)
{
	for (int i = 0; i < p->inputs; i++)
		if (p->input[i].kind == INPUT_TEXT && !strcmp(p->input[i].name, name))
			return &p->input[i];
	return NULL;
}

/* The streams of the report, in its order. */
static int take_report(struct page *p, const struct input *in)
{
	const char *name;
	json_t *one;

	if (p->report)
		return pz_fail(PZ_EUSAGE, "%s: expected one JSON of residuals, found a second one",
			       in->path);
	p->report = in->json;
	json_object_foreach(in->json, name, one)
	{
		if (!json_is_integer(json_object_get(one, "n")))
			return pz_fail(PZ_EDATA,
				       "%s: expected JSON of residuals, found no count 'n' in '%s'",
				       in->path, name);
		if (p->streams == STREAMS_MAX)
			return pz_fail(PZ_EDATA, "%s: expected at most %d streams, found more",
				       in->path, STREAMS_MAX);
		p->name[p->streams] = name;
		p->stream[p->streams++] = one;
	}
	if (p->streams == 0)
		return pz_fail(PZ_EDATA, "%s: expected JSON of residuals, found no stream in it",
			       in->path);
	pz_figure_styles(p->name, p->streams, p->style);
	return 0;
}

int page_read(struct page *p, char **operands, int count)
{
	int rc = 0;

	if (count > INPUTS_MAX)
		return pz_fail(PZ_EUSAGE, "expected at most %d files, found %d", INPUTS_MAX, count);
	if (!(p->input = calloc((size_t)count + 1, sizeof *p->input)))
		return pz_fail(PZ_ENOMEM, "no memory for %d files", count);
	for (int i = 0; i < count && rc == 0; i++) {
		rc = input_read(&p->input[i], operands[i]);
		p->inputs++;
		if (rc == 0 && p->input[i].kind == INPUT_REPORT)
			rc = take_report(p, &p->input[i]);
	}
	if (rc == 0 && !p->report)
		rc = pz_fail(PZ_EUSAGE, "expected the JSON that residuals --json writes among the "
					"files, found none");
	return rc;
}
