/* unit.c -- BUNIT: area, jansky, magnitudes
 *
 * Headers write one unit in many ways: MJy/sr, MJy sr-1, MJy.sr**(-1), nJy/arcsec^2,
 * mag/arcsec2, erg/s/cm^2/Hz/sq.arcsec. Looked for is one factor that is an area of the
 * sky; the rest is a name that two frames have in common or not.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "unit.h"

#define DEGREE (M_PI / 180)

/* A factor of a unit, as "/arcsec**2". */
struct factor {
	const char *word; /* letters                                              */
	size_t letters;
	const char *begin, *end; /* including the operator before it and the power after it */
	int power;               /* 0: it is not understood                       */
	bool square;             /* sq or square stands before it                 */
};

static bool is_word(const struct factor *f, const char *word)
{
	return f->letters == strlen(word) && !strncasecmp(f->word, word, f->letters);
}

/* A power behind a word, "2", "^2", "**-2", "^(-2)"; 1 where there is none, 0 where what
 * is there is no whole number. */
static int read_power(const char **at)
{
	const char *p = *at;
	bool marked = *p == '^' || (*p == '*' && p[1] == '*'), closed = false;
	char *end;
	long power;

	if (marked)
		p += *p == '*' ? 2 : 1;
	if (marked && (*p == '(' || *p == '{')) {
		closed = true;
		p++;
	}
	if (!isdigit((unsigned char)*p) && *p != '-' && *p != '+')
		return marked ? 0 : 1;
	power = strtol(p, &end, 10);
	if (end == p) /* "e-/s": the sign of an electron */
		return marked ? 0 : 1;
	if (closed && *end != ')' && *end != '}')
		return 0;
	*at = end + closed;
	return power > -100 && power < 100 ? (int)power : 0;
}

/* Whether a bracket that opens here is divided by: "/(", "/ (", "per (". */
static bool is_under(const char *text, const char *open)
{
	const char *p = open;

	while (p > text && p[-1] == ' ')
		p--;
	return (p > text && p[-1] == '/') || (p - text > 3 && !strncasecmp(p - 4, " per", 4));
}

/* The operator and the sq or square before a word. */
static void look_back(struct factor *f, const char *text)
{
	const char *p = f->word;
	bool under = false;

	while (p > text && strchr(" ._*", p[-1]))
		p--;
	for (int i = 0; i < 2; i++) {
		size_t n = i ? 6 : 2;

		if (!f->square && (size_t)(p - text) >= n &&
		    !strncasecmp(p - n, i ? "square" : "sq", n) &&
		    ((size_t)(p - text) == n || !isalpha((unsigned char)p[-(long)n - 1]))) {
			p -= n;
			f->square = true;
		}
	}
	while (p > text && strchr(" ._*", p[-1]))
		p--;
	if (p > text && p[-1] == '/') {
		under = true;
		p--;
	} else if (p - text >= 3 && !strncasecmp(p - 3, "per", 3)) {
		under = true;
		p -= 3;
	} else if (p > text && p[-1] == '(') { /* "W/(m2 sr)" begins with it, "/(sr)" */
		under = is_under(text, p - 1);
	}
	f->begin = p;
	if (under)
		f->power = -f->power;
}

/* Whether a word stands behind the "/(" of a bracket that is still open. */
static bool is_bracketed(const char *text, const char *word)
{
	int open = 0, under = 0; /* under: the first such bracket that is open, by its number */

	for (const char *p = text; p < word; p++)
		if (*p == '(') {
			open++;
			if (!under && is_under(text, p))
				under = open;
		} else if (*p == ')' && open > 0) {
			under = open == under ? 0 : under;
			open--;
		}
	return under > 0;
}

/* The next word from *at on: false where there is none. */
static bool next_factor(const char **at, struct factor *f)
{
	const char *p = *at;

	while (*p && !isalpha((unsigned char)*p))
		p++;
	if (!*p)
		return false;
	*f = (struct factor){ .word = p };
	while (isalpha((unsigned char)*p))
		p++;
	f->letters = (size_t)(p - f->word);
	f->power = read_power(&p);
	f->end = p;
	*at = p;
	return true;
}

/* Sr of the square of an angle of this name, 0 where it is none. */
static double square_of(const char *word, size_t letters)
{
	static const struct {
		const char *name;
		double angle;
	} angles[] = {
		{ "arcsec", DEGREE / 3600 },
		{ "arcsecond", DEGREE / 3600 },
		{ "arcsecs", DEGREE / 3600 },
		{ "arcseconds", DEGREE / 3600 },
		{ "asec", DEGREE / 3600 },
		{ "arcmin", DEGREE / 60 },
		{ "arcminute", DEGREE / 60 },
		{ "arcminutes", DEGREE / 60 },
		{ "deg", DEGREE },
		{ "degree", DEGREE },
		{ "degrees", DEGREE },
		{ "mas", DEGREE / 3600e3 },
		{ "rad", 1 },
		{ "radian", 1 },
		{ "marcsec", DEGREE / 3600e3 },
		{ "uas", DEGREE / 3600e6 },
		{ "milliarcsec", DEGREE / 3600e3 },
	};

	for (size_t i = 0; i < sizeof angles / sizeof *angles; i++)
		if (strlen(angles[i].name) == letters &&
		    !strncasecmp(word, angles[i].name, letters))
			return angles[i].angle * angles[i].angle;
	return 0;
}

/* Sr of a factor that is an area of the sky: 0 where it is none, NaN where it is one that
 * is not understood. */
