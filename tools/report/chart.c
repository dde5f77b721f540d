/* chart.c -- small charts as SVG: axes, lines, areas */
#include <math.h>

#include "html.h"
#include "page.h"

#define WIDTH     520.0
#define HEIGHT    320.0
#define LEFT      64.0
#define RIGHT     12.0
#define TOP       12.0
#define BOTTOM    46.0
#define TICS      6
#define DODGE     7.0  /* from stream to stream, sideways                            */
#define DODGE_MAX 40.0 /* of all of them                                          */

static double at_x(const struct chart *c, double x)
{
	return LEFT + (x - c->x0) / (c->x1 - c->x0) * (WIDTH - LEFT - RIGHT);
}

static double at_y(const struct chart *c, double y)
{
	return HEIGHT - BOTTOM - (y - c->y0) / (c->y1 - c->y0) * (HEIGHT - TOP - BOTTOM);
}

/* 1, 2 or 5 times a power of ten, so that at most TICS fit. */
static double step_of(double lo, double hi)
{
	double raw = (hi - lo) / TICS, power = pow(10, floor(log10(raw)));

	return power * (raw <= power ? 1 : raw <= 2 * power ? 2 : raw <= 5 * power ? 5 : 10);
}

static void write_tics(const struct chart *c)
{
	double step = step_of(c->x0, c->x1);

	for (double k = ceil(c->x0 / step); k * step <= c->x1 + 1e-9 * step; k++)
		fprintf(c->to,
			"<path d=\"M%.1f %.1fv-5\" stroke=\"#1a1a1f\"/><text x=\"%.1f\" y=\"%.1f\" "
			"text-anchor=\"middle\">%.6g</text>\n",
			at_x(c, k * step), HEIGHT - BOTTOM, at_x(c, k * step), HEIGHT - BOTTOM + 17,
			k * step + 0.0);
	step = step_of(c->y0, c->y1);
	for (double k = ceil(c->y0 / step); k * step <= c->y1 + 1e-9 * step; k++)
		fprintf(c->to,
			"<path d=\"M%.1f %.1fh5\" stroke=\"#1a1a1f\"/><text x=\"%.1f\" y=\"%.1f\" "
			"text-anchor=\"end\">%.6g</text>\n",
			LEFT, at_y(c, k * step), LEFT - 6, at_y(c, k * step) + 4.5, k * step + 0.0);
}

