/* legend.c -- what the colours, shapes and dashes of a page mean */
#include <string.h>

#include "page.h"

/* Centimetres. */
#define LINE   0.36
#define MARGIN 0.12
#define LETTER 0.15 /* of a name, about                                         */
#define SAMPLE 1.15 /* the sign before it, and space                            */

#define NOTE_WIDTH 4.2 /* of a note                                            */

/* As many columns as the longest name leaves room for, in rows of about equal length. */
double pz_page_legend(struct page *p)
{
	size_t longest = 0;
	int most, rows;

	for (int i = 0; i < p->streams; i++)
		if (p->name[i] && strlen(p->name[i]) > longest)
			longest = strlen(p->name[i]);
	most = (int)(p->width / (SAMPLE + LETTER * (double)longest));
	most = most < 1 ? 1 : most;
	rows = (p->streams + most - 1) / most;
	p->name_columns = (p->streams + rows - 1) / rows;
	p->name_height = LINE * rows + MARGIN;
	most = (int)(p->width / NOTE_WIDTH);
	rows = (p->notes + most - 1) / most;
	p->note_columns = rows ? (p->notes + rows - 1) / rows : 1;
	p->note_height = rows ? LINE * rows + MARGIN : 0;
	return p->name_height + p->note_height;
}

/* Sets up a key of its own from `top` cm down. */
static void begin_key(const struct page *p, double top, double height, int columns, FILE *to)
{
	fputs("\n# legend", to);
	pz_page_frame(p, 0.01 * p->width, top, 0.98 * p->width, height, to);
	fprintf(to,
		"set key center center horizontal reverse Left maxcols %d samplen 2.2 width 0.5\n"
		"plot \\\n",
		columns);
}

static void write_names(const struct page *p, FILE *to)
{
	begin_key(p, 0, p->name_height, p->name_columns, to);
	for (int i = 0; i < p->streams; i++) {
		fputs("  NaN with linespoints ", to);
		pz_style_points(p->style[i], 0.5, to);
		fprintf(to, " dt %s title ", pz_style_dash(p->style[i]));
		pz_page_quote(p->name[i] ? p->name[i] : "", to);
		fprintf(to, " noenhanced%s\n", i < p->streams - 1 ? ", \\" : "");
	}
}

static void write_notes(const struct page *p, FILE *to)
{
	begin_key(p, p->name_height, p->note_height, p->note_columns, to);
	for (int i = 0; i < p->notes; i++) {
		fprintf(to, "  NaN with %s title ", p->note[i].style);
		pz_page_quote(p->note[i].text, to);
		fputs(i < p->notes - 1 ? ", \\\n" : "\n", to);
	}
}

void pz_page_write_legend(const struct page *p, FILE *to)
{
	fputs("unset border; unset tics; unset xlabel; unset ylabel\n"
	      "set xrange [0:1]; set yrange [0:1]\n",
	      to);
	write_names(p, to);
	if (p->notes > 0)
		write_notes(p, to);
	fputs("unset key; set border 31 lw 1\n"
	      "set xtics offset 0,0.3; set ytics; set cbtics offset -0.6,0\n"
	      "set xlabel offset 0,0.8; set ylabel offset 0.5,0\n",
	      to);
}
