/* figure.c -- a figure as a gnuplot program, and as a picture */
#include <errno.h>
#include <math.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "figure.h"

#define PIXELS_PER_CM 80

void figure_quote(const char *text, FILE *to)
{
	fputc('\'', to);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\'')
			fputc('\'', to);
		fputc(c < 0x20 || c == 0x7f ? ' ' : c, to);
	}
	fputc('\'', to);
}

/* The legend stands alone above the panels, where it can cover nothing. */
static void write_legend(const struct pz_figure *f, const struct figure_layout *l, FILE *to)
{
	fprintf(to,
		"\n# legend\n"
		"set lmargin at screen 0.01; set rmargin at screen 0.99\n"
		"set tmargin at screen 0.995; set bmargin at screen %.4f\n"
		"unset border; unset tics; unset xlabel; unset ylabel; unset title\n"
		"set xrange [0:1]; set yrange [0:1]\n"
		"set key center center horizontal reverse Left maxcols %d samplen 2.5 width 1\n"
		"plot \\\n",
		1 - l->legend / l->height, l->legend_columns);
	for (int i = 0; i < f->streams; i++) {
		fputs("  NaN with linespoints ", to);
		panel_write_style(i, 0.7, to);
		fputs(" title ", to);
		figure_quote(f->stream[i].name ? f->stream[i].name : "", to);
		fprintf(to, " noenhanced%s\n", i < f->streams - 1 ? ", \\" : "");
	}
	fputs("unset key; set border 31 lw 0.8; set tics\n", to);
}

static void write_panel(const struct pz_figure *f, const struct figure_layout *l,
			const struct panel *p, FILE *to)
{
	fprintf(to,
		"\nset lmargin at screen %.4f; set rmargin at screen %.4f\n"
		"set tmargin at screen %.4f; set bmargin at screen %.4f\n",
		p->left / l->width, (p->left + p->width) / l->width, 1 - p->top / l->height,
		1 - (p->top + p->height) / l->height);
	panel_write(f, p, to);
}

static void write_program(const struct pz_figure *f, const struct figure_layout *l, FILE *to)
{
	fputs("set encoding utf8\n"
	      "set tics scale 0.6\n"
	      "set bars small\n"
	      "set minussign\n"
	      "set xlabel offset 0,0.4\n"
	      "set ylabel offset 1.4,0\n",
	      to);
	panel_write_data(f, to);
	fputs("\nset multiplot\n", to);
	write_legend(f, l, to);
	for (int i = 0; i < l->panels; i++)
		write_panel(f, l, &l->panel[i], to);
	fputs("\nunset multiplot\n", to);
}

int pz_figure_program(const struct pz_figure *f, FILE *to)
{
	struct figure_layout l;
	int rc = figure_layout(f, &l);

	if (rc < 0)
		return rc;
	fprintf(to,
		"# gnuplot -p FILE shows this figure; for a file put before it:\n"
		"# set terminal pdfcairo size %.1fcm,%.1fcm font 'Sans,12'; set output "
		"'figure.pdf'\n",
		l.width, l.height);
	write_program(f, &l, to);
	return ferror(to)
		       ? pz_fail(PZ_EDATA, "cannot write the gnuplot program: %s", strerror(errno))
		       : 0;
}

static bool ends_in(const char *path, const char *ending)
{
	const char *dot = strrchr(path, '.');

	return dot && !strcmp(dot, ending);
}

int pz_figure_check(const char *panels, const char *path)
{
	enum panel_kind kinds[PANEL_KINDS];
	int n = panels ? figure_kinds(panels, kinds) : 0;

	if (n < 0)
		return n;
	if (path && !ends_in(path, ".png") && !ends_in(path, ".pdf") && !ends_in(path, ".svg"))
		return pz_fail(PZ_EUSAGE, "%s: a figure ends in .png, .pdf or .svg", path);
	return 0;
}

/* The terminal for a file of that name. */
static void write_terminal(const char *path, const struct figure_layout *l, FILE *to)
{
	double w = l->width * PIXELS_PER_CM, h = l->height * PIXELS_PER_CM;

	if (ends_in(path, ".pdf"))
		fprintf(to, "set terminal pdfcairo size %.2fcm,%.2fcm font 'Sans,12' lw 1\n",
			l->width, l->height);
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

int pz_figure_write(const struct pz_figure *f, const char *path)
{
	struct pz_file file = { 0 };
	struct figure_layout l;
	FILE *program;
	int rc = pz_figure_check(f->panels, path);

	if (rc < 0 || (rc = figure_layout(f, &l)) < 0)
		return rc;
	if (!(program = tmpfile()))
		return pz_fail(PZ_EDATA, "no temporary file: %s", strerror(errno));
	write_terminal(path, &l, program);
	write_program(f, &l, program);
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
