/* table_text.c -- texts that FITS cannot hold as they are */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table_text.h"

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c <= 0x7e;
}

/* Whether byte i of the text is to be coded. */
static bool codes(const char *text, size_t n, size_t i)
{
	return !is_plain((unsigned char)text[i]) || text[i] == '%' ||
	       (text[i] == ' ' && (i == 0 || i == n - 1));
}

bool table_text_needs_code(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (codes(text, n, i) && text[i] != '%')
			return true;
	return false;
}

size_t table_text_coded(const char *text, size_t n)
{
	size_t size = n;

	for (size_t i = 0; i < n; i++)
		size += codes(text, n, i) ? 2 : 0;
	return size;
}

char *table_text_code(const char *text, size_t n, const char *also)
{
	char *coded = malloc(3 * n + 1), *to = coded;

	if (!coded)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (codes(text, n, i) || strchr(also, text[i]))
			to += sprintf(to, "%%%02X", (unsigned char)text[i]);
		else
			*to++ = text[i];
	*to = '\0';
	return coded;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

long table_text_decode(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		if (digit(from[1]) < 0 || digit(from[2]) < 0)
			return -1;
		*to++ = (char)(digit(from[1]) << 4 | digit(from[2]));
		from += 2;
	}
	*to = '\0';
	return to - text;
}

bool table_text_is_utf8(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text, *end = s + n;

	while (s < end) {
		size_t more = *s < 0x80 ? 0 : *s < 0xc2 ? 9 : *s < 0xe0 ? 1 : *s < 0xf0 ? 2 : 3;
		unsigned second = s + 1 < end ? s[1] : 0;

		if (*s > 0xf4 || more > 3 || (size_t)(end - s) <= more ||
		    (*s == 0xe0 && second < 0xa0) || (*s == 0xed && second > 0x9f) ||
		    (*s == 0xf0 && second < 0x90) || (*s == 0xf4 && second > 0x8f))
			return false;
		for (s++; more; more--, s++)
			if ((*s & 0xc0) != 0x80)
				return false;
	}
	return true;
}
