/* escape.c -- codes and decodes texts that FITS cannot hold */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"

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

bool table_text_is_number(const char *text, size_t n)
{
	char *end;

	if (n == 0 || strlen(text) < n)
		return false;
	strtod(text, &end);
	return end == text + n;
}

char *table_text_code_cell(const char *text, size_t n, bool number)
{
	char first[2] = { number ? *text : '\0', '\0' }, *coded, *rest;

	if (n == 0)
		return strdup("%");
	if (!number)
		return table_text_code(text, n, "");
	if (!(rest = table_text_code(text + 1, n - 1, "")))
		return NULL;
	if (asprintf(&coded, "%%%02X%s", (unsigned char)*first, rest) < 0)
		coded = NULL;
	free(rest);
	return coded;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

long table_text_decode(char *text)
{
	char *to = text;

	if (!strcmp(text, "%"))
		return *text = '\0';
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