void chart_begin(struct chart *c, const char *title, const char *x, const char *y)
{
	if (!(c->x1 > c->x0))
		c->x1 = c->x0 + 1;
	if (!(c->y1 > c->y0))
		c->y1 = c->y0 + 1;
	fprintf(c->to, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
	html_text(title, c->to);
	fprintf(c->to,
		"\" font-family=\"sans-serif\" font-size=\"14\" fill=\"#1a1a1f\">\n"
		"<rect width=\"%.0f\" height=\"%.0f\" fill=\"#ffffff\"/>\n",
		WIDTH, HEIGHT);
	write_tics(c);
	fprintf(c->to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
		(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8);
	html_text(x, c->to);
	fprintf(c->to,
		"</text>\n<text transform=\"translate(15,%.1f) rotate(-90)\" "
		"text-anchor=\"middle\">",
		(TOP + HEIGHT - BOTTOM) / 2);
	html_text(y, c->to);
	fputs("</text>\n", c->to);
}

static void begin_path(const struct chart *c, int stream)
{
	fputs("<path", c->to);
	if (stream >= 0)
		fprintf(c->to, " class=\"s%d\"", stream);
	fputs(" d=\"", c->to);
}

static double clamped(double v, double lo, double hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

/* x[n], y[n] as a path; steps: x are lower edges, the last one ends the last step. */
static void write_path(const struct chart *c, const double *x, const double *y, int n, bool steps)
{
	bool pen = false;

	for (int i = 0; i < n; i++) {
		double px, py;

		if (!isfinite(x[i]) || !isfinite(y[i])) {
			pen = false;
			continue;
		}
		px = at_x(c, clamped(x[i], c->x0, c->x1));
		py = at_y(c, clamped(y[i], c->y0, c->y1));
		if (pen && steps)
			fprintf(c->to, "H%.2fV%.2f", px, py);
		else
			fprintf(c->to, "%c%.2f %.2f", pen ? 'L' : 'M', px, py);
		pen = true;
	}
}

void chart_line(const struct chart *c, const double *x, const double *y, int n, bool steps,
		const char *colour, const char *dash, int stream)
{
	begin_path(c, stream);
	write_path(c, x, y, n, steps);
	fprintf(c->to, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"", colour);
	if (dash)
		fprintf(c->to, " stroke-dasharray=\"%s\"", dash);
	fputs("/>\n", c->to);
}

void chart_area(const struct chart *c, const double *x, const double *y, int n, const char *colour)
{
	begin_path(c, -1);
	if (n > 0) {
		fprintf(c->to, "M%.2f %.2fV%.2f", at_x(c, clamped(x[0], c->x0, c->x1)),
			at_y(c, c->y0), at_y(c, clamped(y[0], c->y0, c->y1)));
		for (int i = 1; i < n; i++)
			fprintf(c->to, "H%.2fV%.2f", at_x(c, clamped(x[i], c->x0, c->x1)),
				at_y(c, clamped(y[i], c->y0, c->y1)));
		fprintf(c->to, "V%.2fZ", at_y(c, c->y0));
	}
	fprintf(c->to, "\" fill=\"%s\"/>\n", colour);
}

void chart_points(const struct chart *c, const double *x, const double *y, const double *error,
		  int n, double dodge, const char *colour, int stream)
{
	fputs("<g", c->to);
	if (stream >= 0)
		fprintf(c->to, " class=\"s%d\"", stream);
	fprintf(c->to, " fill=\"%s\" stroke=\"%s\">", colour, colour);
	for (int i = 0; i < n; i++) {
		double px, e = isfinite(error[i]) ? error[i] : 0;

		if (!isfinite(x[i]) || !isfinite(y[i]))
			continue;
		px = at_x(c, clamped(x[i], c->x0, c->x1)) + dodge;
		fprintf(c->to,
			"<path d=\"M%.2f %.2fV%.2f\" stroke-width=\"1.4\"/><circle cx=\"%.2f\" "
			"cy=\"%.2f\" r=\"3\"/>",
			px, at_y(c, clamped(y[i] - e, c->y0, c->y1)),
			at_y(c, clamped(y[i] + e, c->y0, c->y1)), px,
			at_y(c, clamped(y[i], c->y0, c->y1)));
	}
	fputs("</g>\n", c->to);
}

void chart_rule(const struct chart *c, double y, const char *text, bool below)
{
	if (!(y > c->y0 && y < c->y1))
		return;
	fprintf(c->to,
		"<path d=\"M%.1f %.2fH%.1f\" stroke=\"#767676\" stroke-dasharray=\"5 3\"/>\n", LEFT,
		at_y(c, y), WIDTH - RIGHT);
	if (!text)
		return;
	/* in a white border, as it may lie on another rule */
	fprintf(c->to,
		"<text x=\"%.1f\" y=\"%.2f\" text-anchor=\"end\" font-size=\"12\" "
		"fill=\"#55555f\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\">",
		WIDTH - RIGHT - 5, at_y(c, y) + (below ? 13 : -4));
	html_text(text, c->to);
	fputs("</text>\n", c->to);
}

double chart_dodge(int streams)
{
	return streams > 1 ? fmin(DODGE, DODGE_MAX / streams) : 0;
}

void chart_end(const struct chart *c)
{
	fprintf(c->to,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" "
		"stroke=\"#1a1a1f\"/>\n</svg>\n",
		LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
}
