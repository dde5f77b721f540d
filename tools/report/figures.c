/* figures.c -- figures that can be zoomed, pictures, and texts */
#include <string.h>

#include <pz/figure.h>

#include "html.h"
#include "page.h"
#include "svg.h"

/* Of a report of more streams, these are shown at first. */
static const char *const usual[] = { "baseline", "step3", "step4", "step5", "knn", "knn-mag" };

#define FEW 4

static bool is_usual(const char *name)
{
	for (size_t k = 0; k < sizeof usual / sizeof *usual; k++)
		if (!strcmp(usual[k], name))
			return true;
	return false;
}

static bool shown_at_first(const struct page *p, int k)
{
	int known = 0;

	for (int i = 0; i < p->streams; i++)
		known += is_usual(p->name[i]);
	return p->streams <= FEW || known < 2 || is_usual(p->name[k]);
}

void page_write_streams(struct page *p)
{
	fputs("<fieldset id=\"streams\" hidden><legend>Show in figures</legend>\n", p->to);
	for (int k = 0; k < p->streams; k++) {
		fprintf(p->to,
			"<label><input type=\"checkbox\" value=\"s%d\"%s><svg class=\"sign\" "
			"viewBox=\"0 0 16 9\" aria-hidden=\"true\"><path d=\"M1 4.5h14\" "
			"stroke=\"%s\" stroke-width=\"3\"/></svg>",
			k, shown_at_first(p, k) ? " checked" : "", pz_figure_colour(p->style[k]));
		html_text(p->name[k], p->to);
		fputs("</label>\n", p->to);
	}
	fputs("</fieldset>\n", p->to);
}

/* A text of the same name is the caption. */
static void write_caption(struct page *p, const struct input *in)
{
	const struct input *text = page_text(p, in->name);

	fputs("<figcaption>", p->to);
	html_text(text ? text->bytes : in->name, p->to);
	fputs("</figcaption>", p->to);
}

int page_write_figures(struct page *p)
{
	int rc = 0;

	fputs("<section aria-labelledby=\"figures\"><h2 id=\"figures\">Figures</h2>\n", p->to);
	for (int i = 0; i < p->inputs && rc == 0; i++) {
		const struct input *in = &p->input[i];
		struct svg_form form = { ++p->figures, in->name, p->streams, p->name };
		int left = 0;

		if (in->kind != INPUT_FIGURE)
			continue;
		fputs("<h3>", p->to);
		html_text(in->name, p->to);
		fputs("</h3>\n<figure><div class=\"paper zoom\">", p->to);
		rc = svg_write(in, &form, &left, p->to);
		p->left += left;
		fputs("</div>", p->to);
		write_caption(p, in);
		fputs("</figure>\n", p->to);
	}
	fputs("</section>\n", p->to);
	return rc;
}

static unsigned big_endian(const char *b)
{
	const unsigned char *u = (const unsigned char *)b;

	return (unsigned)u[0] << 24 | (unsigned)u[1] << 16 | (unsigned)u[2] << 8 | u[3];
}

void page_write_pictures(struct page *p)
{
	fputs("<section aria-labelledby=\"pictures\"><h2 id=\"pictures\">Galaxies</h2>\n"
	      "<p>Under each stamp: id; redshift z and magnitude; photometric redshift (phot), "
	      "where "
	      "the sheet was made of estimates.</p>\n",
	      p->to);
	for (int i = 0; i < p->inputs; i++) {
		const struct input *in = &p->input[i];

		if (in->kind != INPUT_PICTURE)
			continue;
		fputs("<h3>", p->to);
		html_text(in->name, p->to);
		fputs("</h3>\n<figure><img alt=\"Stamps of galaxies: ", p->to);
		html_text(in->name, p->to);
		fputc('"', p->to);
		/* the first chunk of a PNG begins with width and height */
		if (in->size >= 24)
			fprintf(p->to, " width=\"%u\" height=\"%u\"", big_endian(in->bytes + 16),
				big_endian(in->bytes + 20));
		fputs(" src=\"data:image/png;base64,", p->to);
		html_base64(in->bytes, in->size, p->to);
		fputs("\">", p->to);
		write_caption(p, in);
		fputs("</figure>\n", p->to);
	}
	fputs("</section>\n", p->to);
}

static bool is_caption(const struct page *p, const struct input *text)
{
	for (int i = 0; i < p->inputs; i++)
		if ((p->input[i].kind == INPUT_FIGURE || p->input[i].kind == INPUT_PICTURE) &&
		    page_text(p, p->input[i].name) == text)
			return true;
	return false;
}

void page_write_texts(struct page *p)
{
	for (int i = 0; i < p->inputs; i++) {
		const struct input *in = &p->input[i];

		if (in->kind != INPUT_TEXT || is_caption(p, in))
			continue;
		fprintf(p->to, "<section aria-labelledby=\"text%d\"><h2 id=\"text%d\">", i, i);
		html_text(in->name, p->to);
		fputs("</h2>\n<pre>", p->to);
		html_text(in->bytes, p->to);
		fputs("</pre></section>\n", p->to);
	}
}
