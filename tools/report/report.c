/* report -- what was measured and made, as one page that needs nothing else
 *
 *   in    the JSON of residuals; figures (SVG), pictures (PNG), logs of train, streams, models,
 * texts out   HTML
 */
#include <stdlib.h>

#include "../common/counted.h"
#include "../common/tool.h"
#include "html.h"
#include "page.h"

struct options {
	const char *title;
};

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
	write_link(p, "pit", "Calibration of p(z)", page_has_pits(p));
	write_link(p, "bins", "Bins and differences", page_has_bins(p));
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
	if (page_has_pits(p))
		page_write_pits(p);
	if (page_has_bins(p))
		page_write_bins(p);
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
	if ((rc = page_read(&p, t.operands, t.operand_count)) == 0 &&
	    (rc = tool_open_text(&t)) == 0) {
		p.to = t.text;
		rc = write_page(&p);
	}
	if (rc == 0 && p.left > 0)
		tool_say(&t,
			 "%s of figures %s left out: %s nothing, or could load or run something",
			 COUNTED((uint64_t)p.left, "element", "elements"),
			 p.left == 1 ? "was" : "were", p.left == 1 ? "it draws" : "they draw");
	for (int i = 0; i < p.inputs; i++)
		input_release(&p.input[i]);
	free(p.input);
	return tool_end(&t, rc);
}
