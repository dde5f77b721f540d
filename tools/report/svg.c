/* svg.c -- cleans an SVG figure
 *
 * A reader of the little XML that figures are written in: tags, attributes, texts, comments, and a
 * declaration at the beginning. What it does not know, entities of a document type above all, is an
 * error. What is kept of what it reads, and how that is written, is in allowed.c.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "allowed.h"
#include "html.h"
#include "svg.h"

#define DEPTH_MAX 64

struct svg {
	const struct input *in;
	const struct svg_form *form;
	const char *at, *end;
	int depth;
	bool group_open; /* the tag <g ...> waits for the title that may follow      */
	struct piece open[DEPTH_MAX];
	int left;
	FILE *to;
};

static int fail(const struct svg *s, const char *what)
{
	int line = 1;

	for (const char *c = s->in->bytes; c < s->at && c < s->end; c++)
		line += *c == '\n';
	return pz_fail(PZ_EDATA, "%s: line %d: expected an SVG figure, found %s", s->in->path, line,
		       what);
}

/* ---- names and attributes ---- */

static void skip_space(struct svg *s)
{
	while (s->at < s->end && isspace((unsigned char)*s->at))
		s->at++;
}

static struct piece take_name(struct svg *s)
{
	struct piece p = { s->at, 0 };

	while (s->at < s->end && (isalnum((unsigned char)*s->at) || strchr("_:-.", *s->at))) {
		s->at++;
		p.n++;
	}
	return p;
}

/* One attribute, written if its element is kept. */
static int take_attribute(struct svg *s, bool kept)
{
	struct piece name = take_name(s), value;
	const char *close;

	skip_space(s);
	if (!name.n || s->at >= s->end || *s->at != '=')
		return fail(s, "a tag that does not end");
	s->at++;
	skip_space(s);
	if (s->at >= s->end || (*s->at != '"' && *s->at != '\''))
		return fail(s, "a value without quotes");
	close = memchr(s->at + 1, *s->at, (size_t)(s->end - s->at - 1));
	if (!close)
		return fail(s, "a value that does not end");
	value = (struct piece){ s->at + 1, (size_t)(close - s->at - 1) };
	s->at = close + 1;
	if (kept)
		allowed_write_attribute(name, value, s->form->number, s->to);
	return 0;
}

/* ---- elements ---- */

/* Ends the tag of a group that waited for its title. */
static void close_group(struct svg *s)
{
	if (s->group_open)
		fputc('>', s->to);
	s->group_open = false;
}

/* What stands in the root in the place of the file's own title. */
static void write_root(struct svg *s)
{
	fprintf(s->to, " role=\"img\" aria-label=\"");
	html_text(s->form->title, s->to);
	fputc('"', s->to);
}

/* The class of the stream that the title of a group names. */
static void write_class(struct svg *s, struct piece text)
{
	char title[ALLOWED_TITLE];

	allowed_plain_text(text, title);
	for (int k = 0; k < s->form->streams; k++)
		if (!strcmp(s->form->name[k], title)) {
			fprintf(s->to, " class=\"s%d\"", k);
			return;
		}
}

/* Skips to the end of the element that just began, with all that is in it. */
static int skip_element(struct svg *s, struct piece name)
{
	static const char *const ours[] = { "title", "desc", "filter", NULL };
	int depth = 1;

	s->left += !piece_is_among(name, ours);
	while (depth > 0 && s->at < s->end) {
		const char *open = memchr(s->at, '<', (size_t)(s->end - s->at)), *close;

		close = open ? memchr(open, '>', (size_t)(s->end - open)) : NULL;
		if (!close)
			break;
		if (open[1] == '/')
			depth--;
		else if (open[1] != '!' && open[1] != '?' && close[-1] != '/')
			depth++;
		s->at = close + 1;
	}
	return depth == 0 ? 0 : fail(s, "an element that does not end");
}

/* Takes the class of a group from its title, which its tag waits for. Whether the title is worth
 * keeping: the file's own, and the numbers that gnuplot gives to what has no name, are not. */
