/* style.c -- colour, shape and dashes of each stream, the same in every figure */
#include <stdbool.h>
#include <string.h>

#include "page.h"

/* The steps of the procedure have fixed styles, those that are drawn by default the ones that are
 * told apart best. Colours are Okabe & Ito's, for all kinds of sight, and beside them a wine red
 * and a grey; yellow is left out, it does not show on white. */
static const struct style {
	const char *step, *colour, *shape;
	int point;
	const char *dash, *line;
} styles[] = {
	{ "baseline", "#000000", "black discs", 7, "1", "solid line" },
	{ "step1", "#E69F00", "orange squares", 5, "(12,4)", "dashed line" },
	{ "step2", "#56B4E9", "sky-blue triangles", 9, "(6,4)", "short dashes" },
	{ "step3", "#009E73", "green triangles, point down", 11, "(12,4,3,4)", "dash and dot" },
	{ "step3a", "#CC79A7", "pink diamonds", 13, "(3,3)", "dotted line" },
	{ "step3b", "#882255", "wine-red open circles", 6, "(12,4,3,4,3,4)", "dash and two dots" },
	{ "step4", "#D55E00", "vermilion open squares", 4, "(18,6)", "long dashes" },
	{ "step5", "#0072B2", "blue open triangles", 8, "(6,4,3,4)", "short dash and dot" },
	{ "knn", "#767676", "grey open triangles, point down", 10, "(18,4,6,4)",
	  "long and short dashes" },
	{ "knn-mag", "#44AA99", "teal open diamonds", 12, "(4,4)", "short dashes" },
	{ NULL, "#999933", "olive crosses", 1, "(9,3,3,3)", "dash and dot" },
	{ NULL, "#332288", "indigo saltires", 2, "(15,3,3,3)", "dash and dot" },
	{ NULL, "#AA4499", "purple stars", 3, "(9,6)", "dashed line" },
	{ NULL, "#661100", "brown discs", 7, "(6,2)", "short dashes" },
	{ NULL, "#117733", "dark green squares", 5, "(3,6)", "dotted line" },
	{ NULL, "#6699CC", "pale blue diamonds", 13, "(12,8)", "dashed line" },
};

#define STYLES ((int)(sizeof styles / sizeof *styles))

/* The fixed style of a name, or -1. */
static int fixed_style(const char *name)
{
	for (int k = 0; name && k < STYLES; k++)
		if (styles[k].step && !strcmp(styles[k].step, name))
			return k;
	return -1;
}

void pz_figure_styles(const char *const *name, int n, int *style)
{
	bool taken[STYLES] = { false };
	int next = 0;

	for (int i = 0; i < n; i++)
		if ((style[i] = fixed_style(name[i])) >= 0)
			taken[style[i]] = true;
	for (int i = 0; i < n; i++) {
		if (style[i] >= 0)
			continue;
		while (next < STYLES && taken[next])
			next++;
		/* more streams than styles: they repeat */
		style[i] = next < STYLES ? next++ : (i % STYLES);
	}
}

const char *pz_figure_colour(int style)
{
	return styles[style % STYLES].colour;
}

const char *pz_style_dash(int style)
{
	return styles[style % STYLES].dash;
}

void pz_style_points(int style, double size, FILE *to)
{
	const struct style *s = &styles[style % STYLES];

	fprintf(to, "lc rgb '%s' pt %d ps %.2f lw 0.8", s->colour, s->point, size);
}

void pz_style_line(int style, double width, FILE *to)
{
	fprintf(to, "lc rgb '%s' dt %s lw %.1f", pz_figure_colour(style), pz_style_dash(style),
		width);
}

void pz_style_say(int style, FILE *to)
{
	fprintf(to, "%s, %s", styles[style % STYLES].shape, styles[style % STYLES].line);
}
