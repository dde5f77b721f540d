/* legend.c -- colours, shapes and dashes of the streams, and what they mean */
#include <string.h>

#include "page.h"

/* Centimetres. */
#define LINE   0.36
#define MARGIN 0.12
#define LETTER 0.15 /* of a name, about                                         */
#define SAMPLE 1.15 /* the sign before it, and space                            */

#define NOTE_COLUMNS 2

/* Okabe & Ito's colours, told apart by all kinds of sight; yellow is left out, it
 * does not show on white. */
static const char *const colours[] = { "#000000", "#E69F00", "#56B4E9", "#009E73",
				       "#D55E00", "#0072B2", "#CC79A7" };
static const int shapes[] = { 7, 5, 9, 11, 13, 6, 4, 8, 10, 12 };
static const char *const dashes[] = { "1",          "(12,4)",    "(6,4)",
				      "(12,4,3,4)", "(3,3)",     "(12,4,3,4,3,4)",
				      "(18,6)",     "(6,4,3,4)", "(18,4,6,4)" };

#define COUNT(of) ((int)(sizeof(of) / sizeof *(of)))

const char *pz_style_colour(int stream)
{
	return colours[stream % COUNT(colours)];
}

void pz_style_points(int stream, double size, FILE *to)
{
	fprintf(to, "lc rgb '%s' pt %d ps %.2f lw 0.8", pz_style_colour(stream),
		shapes[stream % COUNT(shapes)], size);
}

void pz_style_line(int stream, double width, FILE *to)
{
	fprintf(to, "lc rgb '%s' dt %s lw %.1f", pz_style_colour(stream),
		dashes[stream % COUNT(dashes)], width);
}

/* As many columns as the longest name leaves room for, in rows of about equal length. */
double pz_page_legend(struct page *p)
{
	size_t longest = 0;
	int most, rows;

	for (int i = 0; i < p->streams; i++)
		if (p->name[i] && strlen(p->name[i]) > longest)
			longest = strlen(p->name[i]);
	most = (int)(PAGE_WIDTH / (SAMPLE + LETTER * (double)longest));
	most = most < 1 ? 1 : most;
	rows = (p->streams + most - 1) / most;
	p->name_columns = (p->streams + rows - 1) / rows;
	p->name_height = LINE * rows + MARGIN;
	p->note_height = LINE * ((p->notes + NOTE_COLUMNS - 1) / NOTE_COLUMNS) + MARGIN;
	return p->name_height + p->note_height;
}

/* Sets up a key of its own from `top` cm down. */
static void begin_key(const struct page *p, double top, double height, int columns, FILE *to)
{
	fputs("\n# legend", to);
	pz_page_frame(p, 0.01 * PAGE_WIDTH, top, 0.98 * PAGE_WIDTH, height, to);
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
		pz_style_points(i, 0.5, to);
		fprintf(to, " dt %s title ", dashes[i % COUNT(dashes)]);
		pz_page_quote(p->name[i] ? p->name[i] : "", to);
		fprintf(to, " noenhanced%s\n", i < p->streams - 1 ? ", \\" : "");
	}
}

static void write_notes(const struct page *p, FILE *to)
{
	begin_key(p, p->name_height, p->note_height, NOTE_COLUMNS, to);
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
