/* sheet.c -- a contact sheet */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/sheet.h>

#include "font.h"
#include "png_write.h"

#define GUTTER    4  /* pixels between cells                                    */
#define SIDE      96 /* a stamp is magnified to at least this                   */
#define LINES_MAX 4
#define LINE      9  /* pixels from line to line                                */
#define FOOT      16 /* high, for the bar                                       */
#define CAP       5  /* at the ends of the bar                                  */
#define BYTES_MAX ((size_t)1 << 30)

static const unsigned char paper[3] = { 24, 24, 28 }, ink[3] = { 205, 205, 200 };

struct pz_sheet {
	int columns, size, zoom, lines;
	int width, height;  /* of the picture */
	unsigned char *rgb; /* [height][width][3] */
};

static int cell_width(const struct pz_sheet *s)
{
	return s->size * s->zoom + GUTTER;
}

static int cell_height(const struct pz_sheet *s)
{
	return s->size * s->zoom + s->lines * LINE + 2 + GUTTER;
}

static unsigned char *pixel(const struct pz_sheet *s, int x, int y)
{
	return s->rgb + 3 * ((size_t)y * (size_t)s->width + (size_t)x);
}

/* Whether the scale is known. */
static bool has_bar(const struct pz_sheet_form *f)
{
	return f->pixscale > 0 && isfinite(f->size * f->pixscale);
}

static void draw_bar(struct pz_sheet *s, double pixscale);

int pz_sheet_new(struct pz_sheet **out, const struct pz_sheet_form *f)
{
	struct pz_sheet *s;
	double width, height;
	int rows;

	*out = NULL;
	if (f->count < 1 || f->columns < 0 || f->size < 1 || f->lines < 0 || f->lines > LINES_MAX)
		return pz_fail(PZ_EARG, "a sheet of %d stamps of %d pixels, captions of %d lines",
			       f->count, f->size, f->lines);
	if (!(s = calloc(1, sizeof *s)))
		return pz_fail(PZ_ENOMEM, "no memory for a sheet");
	s->columns = f->columns ? f->columns : (int)ceil(sqrt(f->count));
	s->columns = s->columns < f->count ? s->columns : f->count;
	s->size = f->size;
	s->lines = f->lines;
	s->zoom = (SIDE + f->size - 1) / f->size;
	rows = (f->count + s->columns - 1) / s->columns;
	width = (double)s->columns * cell_width(s) + GUTTER;
	height = (double)rows * cell_height(s) + GUTTER + (has_bar(f) ? FOOT : 0);
	if (3 * width * height > BYTES_MAX) {
		free(s);
		return pz_fail(PZ_EARG,
			       "a sheet of %.0f x %.0f pixels is too large: choose fewer stamps",
			       width, height);
	}
	s->width = (int)width;
	s->height = (int)height;
	if (!(s->rgb = malloc(3 * (size_t)s->width * (size_t)s->height))) {
		free(s);
		return pz_fail(PZ_ENOMEM, "no memory for a sheet of %.0f x %.0f pixels", width,
			       height);
	}
	for (size_t i = 0; i < (size_t)s->width * (size_t)s->height; i++)
		memcpy(s->rgb + 3 * i, paper, sizeof paper);
	if (has_bar(f))
		draw_bar(s, f->pixscale);
	*out = s;
	return 0;
}

void pz_sheet_free(struct pz_sheet *s)
{
	if (s)
		free(s->rgb);
	free(s);
}

static void put_letter(struct pz_sheet *s, int left, int top, char letter)
{
	int glyph = letter >= ' ' && letter <= '~' ? letter - ' ' : '?' - ' ';

	for (int x = 0; x < FONT_WIDTH; x++)
		for (int y = 0; y < FONT_HEIGHT; y++)
			if (pz_font_glyph[glyph][x] >> y & 1)
				memcpy(pixel(s, left + x, top + y), ink, sizeof ink);
}

/* One line of n letters, in the middle; of a long one the end: ids differ there. */
static void put_line(struct pz_sheet *s, int left, int top, const char *text, size_t n)
{
	size_t side = (size_t)s->size * (size_t)s->zoom, fits = (side - 1) / (FONT_WIDTH + 1);

	if (n > fits) {
		text += n - fits;
		n = fits;
	}
	left += (int)(side - n * (FONT_WIDTH + 1)) / 2;
	for (size_t i = 0; i < n; i++)
		put_letter(s, left + (int)i * (FONT_WIDTH + 1), top, text[i]);
}

/* The longest of 1, 2 and 5 times a power of ten that is at most half a stamp. */
static double round_length(double half)
{
	double power = pow(10, floor(log10(half)));

	return power * (half >= 5 * power ? 5 : half >= 2 * power ? 2 : 1);
}

/* At the foot, a bar with its length. */
static void draw_bar(struct pz_sheet *s, double pixscale)
{
	double arcsec = round_length(0.5 * s->size * pixscale);
	int length = (int)lround(arcsec / pixscale * s->zoom), middle = s->height - FOOT / 2;
	char text[32];

	for (int x = 0; x < length; x++)
		memcpy(pixel(s, GUTTER + x, middle), ink, sizeof ink);
	for (int y = -CAP / 2; y <= CAP / 2; y++) {
		memcpy(pixel(s, GUTTER, middle + y), ink, sizeof ink);
		memcpy(pixel(s, GUTTER + length - 1, middle + y), ink, sizeof ink);
	}
	snprintf(text, sizeof text, "%g\"", arcsec);
	/* The bar is at most half a stamp of at least SIDE pixels, and its length has few letters:
	 * "5e-300" and the sign fit beside it. */
	for (int i = 0; text[i]; i++)
		put_letter(s, GUTTER + length + GUTTER + i * (FONT_WIDTH + 1),
			   middle - FONT_HEIGHT / 2, text[i]);
}

void pz_sheet_put(struct pz_sheet *s, int i, const unsigned char *rgb, const char *caption)
{
	int left = GUTTER + i % s->columns * cell_width(s);
	int top = GUTTER + i / s->columns * cell_height(s);
	int side = s->size * s->zoom;

	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++) {
			int row = s->size - 1 - y / s->zoom;

			memcpy(pixel(s, left + x, top + y),
			       rgb + 3 * ((size_t)row * (size_t)s->size + (size_t)(x / s->zoom)),
			       3);
		}
	top += side + 2;
	for (int line = 0; line < s->lines && *caption; line++) {
		size_t n = strcspn(caption, "\n");

		put_line(s, left, top + line * LINE, caption, n);
		caption += n + (caption[n] == '\n');
	}
}

int pz_sheet_write(const struct pz_sheet *s, const char *path)
{
	return pz_png_write(path, s->rgb, s->width, s->height);
}
