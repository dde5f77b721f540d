/* svg.c -- cleans an SVG figure
 *
 * A reader of the little XML that figures are written in: tags, attributes, texts, comments, and a
 * declaration at the beginning. What it does not know, entities of a document type above all, is an
 * error. Texts and values are copied with their entities as they are, after these are checked, so
 * that nothing becomes markup on the way.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "html.h"
#include "svg.h"

#define DEPTH_MAX 64
#define TITLE_MAX 512

/* A stretch of the file. */
struct piece {
	const char *at;
	size_t n;
};

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

static const char *const elements[] = {
	"svg",      "g",       "path",           "use",  "text",     "tspan", "rect",
	"circle",   "ellipse", "line",           "defs", "polygon",  "desc",  "symbol",
	"polyline", "title",   "linearGradient", "stop", "clipPath", NULL
};

static const char *const attributes[] = { "id",
					  "d",
					  "x",
					  "y",
					  "x1",
					  "y1",
					  "x2",
					  "y2",
					  "r",
					  "cx",
					  "cy",
					  "rx",
					  "ry",
					  "dx",
					  "dy",
					  "width",
					  "height",
					  "points",
					  "transform",
					  "viewBox",
					  "fill",
					  "fill-opacity",
					  "fill-rule",
					  "stroke",
					  "stroke-width",
					  "stroke-linecap",
					  "stroke-linejoin",
					  "stroke-dasharray",
					  "stroke-opacity",
					  "color",
					  "opacity",
					  "font-family",
					  "font-size",
					  "font-style",
					  "font-weight",
					  "text-anchor",
					  "dominant-baseline",
					  "baseline-shift",
					  "shape-rendering",
					  "clip-path",
					  "offset",
					  "stop-color",
					  "stop-opacity",
					  "href",
					  "xlink:href",
					  NULL };

static bool is(struct piece p, const char *word)
{
	return p.n == strlen(word) && !memcmp(p.at, word, p.n);
}

static bool is_among(struct piece p, const char *const *words)
{
	for (; *words; words++)
		if (is(p, *words))
			return true;
	return false;
}

static int fail(const struct svg *s, const char *what)
{
	int line = 1;

	for (const char *c = s->in->bytes; c < s->at && c < s->end; c++)
		line += *c == '\n';
	return pz_fail(PZ_EDATA, "%s: line %d: expected an SVG figure, found %s", s->in->path, line,
		       what);
}

/* ---- texts ---- */

/* Only the entities that every XML has: &amp; &lt; &gt; &quot; &apos; &#...; */
static bool entities_are_known(struct piece p)
{
	static const char *const known[] = { "amp", "lt", "gt", "quot", "apos", NULL };

	for (size_t i = 0; i < p.n; i++) {
		struct piece name = { p.at + i + 1, 0 };

		if (p.at[i] != '&')
			continue;
		while (i + 1 + name.n < p.n && name.at[name.n] != ';')
			name.n++;
		if (i + 1 + name.n == p.n || !name.n || name.n > 10)
			return false;
		for (size_t k = 0; k < name.n; k++)
			if (!isalnum((unsigned char)name.at[k]) && !(k == 0 && name.at[0] == '#'))
				return false;
		if (name.at[0] != '#' && !is_among(name, known))
			return false;
	}
	return true;
}

/* With all but & escaped, whose entities are known. */
static void write_text(struct piece p, FILE *to)
{
	size_t from = 0;

	for (size_t i = 0; i <= p.n; i++)
		if (i == p.n || p.at[i] == '&') {
			html_text_n(p.at + from, i - from, to);
			from = i + 1;
			if (i < p.n)
				fputc('&', to);
		}
}

/* A text without its entities, as names are compared. */
static void plain_text(struct piece p, char text[TITLE_MAX])
{
	static const char *const entity[] = {
		"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#39;"
	};
	static const char sign[] = "&<>\"''";
	size_t n = 0;

	for (size_t i = 0; i < p.n && n < TITLE_MAX - 1; i++) {
		text[n] = p.at[i];
		for (size_t k = 0; p.at[i] == '&' && k < sizeof entity / sizeof *entity; k++)
			if (p.n - i >= strlen(entity[k]) &&
			    !memcmp(p.at + i, entity[k], strlen(entity[k]))) {
				text[n] = sign[k];
				i += strlen(entity[k]) - 1;
				break;
			}
		n++;
	}
	text[n] = 0;
}

/* ---- attributes ---- */

/* Nothing that leads out of the page. */
static bool is_harmless(struct piece v)
{
	for (size_t i = 0; i < v.n; i++) {
		const char *c = v.at + i;
		size_t n = v.n - i;

		if (*c == '&' || *c == '<' || *c == '\\' || *c == ';')
			return false;
		if (n >= 3 && !memcmp(c, "://", 3))
			return false;
		if (n >= 4 && !strncasecmp(c, "url(", 4) && !(n > 5 && c[4] == '#'))
			return false;
	}
	return true;
}

static void write_attribute(const struct svg *s, struct piece name, struct piece value)
{
	bool link = is(name, "href") || is(name, "xlink:href");
	const char *mark = memchr(value.at, '#', value.n);

	if (!is_among(name, attributes) || !is_harmless(value) || (link && mark != value.at))
		return;
	fputc(' ', s->to);
	fwrite(link ? "href" : name.at, 1, link ? 4 : name.n, s->to);
	fputs("=\"", s->to);
	if (is(name, "id"))
		fprintf(s->to, "f%d-", s->form->number);
	if (link || (mark && mark > value.at + 3 && mark[-1] == '(')) {
		size_t before = (size_t)(mark + 1 - value.at);

		html_text_n(value.at, before, s->to);
		fprintf(s->to, "f%d-", s->form->number);
		html_text_n(value.at + before, value.n - before, s->to);
	} else
		html_text_n(value.at, value.n, s->to);
	fputc('"', s->to);
}

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
		write_attribute(s, name, value);
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
	char title[TITLE_MAX];

	plain_text(text, title);
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

	s->left += !is_among(name, ours);
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
	if (s->group_open && is(name, "title"))
		write_class(s, (struct piece){ from + 1, (size_t)(to - from - 1) });
	return strncmp(from + 1, number, strlen(number)) != 0;
}

static int open_element(struct svg *s)
{
	struct piece name = take_name(s);
	bool kept = is_among(name, elements), root = s->depth == 0, empty;
	int rc = 0;

	if (!name.n || (root && !is(name, "svg")))
		return fail(s, "an element that is none of an SVG");
	if (s->depth == DEPTH_MAX)
		return fail(s, "elements nested too deeply");
	if (is(name, "title") || is(name, "desc"))
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
	if (is(name, "g"))
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
		if (!entities_are_known(text))
			return fail(&s, "an entity that is not known");
		/* spaces between a group and its title decide nothing */
		if (s.depth > 0 && !(s.group_open && strspn(text.at, " \t\r\n") >= text.n)) {
			close_group(&s);
			write_text(text, to);
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
