/* words.c -- the words of an expression: values, names, keys, files and symbols */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/text.h>

#include "parts.h"

#define SHOWN 24 /* bytes of the text that a message repeats */

size_t pz_word_column(const char *text, size_t at)
{
	size_t column = 1;

	for (size_t i = 0; i < at; i++)
		column += ((unsigned char)text[i] & 0xc0) != 0x80;
	return column;
}

int pz_word_fail(const struct pz_expression *e, size_t at, const char *format, ...)
{
	const char *rest = e->text + at;
	char said[256];
	size_t shown = pz_text_cut(rest, SHOWN);
	va_list args;

	va_start(args, format);
	vsnprintf(said, sizeof said, format, args);
	va_end(args);
	if (!shown)
		return pz_fail(PZ_EUSAGE, "column %zu, at the end: %s", pz_word_column(e->text, at),
			       said);
	return pz_fail(PZ_EUSAGE, "column %zu, at '%.*s%s': %s", pz_word_column(e->text, at),
		       (int)shown, rest, rest[shown] ? "..." : "", said);
}

bool pz_word_is(const struct pz_expression *e, const struct word *word, const char *what)
{
	return (word->type == WORD_NAME || word->type == WORD_SYMBOL) &&
	       strlen(what) == word->size && !strncasecmp(e->text + word->at, what, word->size);
}

/* Bytes above 127 are letters of other alphabets. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* n bytes as a text that ends in 0; where a quote is given, two of them are one. */
static void keep_text(struct pz_expression *e, struct word *w, const char *from, size_t n,
		      char quote)
{
	char *to = e->arena + e->arena_used;
	size_t size = 0;

	for (size_t i = 0; i < n; i++) {
		to[size++] = from[i];
		if (quote && from[i] == quote)
			i++;
	}
	to[size] = '\0';
	e->arena_used += size + 1;
	w->value = (struct value){ .is = TEXT, .text = to, .size = size };
}

/* What stands between quotes that begin at w->at; two quotes are one in it, if doubled. */
static int take_quoted(struct pz_expression *e, struct word *w, size_t from, bool doubled)
{
	const char *begin = e->text + from, quote = *begin;
	const char *end = strchr(begin + 1, quote);

	while (end && doubled && end[1] == quote)
		end = strchr(end + 2, quote);
	if (!end)
		return pz_word_fail(e, from, "expected another %c that ends it, found none", quote);
	w->size = (size_t)(end + 1 - e->text) - w->at;
	keep_text(e, w, begin + 1, (size_t)(end - begin) - 1, doubled ? quote : '\0');
	return 0;
}

/* Whole numbers to 64 bits, so that they are compared exactly; else a double. */
static int take_number(const struct pz_expression *e, struct word *w)
{
	const char *begin = e->text + w->at;
	bool hex = begin[0] == '0' && (begin[1] == 'x' || begin[1] == 'X');
	size_t digits = hex ? 2 + strspn(begin + 2, "0123456789abcdefABCDEF")
			    : strspn(begin, "0123456789");
	bool whole = digits > 0 && (hex || !strchr(".eE", begin[digits]) || !begin[digits]);
	char *end;

	errno = 0;
	if (whole)
		w->value = (struct value){ .is = INTEGER,
					   .integer = strtoll(begin, &end, hex ? 16 : 10) };
	else
		w->value = (struct value){ .is = NUMBER, .number = strtod(begin, &end) };
	w->size = (size_t)(end - begin);
	if (whole && errno == ERANGE)
		return pz_word_fail(e, w->at, "expected a whole number of at most %lld",
				    (long long)INT64_MAX);
	if (!whole && !isfinite(w->value.number))
		return pz_word_fail(e, w->at, "expected a number of at most 1.8e308");
	if (is_letter(*end) || is_digit(*end) || *end == '.' || (hex && digits == 2))
		return pz_word_fail(e, w->at,
				    "expected a number, or a key that does not begin with a digit "
				    "(else: in backquotes)");
	return 0;
}

/* A word of the grammar, a function or a key: letters, digits, _, and single dots between. */
static void take_name(struct pz_expression *e, struct word *w)
{
	const char *begin = e->text + w->at, *end = begin;

	while (is_letter(*end) || is_digit(*end) || (*end == '.' && is_letter(end[1])))
		end++;
	w->size = (size_t)(end - begin);
	keep_text(e, w, begin, w->size, '\0');
}

/* @FILE goes to the next blank, bracket or comma; @'FILE' has all of these. */
static int take_file(struct pz_expression *e, struct word *w)
{
	const char *begin = e->text + w->at + 1;
	size_t n = strcspn(begin, " \t\n\r(),");

	if (*begin == '\'' || *begin == '"')
		return take_quoted(e, w, w->at + 1, true);
	if (n == 0)
		return pz_word_fail(e, w->at, "expected the name of a file behind @");
	w->size = n + 1;
	keep_text(e, w, begin, n, '\0');
	return 0;
}

/* Symbols of other languages, and what says the same here. */
static int fail_symbol(const struct pz_expression *e, size_t at)
{
	static const struct {
		const char *symbol, *instead;
	} other[] = {
		{ "&&", "'and'" },
		{ "||", "'or'" },
		{ "&", "'and', or bits(a, b)" },
		{ "|", "'or'" },
		{ "!", "'not'" },
		{ "~", "'not'" },
		{ "**", "a product, sqrt or exp" },
		{ "^", "a product, sqrt or exp" },
	};

	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		if (!strncmp(e->text + at, other[i].symbol, strlen(other[i].symbol)))
			return pz_word_fail(e, at, "expected %s instead of %s", other[i].instead,
					    other[i].symbol);
	return pz_word_fail(e, at, "expected a value, a key or an operator");
}

static int take_symbol(const struct pz_expression *e, struct word *w)
{
	static const char *const symbols[] = { "<=", ">=", "==", "!=", "<>", "**", "<", ">", "=",
					       "+",  "-",  "*",  "/",  "(",  ")",  ",", "[", "]" };

	w->type = WORD_SYMBOL;
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		w->size = strlen(symbols[i]);
		if (!strncmp(e->text + w->at, symbols[i], w->size))
			return strcmp(symbols[i], "**") != 0 ? 0 : fail_symbol(e, w->at);
	}
	return fail_symbol(e, w->at);
}

int pz_word_next(struct pz_expression *e, size_t *at, struct word *word)
{
	const char *c;
	int rc = 0;

	*at += strspn(e->text + *at, " \t\n\r");
	*word = (struct word){ .at = *at };
	c = e->text + *at;
	if (!*c)
		return 0;
	if (*c == '\'' || *c == '"') {
		word->type = WORD_VALUE;
		rc = take_quoted(e, word, *at, true);
	} else if (*c == '`') {
		word->type = WORD_KEY;
		rc = take_quoted(e, word, *at, false);
	} else if (*c == '@') {
		word->type = WORD_FILE;
		rc = take_file(e, word);
	} else if (is_digit(*c) || (*c == '.' && is_digit(c[1]))) {
		word->type = WORD_VALUE;
		rc = take_number(e, word);
	} else if (is_letter(*c)) {
		word->type = WORD_NAME;
		take_name(e, word);
	} else {
		rc = take_symbol(e, word);
	}
	*at += word->size;
	return rc;
}
