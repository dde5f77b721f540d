/* page.c -- a page as a gnuplot program, and as a picture */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>
#include <pz/text.h>

#include "page.h"

#define FONT_PT       7 /* of all text                                         */
#define POINTS_PER_CM (72 / 2.54)
#define FONTSCALE     0.75 /* cairo's terminals make text 96/72 of its size           */
#define PIXELS_PER_CM 160  /* of a PNG: 406 to the inch                              */
#define UNITS_PER_CM  80   /* of an SVG                                              */

static void write_program(const struct page *p, FILE *to)
{
	fputs("set encoding utf8\n"
	      "set tics scale 0.5\n"
	      "set bars small\n"
	      "set clip two\n"
	      "set minussign\n",
	      to);
	p->data(p->what, to);
	fputs("\nset multiplot\n", to);
	pz_page_write_legend(p, to);
	p->panels(p->what, to);
	fputs("\nunset multiplot\n", to);
}

int pz_page_program(const struct page *p, FILE *to)
{
	fprintf(to,
		"# gnuplot -p FILE shows this figure; for a file put before it:\n"
		"# set terminal pdfcairo size %.2fcm,%.2fcm font 'Sans,%d' fontscale %.2f; "
		"set output 'figure.pdf'\n",
		p->width, p->height, FONT_PT, FONTSCALE);
	write_program(p, to);
	return ferror(to) ? pz_fail(PZ_EIO, "cannot write the gnuplot program: %s", strerror(errno))
			  : 0;
}

int pz_page_check(const char *path)
{
	if (pz_text_ends(path, ".png") || pz_text_ends(path, ".pdf") || pz_text_ends(path, ".svg"))
		return 0;
	return pz_fail(PZ_EUSAGE, "%s: expected a file name that ends in .png, .pdf or .svg", path);
}

/* The terminal for a file of that name: text and lines keep their size on paper. */
static void write_terminal(const struct page *p, const char *path, FILE *to)
{
	double png = PIXELS_PER_CM / POINTS_PER_CM, svg = UNITS_PER_CM / POINTS_PER_CM;

	if (pz_text_ends(path, ".pdf"))
		fprintf(to,
			"set terminal pdfcairo size %.2fcm,%.2fcm font 'Sans,%d' fontscale %.2f\n",
			p->width, p->height, FONT_PT, FONTSCALE);
	else if (pz_text_ends(path, ".png"))
		fprintf(to,
			"set terminal pngcairo size %.0f,%.0f font 'Sans,%d' fontscale %.3f "
			"lw %.3f dashlength %.3f pointscale %.3f\n",
			p->width * PIXELS_PER_CM, p->height * PIXELS_PER_CM, FONT_PT,
			FONTSCALE * png, png / 2, png / 4, png);
	else
		fprintf(to,
			"set terminal svg size %.0f,%.0f font 'sans-serif,%.3f' lw %.3f "
			"background '#ffffff'\nset key spacing 0.95\n",
			p->width * UNITS_PER_CM, p->height * UNITS_PER_CM, FONT_PT * svg, svg / 2);
}

int pz_page_write(const struct page *p, const char *path)
{
	struct pz_file file = { 0 };
	FILE *program;
	int rc = pz_page_check(path);

	if (rc < 0)
		return rc;
	if (!(program = pz_gnuplot_scratch()))
		return PZ_EDATA;
	write_terminal(p, path, program);
	write_program(p, program);
	if (ferror(program) || fflush(program) != 0) {
		rc = pz_fail(PZ_EIO, "%s: cannot write the gnuplot program: %s", path,
			     strerror(errno));
		goto done;
	}
	if ((rc = pz_file_begin(&file, path)) < 0)
		goto done;
	if ((rc = pz_gnuplot_run(program, file.stream)) < 0)
		pz_fail_in(rc, "%s", path);
	else
		rc = pz_file_commit(&file);
done:
	pz_file_abandon(&file);
	fclose(program);
	return rc;
}
