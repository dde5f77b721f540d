/* html.c -- texts, numbers and bytes as HTML */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <pz/map.h>
#include <pz/text.h>

#include "html.h"

static void write_escaped(const char *text, size_t size, uint32_t point, FILE *to)
{
	if (size == 0 || (!pz_text_shows(point) && point != '\n' && point != '\t'))
		fputs("\xef\xbf\xbd", to);
	else if (point == '&')
		fputs("&amp;", to);
	else if (point == '<')
		fputs("&lt;", to);
	else if (point == '>')
		fputs("&gt;", to);
	else if (point == '"')
		fputs("&quot;", to);
	else if (point == '\'')
		fputs("&#39;", to);
	else
		fwrite(text, 1, size, to);
}

void html_text_n(const char *text, size_t n, FILE *to)
{
	while (n > 0) {
		uint32_t point = 0;
		size_t size = pz_text_utf8(text, n, &point);

		write_escaped(text, size, point, to);
		size += size == 0;
		text += size;
		n -= size;
	}
}

void html_text(const char *text, FILE *to)
{
	html_text_n(text, strlen(text), to);
}

int html_digits(double x, double error)
{
	double least = error > 0 ? error : fabs(x) / 100;
	int digits = least > 0 ? 1 - (int)floor(log10(least)) : 4;

	return digits < 0 ? 0 : digits > 8 ? 8 : digits;
}

void html_number(double x, int digits, FILE *to)
{
	char exact[40], text[64], *minus;

	if (isnan(x)) {
		fputs("–", to);
		return;
	}
	pz_value_format(x, false, exact, sizeof exact);
	snprintf(text, sizeof text, "%.*f", digits, x);
	minus = text[0] == '-' ? text + 1 : NULL;
	fprintf(to, "<data value=\"%s\">%s%s</data>", exact, minus ? "−" : "",
		minus ? minus : text);
}

void html_base64(const void *bytes, size_t n, FILE *to)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = bytes;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t three = (uint32_t)b[i] << 16 | (i + 1 < n ? (uint32_t)b[i + 1] << 8 : 0) |
				 (i + 2 < n ? b[i + 2] : 0);

		fputc(digit[three >> 18], to);
		fputc(digit[three >> 12 & 63], to);
		fputc(i + 1 < n ? digit[three >> 6 & 63] : '=', to);
		fputc(i + 2 < n ? digit[three & 63] : '=', to);
	}
}