static double area_of(struct factor *f, const char *text)
{
	static const char *const steradian[] = { "sr", "sterad", "steradian", "steradians", "str" };
	bool glued = f->letters > 2 && !strncasecmp(f->word, "sq", 2) &&
		     square_of(f->word + 2, f->letters - 2) > 0;
	double area = glued ? square_of(f->word + 2, f->letters - 2)
			    : square_of(f->word, f->letters);
	int power = f->power;

	for (size_t i = 0; i < sizeof steradian / sizeof *steradian; i++)
		if (is_word(f, steradian[i])) {
			look_back(f, text);
			if (f->power > 0 && is_bracketed(text, f->word))
				f->power = -f->power;
			return f->power == -1 ? 1 : f->power > 0 ? 0 : NAN;
		}
	if (is_word(f, "beam") || is_word(f, "bm"))
		return NAN;
	if (area == 0)
		return 0;
	look_back(f, text);
	if (f->power > 0 && is_bracketed(text, f->word))
		f->power = -f->power;
	if (f->square || glued)
		return f->power == -1 || f->power == -2 ? area : power == 0 ? NAN : 0;
	return f->power == -2 ? area : f->power < 0 || power == 0 ? NAN : 0;
}

/* "mag", "mmag", "ABmag", "log10(Jy)", "dex": no sum or mean of such pixels is a flux. */
static bool is_log(const struct factor *f)
{
	static const char *const word[] = { "dex", "db",    "bel",  "decibel",   "ln",
					    "lg",  "asinh", "sqrt", "luptitude", "luptitudes" };
	const char *end = f->word + f->letters;

	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (is_word(f, word[i]))
			return true;
	if (f->letters >= 3 && !strncasecmp(f->word, "log", 3))
		return true;
	return (f->letters >= 3 && !strncasecmp(end - 3, "mag", 3)) ||
	       (f->letters >= 4 && !strncasecmp(end - 4, "mags", 4)) ||
	       (f->letters >= 9 && !strncasecmp(f->word, "magnitude", 9));
}

/* Jansky of 1 of a name like mJy; 0 where it is no such name. Capitals count in a prefix, M
 * and m, but where all are capitals, as old headers have it, M is mega. */
static double jansky_of(const char *name)
{
	static const struct {
		const char *prefix;
		double value;
	} prefixes[] = {
		{ "", 1 },
		{ "k", 1e3 },
		{ "M", 1e6 },
		{ "G", 1e9 },
		{ "m", 1e-3 },
		{ "u", 1e-6 },
		{ "n", 1e-9 },
		{ "p", 1e-12 },
		{ "\xc2\xb5", 1e-6 },
		{ "\xce\xbc", 1e-6 },
		{ "mega", 1e6 },
		{ "milli", 1e-3 },
		{ "micro", 1e-6 },
		{ "nano", 1e-9 },
		{ "U", 1e-6 },
		{ "N", 1e-9 },
		{ "K", 1e3 },
	};
	static const char *const unit[] = { "Jy", "JY", "jy", "Jansky", "jansky", "janskys" };

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t n = strlen(prefixes[i].prefix);

		for (size_t k = 0; k < sizeof unit / sizeof *unit; k++)
			if (!strncmp(name, prefixes[i].prefix, n) && !strcmp(name + n, unit[k]))
				return prefixes[i].value;
	}
	return 0;
}

/* The first pair of brackets with nothing between, or NULL; *end: behind it. */
static char *find_empty(char *text, char **end)
{
	for (char *open = text; (open = strchr(open, '(')); open++) {
		*end = open + 1 + strspn(open + 1, " ");
		if (*(*end)++ == ')')
			return open;
	}
	return NULL;
}

/* Takes a factor out of a text. */
static void remove_factor(char *text, const char *begin, const char *end)
{
	char *from = text + (begin - text), *behind;
	size_t n;

	memmove(from, end, strlen(end) + 1);
	while ((from = find_empty(text, &behind))) {
		while (from > text && from[-1] == ' ')
			from--;
		if (from > text && from[-1] == '/')
			from--;
		else if (from - text > 3 && !strncasecmp(from - 4, " per", 4))
			from -= 4;
		memmove(from, behind, strlen(behind) + 1);
	}
	for (n = strlen(text); n && strchr(" .*", text[n - 1]); n--)
		text[n - 1] = '\0';
	memmove(text, text + strspn(text, " .*"), strlen(text + strspn(text, " .*")) + 1);
}

/* Takes an area, or "per pixel", out of the text; whether one was there. */
static bool take_area(struct unit *u, char *text)
{
	static const char *const pixel[] = { "pix", "pixel", "pixels", "px" };
	const char *at = text;
	struct factor f;

	while (next_factor(&at, &f)) {
		double area = area_of(&f, text);

		u->unclear |= isnan(area) || (area > 0 && u->area > 0);
		if (area > 0) {
			u->area = area;
			remove_factor(text, f.begin, f.end);
			return true;
		}
		for (size_t i = 0; i < sizeof pixel / sizeof *pixel; i++)
			if (is_word(&f, pixel[i])) {
				look_back(&f, text);
				if (f.power != -1)
					continue;
				remove_factor(text, f.begin, f.end);
				return true;
			}
	}
	return false;
}

void pz_unit_parse(struct unit *u, const char *text)
{
	static const char *const nanomaggy[] = { "nanomaggy", "nanomaggies", "nmgy" };
	char rest[UNIT_NAME];
	const char *at = rest;
	struct factor f;

	*u = (struct unit){ .area = 0 };
	snprintf(rest, sizeof rest, "%s", text + strspn(text, " "));
	while (next_factor(&at, &f))
		u->log |= is_log(&f);
	while (take_area(u, rest))
		;
	strcpy(u->name, rest);
	u->jansky = jansky_of(u->name);
	for (size_t i = 0; i < sizeof nanomaggy / sizeof *nanomaggy; i++)
		if (!strcasecmp(u->name, nanomaggy[i]))
			strcpy(u->name, "nmgy");
}
