/* quote.c -- texts and the edges of panels, as gnuplot is told them */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include <pz/text.h>

#include "page.h"

/* Whether it can stand in single quotes: gnuplot takes a text there for what it is, but not an
 * apostrophe at its beginning; the others are a caution. */
static bool is_plain(const char *text)
{
	return pz_text_is_line(text) && !strpbrk(text, "'\\`@");
}

/* A character of a string in double quotes: all but letters and blanks by its octal number,
 * which gnuplot reads after all else (commands in backquotes, macros) is done. */
static void quote_character(const char *text, size_t size, uint32_t point, bool tic, FILE *to)
{
	if (size == 0 || !pz_text_shows(point))
		fputs("\\077", to);
	else if (point >= 0x80 || isalpha((int)point) || point == ' ')
		fwrite(text, 1, size, to);
	else
		fprintf(to, tic && point == '%' ? "\\%03o\\%03o" : "\\%03o", point, point);
}

static void write_quoted(const char *text, bool tic, FILE *to)
{
	uint32_t point = 0;

	if (is_plain(text) && !(tic && strchr(text, '%'))) {
		fprintf(to, "'%s'", text);
		return;
	}
	fputc('"', to);
	for (size_t n = strlen(text), size; n > 0; text += size, n -= size) {
		size = pz_text_utf8(text, n, &point);
		quote_character(text, size, point, tic, to);
		size += size == 0;
	}
	fputc('"', to);
}

void pz_page_quote(const char *text, FILE *to)
{
	write_quoted(text, false, to);
}

void pz_page_quote_tic(const char *text, FILE *to)
{
	write_quoted(text, true, to);
}

void pz_page_frame(const struct page *p, double left, double top, double width, double height,
		   FILE *to)
{
	fprintf(to,
		"\nset lmargin at screen %.4f; set rmargin at screen %.4f\n"
		"set tmargin at screen %.4f; set bmargin at screen %.4f\n",
		left / p->width, (left + width) / p->width, 1 - top / p->height,
		1 - (top + height) / p->height);
}
