/* report -- what was measured and made, as one page that needs nothing else
 *
 *   in    the JSON of residuals; figures (SVG), pictures (PNG), logs of train, streams, models,
 * texts out   HTML
 */
#include <stdlib.h>
#include <string.h>

#include <pz/figure.h>

#include "../common/tool.h"
#include "html.h"
#include "page.h"

struct options {
	const char *title;
};

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

static int read_inputs(const struct tool *t, struct page *p)
{
	int rc = 0;

	if (t->operand_count > INPUTS_MAX)
		return pz_fail(PZ_EUSAGE, "expected at most %d files, found %d", INPUTS_MAX,
			       t->operand_count);
	if (!(p->input = calloc((size_t)t->operand_count + 1, sizeof *p->input)))
		return pz_fail(PZ_ENOMEM, "no memory for %d files", t->operand_count);
	for (int i = 0; i < t->operand_count && rc == 0; i++) {
		rc = input_read(&p->input[i], t->operands[i]);
		p->inputs++;
		if (rc == 0 && p->input[i].kind == INPUT_REPORT)
			rc = take_report(p, &p->input[i]);
	}
	if (rc == 0 && !p->report)
		rc = pz_fail(PZ_EUSAGE, "expected the JSON that residuals --json writes among the "
					"files, found none");
	return rc;
}

static void write_link(const struct page *p, const char *id, const char *text, bool there)
{
	if (there)
		fprintf(p->to, "<li><a href=\"#%s\">%s</a></li>\n", id, text);
}

static void write_contents(const struct page *p)
{
	fputs("<nav aria-label=\"Contents\"><ul>\n", p->to);
	write_link(p, "numbers", "Numbers", true);
	write_link(p, "figures", "Figures", page_has(p, INPUT_FIGURE));
	write_link(p, "nz", "Distributions n(z)", true);
	write_link(p, "training", "Training", page_has(p, INPUT_LOG));
	write_link(p, "pictures", "Galaxies", page_has(p, INPUT_PICTURE));
	write_link(p, "origin", "How each stream was made", page_has(p, INPUT_STREAM));
	fputs("</ul></nav>\n", p->to);
}

static int write_page(struct page *p)
{
	int rc = 0;

	html_begin(p->title, p->to);
	fputs("<header><h1>", p->to);
	html_text(p->title, p->to);
	fputs("</h1></header>\n", p->to);
	write_contents(p);
	fputs("<main>\n", p->to);
	page_write_numbers(p);
	page_write_streams(p);
	if (page_has(p, INPUT_FIGURE))
		rc = page_write_figures(p);
	page_write_distributions(p);
	if (rc == 0 && page_has(p, INPUT_LOG))
		rc = page_write_training(p);
	if (page_has(p, INPUT_PICTURE))
		page_write_pictures(p);
	if (rc == 0 && page_has(p, INPUT_STREAM))
		rc = page_write_origins(p);
	page_write_texts(p);
	fputs("</main>\n<footer>Made by report of pzpipe " PZ_VERSION
	      ". The page holds all that it shows and loads nothing.</footer>\n",
	      p->to);
	html_end(p->to);
	return rc < 0 ? rc : p->fault;
}

int main(int argc, char **argv)
{
	struct options o = { .title = "Photometric redshifts: what came out" };
	const struct pz_option table[] = {
		{ PZ_OPTION_TEXT, 0, "title", "TEXT", &o.title, "title of the page" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "report",
		.does = "write numbers, figures, galaxies and provenance as one web page",
		.usage = "[options] [NAME=]FILE ... >page.html",
		.notes = "Each file is recognised by its content: JSON of residuals (needed), "
			 "figures\n(SVG), pictures (PNG), logs of train, streams, models, "
			 "captions and other texts.\n",
		.options = table,
		.prints = true,
	};
	struct page p = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	p.title = o.title;
	if ((rc = read_inputs(&t, &p)) == 0 && (rc = tool_open_text(&t)) == 0) {
		p.to = t.text;
		rc = write_page(&p);
	}
	if (rc == 0 && p.left > 0)
		tool_say(&t,
			 "%d elements of figures were left out: they draw nothing, or could load "
			 "or run something",
			 p.left);
	for (int i = 0; i < p.inputs; i++)
		input_release(&p.input[i]);
	free(p.input);
	return tool_end(&t, rc);
}