static bool keep_title(struct svg *s, struct piece name)
{
	static const char number[] = "gnuplot_plot_";
	const char *from = memchr(s->at, '>', (size_t)(s->end - s->at));
	const char *to = from ? memchr(from, '<', (size_t)(s->end - from)) : NULL;

	if (!to || s->depth == 1)
		return false;
	if (s->group_open && piece_is(name, "title"))
		write_class(s, (struct piece){ from + 1, (size_t)(to - from - 1) });
	return strncmp(from + 1, number, strlen(number)) != 0;
}

static int open_element(struct svg *s)
{
	struct piece name = take_name(s);
	bool kept = element_is_allowed(name), root = s->depth == 0, empty;
	int rc = 0;

	if (!name.n || (root && !piece_is(name, "svg")))
		return fail(s, "an element that is none of an SVG");
	if (s->depth == DEPTH_MAX)
		return fail(s, "elements nested too deeply");
	if (piece_is(name, "title") || piece_is(name, "desc"))
		kept = keep_title(s, name);
	close_group(s);
	if (kept)
		fprintf(s->to, "<%.*s", (int)name.n, name.at);
	if (root)
		write_root(s);
	for (skip_space(s); rc == 0 && s->at < s->end && *s->at != '>' && *s->at != '/';
	     skip_space(s))
		rc = take_attribute(s, kept);
	if (rc < 0)
		return rc;
	empty = s->at < s->end && *s->at == '/';
	s->at += empty;
	if (s->at >= s->end || *s->at != '>')
		return fail(s, "a tag that does not end");
	s->at++;
	if (!kept)
		return empty ? (s->left++, 0) : skip_element(s, name);
	if (empty) {
		fputs("/>", s->to);
		return 0;
	}
	s->open[s->depth++] = name;
	if (piece_is(name, "g"))
		s->group_open = true;
	else
		fputc('>', s->to);
	return 0;
}

static int close_element(struct svg *s)
{
	struct piece name = take_name(s), open = { "", 0 };

	skip_space(s);
	if (s->depth > 0)
		open = s->open[s->depth - 1];
	if (s->depth == 0 || open.n != name.n || memcmp(open.at, name.at, name.n) ||
	    s->at >= s->end || *s->at != '>')
		return fail(s, "the end of an element that is not open");
	s->at++;
	s->depth--;
	close_group(s);
	fprintf(s->to, "</%.*s>", (int)name.n, name.at);
	return 0;
}

/* Behind <: a declaration, a comment, an end, or an element. */
static int take_tag(struct svg *s)
{
	const char *ending = !strncmp(s->at, "!--", 3) ? "-->" : *s->at == '?' ? "?>" : NULL, *end;

	if (ending) {
		if (!(end = strstr(s->at, ending)))
			return fail(s, "a comment that does not end");
		s->at = end + strlen(ending);
		return 0;
	}
	if (*s->at == '!')
		return fail(s, "a document type, which figures do not have");
	if (*s->at != '/')
		return open_element(s);
	s->at++;
	return close_element(s);
}

int svg_write(const struct input *in, const struct svg_form *form, int *left, FILE *to)
{
	struct svg s = { .in = in, .form = form, .at = in->bytes, .end = in->bytes + in->size };
	bool begun = false;
	int rc = 0;

	s.to = to;
	if (memchr(in->bytes, 0, in->size))
		return fail(&s, "a zero byte");
	while (rc == 0 && s.at < s.end && !(begun && s.depth == 0)) {
		struct piece text = { s.at, 0 };

		while (s.at < s.end && *s.at != '<')
			s.at++;
		text.n = (size_t)(s.at - text.at);
		if (!entities_are_allowed(text))
			return fail(&s, "an entity that is not known");
		/* spaces between a group and its title decide nothing */
		if (s.depth > 0 && !(s.group_open && strspn(text.at, " \t\r\n") >= text.n)) {
			close_group(&s);
			allowed_write_text(text, to);
		}
		if (s.at == s.end)
			break;
		s.at++;
		rc = take_tag(&s);
		begun |= s.depth > 0;
	}
	*left = s.left;
	if (rc == 0 && (!begun || s.depth > 0))
		rc = fail(&s, "its end too early");
	return rc;
}
