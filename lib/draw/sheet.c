/* sheet.c -- a contact sheet */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/sheet.h>

#include "font.h"
#include "png_write.h"

#define GUTTER    4  /* pixels between cells                                    */
#define SIDE      96 /* a stamp is magnified to at least this                   */
#define LINES     2  /* of a caption                                            */
#define LINE      9  /* pixels from line to line                                */
#define CAPTION   (LINES * LINE + 2)
#define BYTES_MAX ((size_t)1 << 30)

static const unsigned char paper[3] = { 24, 24, 28 }, ink[3] = { 205, 205, 200 };

struct pz_sheet {
	int columns, size, zoom;
	int width, height;  /* of the picture */
	unsigned char *rgb; /* [height][width][3] */
};

static int cell_width(const struct pz_sheet *s)
{
	return s->size * s->zoom + GUTTER;
}

static int cell_height(const struct pz_sheet *s)
{
	return s->size * s->zoom + CAPTION + GUTTER;
}

static unsigned char *pixel(const struct pz_sheet *s, int x, int y)
{
	return s->rgb + 3 * ((size_t)y * (size_t)s->width + (size_t)x);
}

int pz_sheet_new(struct pz_sheet **out, int count, int columns, int size)
{
	struct pz_sheet *s;
	double width, height;
	int rows;

	*out = NULL;
	if (count < 1 || columns < 0 || size < 1)
		return pz_fail(PZ_EARG, "a sheet of %d stamps of %d pixels", count, size);
	if (!(s = calloc(1, sizeof *s)))
		return pz_fail(PZ_ENOMEM, "no memory for a sheet");
	s->columns = columns ? columns : (int)ceil(sqrt(count));
	s->columns = s->columns < count ? s->columns : count;
	s->size = size;
	s->zoom = (SIDE + size - 1) / size;
	rows = (count + s->columns - 1) / s->columns;
	width = (double)s->columns * cell_width(s) + GUTTER;
	height = (double)rows * cell_height(s) + GUTTER;
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
	for (int line = 0; line < LINES && *caption; line++) {
		size_t n = strcspn(caption, "\n");

		put_line(s, left, top + line * LINE, caption, n);
		caption += n + (caption[n] == '\n');
	}
}

int pz_sheet_write(const struct pz_sheet *s, const char *path)
{
	return pz_png_write(path, s->rgb, s->width, s->height);
}
