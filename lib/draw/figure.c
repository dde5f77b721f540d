/* figure.c -- a figure as a gnuplot program, and as a picture */
#include <errno.h>
#include <math.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "figure.h"

#define POINTS_PER_CM (72 / 2.54)
#define FONTSCALE     0.75 /* cairo's terminals make text 96/72 of its size           */
#define PIXELS_PER_CM 160  /* of a PNG: 406 to the inch                                */
#define UNITS_PER_CM  80   /* of an SVG                                           */

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
	      "set tics scale 0.5\n"
	      "set bars small\n"
	      "set minussign\n",
	      to);
	figure_write_data(f, to);
	fputs("\nset multiplot\n", to);
	legend_write(f, l, to);
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
		"# set terminal pdfcairo size %.2fcm,%.2fcm font 'Sans,%d' fontscale %.2f; "
		"set output 'figure.pdf'\n",
		l.width, l.height, FONT_PT, FONTSCALE);
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

/* The terminal for a file of that name: text and lines keep their size on paper. */
static void write_terminal(const char *path, const struct figure_layout *l, FILE *to)
{
	double png = PIXELS_PER_CM / POINTS_PER_CM, svg = UNITS_PER_CM / POINTS_PER_CM;

	if (ends_in(path, ".pdf"))
		fprintf(to,
			"set terminal pdfcairo size %.2fcm,%.2fcm font 'Sans,%d' fontscale %.2f\n",
			l->width, l->height, FONT_PT, FONTSCALE);
	else if (ends_in(path, ".png"))
		fprintf(to,
			"set terminal pngcairo size %.0f,%.0f font 'Sans,%d' fontscale %.3f "
			"lw %.3f dashlength %.3f pointscale %.3f\n",
			l->width * PIXELS_PER_CM, l->height * PIXELS_PER_CM, FONT_PT,
			FONTSCALE * png, png / 2, png / 4, png);
	else
		fprintf(to,
			"set terminal svg size %.0f,%.0f font 'sans-serif,%.3f' lw %.3f "
			"background '#ffffff'\nset key spacing 0.95\n",
			l->width * UNITS_PER_CM, l->height * UNITS_PER_CM, FONT_PT * svg, svg / 2);
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
