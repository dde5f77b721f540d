/* page.c -- a page as a gnuplot program, and as a picture */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "figure.h"
#include "page.h"

#define PIXELS_PER_CM 80
#define LEGEND_LINE   0.6
#define LEGEND_MARGIN 0.25

void page_legend(struct page *p, int streams)
{
	p->streams = streams;
	p->legend_columns = streams < 5 ? streams : (streams + 1) / 2;
	if (p->legend_columns > 5)
		p->legend_columns = 5;
	p->legend = LEGEND_LINE * ceil((double)streams / p->legend_columns) + LEGEND_MARGIN;
}

void page_frame(const struct page *p, double left, double top, double width, double height,
		FILE *to)
{
	fprintf(to,
		"\nset lmargin at screen %.4f; set rmargin at screen %.4f\n"
		"set tmargin at screen %.4f; set bmargin at screen %.4f\n",
		left / p->width, (left + width) / p->width, 1 - top / p->height,
		1 - (top + height) / p->height);
}

/* The legend stands alone above the panels, where it can cover nothing. */
static void write_legend(const struct page *p, FILE *to)
{
	fprintf(to,
		"\n# legend\n"
		"set lmargin at screen 0.01; set rmargin at screen 0.99\n"
		"set tmargin at screen 0.995; set bmargin at screen %.4f\n"
		"unset border; unset tics; unset xlabel; unset ylabel; unset title\n"
		"set xrange [0:1]; set yrange [0:1]\n"
		"set key center center horizontal reverse Left maxcols %d samplen 2.5 width 1\n"
		"plot \\\n",
		1 - p->legend / p->height, p->legend_columns);
	for (int i = 0; i < p->streams; i++) {
		fputs("  NaN with linespoints ", to);
		panel_write_style(i, 0.7, to);
		fputs(" title ", to);
		figure_quote(p->name[i] ? p->name[i] : "", to);
		fprintf(to, " noenhanced%s\n", i < p->streams - 1 ? ", \\" : "");
	}
	fputs("unset key; set border 31 lw 0.8; set tics\n", to);
}

static void write_program(const struct page *p, FILE *to)
{
	fputs("set encoding utf8\n"
	      "set tics scale 0.6\n"
	      "set bars small\n"
	      "set minussign\n"
	      "set xlabel offset 0,0.4\n"
	      "set ylabel offset 1.4,0\n",
	      to);
	p->data(p->what, to);
	fputs("\nset multiplot\n", to);
	write_legend(p, to);
	p->panels(p->what, to);
	fputs("\nunset multiplot\n", to);
}

int page_program(const struct page *p, FILE *to)
{
	fprintf(to,
		"# gnuplot -p FILE shows this figure; for a file put before it:\n"
		"# set terminal pdfcairo size %.1fcm,%.1fcm font 'Sans,12'; set output "
		"'figure.pdf'\n",
		p->width, p->height);
	write_program(p, to);
	return ferror(to)
		       ? pz_fail(PZ_EDATA, "cannot write the gnuplot program: %s", strerror(errno))
		       : 0;
}

static bool ends_in(const char *path, const char *ending)
{
	const char *dot = strrchr(path, '.');

	return dot && !strcmp(dot, ending);
}

int page_check(const char *path)
{
	if (ends_in(path, ".png") || ends_in(path, ".pdf") || ends_in(path, ".svg"))
		return 0;
	return pz_fail(PZ_EUSAGE, "%s: a figure ends in .png, .pdf or .svg", path);
}

/* The terminal for a file of that name. */
static void write_terminal(const struct page *p, const char *path, FILE *to)
{
	double w = p->width * PIXELS_PER_CM, h = p->height * PIXELS_PER_CM;

	if (ends_in(path, ".pdf"))
		fprintf(to, "set terminal pdfcairo size %.2fcm,%.2fcm font 'Sans,12' lw 1\n",
			p->width, p->height);
	else if (ends_in(path, ".png"))
		fprintf(to,
			"set terminal pngcairo size %.0f,%.0f font 'Sans,12' fontscale 1.9 lw 1.9 "
			"pointscale 1.7\n",
			w, h);
	else
		fprintf(to,
			"set terminal svg size %.0f,%.0f font 'sans-serif,12' fontscale 1.9 lw 1.9 "
			"background '#ffffff'\n",
			w, h);
}

int page_write(const struct page *p, const char *path)
{
	struct pz_file file = { 0 };
	FILE *program;
	int rc = page_check(path);

	if (rc < 0)
		return rc;
	if (!(program = tmpfile()))
		return pz_fail(PZ_EDATA, "no temporary file: %s", strerror(errno));
	write_terminal(p, path, program);
	write_program(p, program);
	if ((rc = pz_file_begin(&file, path)) < 0)
		goto done;
	if ((rc = gnuplot_run(program, file.stream)) < 0)
		pz_fail_in(rc, "%s", path);
	else
		rc = pz_file_commit(&file);
done:
	pz_file_abandon(&file);
	fclose(program);
	return rc;
}
