/* allowed.c -- what of a figure from outside goes into the page, and how it is written
 *
 * Elements and attributes are those of the lists: what is not there could load or run something.
 * Texts and values are copied with their entities as they are, after these are checked, so that
 * nothing becomes markup on the way.
 */
#include <ctype.h>
#include <string.h>

#include "allowed.h"
#include "html.h"

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

bool piece_is(struct piece p, const char *word)
{
	return p.n == strlen(word) && !memcmp(p.at, word, p.n);
}

bool piece_is_among(struct piece p, const char *const *words)
{
	for (; *words; words++)
		if (piece_is(p, *words))
			return true;
	return false;
}

bool element_is_allowed(struct piece name)
{
	return piece_is_among(name, elements);
}

/* Only the entities that every XML has: &amp; &lt; &gt; &quot; &apos; &#...; */
bool entities_are_allowed(struct piece p)
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
		if (name.at[0] != '#' && !piece_is_among(name, known))
			return false;
	}
	return true;
}

void allowed_write_text(struct piece p, FILE *to)
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

void allowed_plain_text(struct piece p, char text[ALLOWED_TITLE])
{
	static const char *const entity[] = {
		"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#39;"
	};
	static const char sign[] = "&<>\"''";
	size_t n = 0;

	for (size_t i = 0; i < p.n && n < ALLOWED_TITLE - 1; i++) {
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

void allowed_write_attribute(struct piece name, struct piece value, int number, FILE *to)
{
	bool link = piece_is(name, "href") || piece_is(name, "xlink:href");
	const char *mark = memchr(value.at, '#', value.n);

	if (!piece_is_among(name, attributes) || !is_harmless(value) || (link && mark != value.at))
		return;
	fputc(' ', to);
	fwrite(link ? "href" : name.at, 1, link ? 4 : name.n, to);
	fputs("=\"", to);
	if (piece_is(name, "id"))
		fprintf(to, "f%d-", number);
	if (link || (mark && mark > value.at + 3 && mark[-1] == '(')) {
		size_t before = (size_t)(mark + 1 - value.at);

		html_text_n(value.at, before, to);
		fprintf(to, "f%d-", number);
		html_text_n(value.at + before, value.n - before, to);
	} else
		html_text_n(value.at, value.n, to);
	fputc('"', to);
}
