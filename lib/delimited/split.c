/* split.c -- the cells of a row of text
 *
 * The row is looked at first, without touching it: it may go on behind the bytes that are
 * there, and is looked at again when they are. Only whole rows are cut into texts.
 */
#include <string.h>

#include "parts.h"

/* What a byte means in a cell without quotes. */
enum { PLAIN, DELIMITER, END, NUL };

void pz_split_begin(struct dialect *d, char delimiter)
{
	*d = (struct dialect){ .delimiter = delimiter };
	d->what[(unsigned char)'\0'] = NUL;
	d->what[(unsigned char)delimiter] = DELIMITER;
	if (delimiter == BLANKS)
		d->what[(unsigned char)'\t'] = DELIMITER;
	d->what[(unsigned char)'\n'] = END;
	d->what[(unsigned char)'\r'] = END;
}

/* Where the splitting stands. */
struct place {
	const char *bytes;
	size_t at, n;
	bool last;
};

static size_t skip_blanks(const struct dialect *d, const struct place *p)
{
	size_t at = p->at;

	while (at < p->n && (p->bytes[at] == ' ' || p->bytes[at] == '\t') &&
	       (p->bytes[at] != d->delimiter || d->delimiter == BLANKS))
		at++;
	return at;
}

/* Bytes of the line end at `at`; 0: which one it is comes behind the bytes. */
static size_t line_end(const struct place *p)
{
	if (p->bytes[p->at] == '\n')
		return 1;
	if (p->at + 1 < p->n)
		return p->bytes[p->at + 1] == '\n' ? 2 : 1;
	return p->last ? 1 : 0;
}

static void add(struct spans *out, size_t at, size_t end, bool doubled)
{
	if (out->n < out->room)
		out->span[out->n] = (struct span){ at, end - at, doubled };
	out->n++;
}

/* A cell in quotes; p->at is behind the first. */
static enum split take_quoted(struct place *p, struct spans *out)
{
	size_t begin = p->at;
	bool doubled = false;

	for (; p->at < p->n; p->at++) {
		char c = p->bytes[p->at];

		if (c == '\0')
			return SPLIT_NUL;
		if (c == '\n' || (c == '\r' && p->at + 1 < p->n && p->bytes[p->at + 1] != '\n'))
			out->lines++;
		if (c != '"')
			continue;
		if (p->at + 1 == p->n && !p->last)
			return SPLIT_MORE;
		if (p->at + 1 == p->n || p->bytes[p->at + 1] != '"') {
			add(out, begin, p->at++, doubled);
			return SPLIT_ROW;
		}
		doubled = true;
		p->at++;
	}
	return p->last ? SPLIT_OPEN : SPLIT_MORE;
}

static void take_plain(const struct dialect *d, struct place *p, struct spans *out)
{
	size_t begin = p->at, end;

	while (p->at < p->n && d->what[(unsigned char)p->bytes[p->at]] == PLAIN)
		p->at++;
	for (end = p->at; end > begin; end--)
		if (p->bytes[end - 1] != ' ' && p->bytes[end - 1] != '\t')
			break;
	add(out, begin, end, false);
}

/* A cell, and blanks behind it. */
static enum split take_cell(const struct dialect *d, struct place *p, struct spans *out)
{
	size_t behind;

	if (p->at == p->n || p->bytes[p->at] != '"' || d->delimiter == LINES) {
		take_plain(d, p, out);
	} else {
		enum split how;

		p->at++;
		if ((how = take_quoted(p, out)) != SPLIT_ROW)
			return how;
		behind = skip_blanks(d, p);
		if (behind < p->n && behind == p->at &&
		    d->what[(unsigned char)p->bytes[behind]] == PLAIN)
			return SPLIT_BEHIND;
	}
	p->at = skip_blanks(d, p);
	return SPLIT_ROW;
}

enum split pz_split_row(const struct dialect *d, const char *bytes, size_t n, bool last,
			struct spans *out)
{
	struct place p = { bytes, 0, n, last };
	size_t end;

	out->n = 0;
	out->lines = 1;
	p.at = skip_blanks(d, &p);
	for (;;) {
		enum split how = take_cell(d, &p, out);

		if (how != SPLIT_ROW)
			return how;
		if (p.at == n) {
			out->used = n;
			return last ? SPLIT_ROW : SPLIT_MORE;
		}
		switch (d->what[(unsigned char)bytes[p.at]]) {
		case NUL:
			return SPLIT_NUL;
		case END:
			end = line_end(&p);
			out->used = p.at + end;
			return end ? SPLIT_ROW : SPLIT_MORE;
		case DELIMITER:
			p.at++;
			p.at = skip_blanks(d, &p);
			break;
		default: /* blanks have been passed over, a cell begins */
			if (d->delimiter != BLANKS)
				return SPLIT_BEHIND;
		}
	}
}

size_t pz_split_line(const char *bytes, size_t n, bool last, size_t *text)
{
	struct place p = { bytes, 0, n, last };
	size_t end;

	while (p.at < n && bytes[p.at] != '\n' && bytes[p.at] != '\r')
		p.at++;
	*text = p.at;
	if (p.at == n)
		return last ? n : 0;
	end = line_end(&p);
	return end ? p.at + end : 0;
}

char *pz_split_finish(char *bytes, const struct span *s)
{
	char *text = bytes + s->at, *to = text;

	text[s->length] = '\0';
	if (!s->doubled)
		return text;
	for (const char *from = text; from < text + s->length; from++) {
		*to++ = *from;
		from += from[0] == '"'; /* the second of two */
	}
	*to = '\0';
	return text;
}
