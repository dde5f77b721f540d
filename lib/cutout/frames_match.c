/* frames_match.c -- patterns to files, and what their wildcards stand for */
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>

#include "frames_found.h"

#define PARTS_MAX 16 /* of a pattern, between its %b */

/* A pattern cut at its %b. */
struct pattern {
	char *text;
	char *part[PARTS_MAX];
	int parts;
};

static int split_pattern(struct pattern *p, const char *pattern)
{
	char *text = p->text = strdup(pattern);

	p->parts = 0;
	if (!text)
		return pz_fail(PZ_ENOMEM, "no memory for a pattern");
	for (char *next; text; text = next) {
		if (p->parts == PARTS_MAX)
			return pz_fail(PZ_EUSAGE, "frames: more than %d times %%b in a pattern",
				       PARTS_MAX - 1);
		if ((next = strstr(text, "%b"))) {
			*next = '\0';
			next += 2;
		}
		p->part[p->parts++] = text;
	}
	return 0;
}

/* %* becomes *, which is what it means to glob. */
static void drop_percents(char *text)
{
	for (char *p = text; (p = strstr(p, "%*")); p++)
		memmove(p, p + 1, strlen(p));
}

/* The pattern with between in place of %b, as a new string. */
static char *fill_pattern(const struct pattern *p, const char *between)
{
	size_t size = 1;
	char *text;

	for (int i = 0; i < p->parts; i++)
		size += strlen(p->part[i]) + strlen(between);
	if (!(text = calloc(1, size)))
		return NULL;
	for (int i = 0; i < p->parts; i++) {
		if (i)
			strcat(text, between);
		strcat(text, p->part[i]);
	}
	return text;
}

/* A name against a pattern: where the band stands for %b, and what for the wildcards. */
struct match {
	const char *band;
	char *field, *key; /* long enough; the ends of what is there            */
};

/* Bytes of [...] at p, 0 where it is none. */
static size_t bracket(const char *p)
{
	const char *end;

	if (*p != '[')
		return 0;
	end = p + 1 + (p[1] == '!' || p[1] == '^');
	end = *end ? strchr(end + 1, ']') : NULL;
	return end ? (size_t)(end + 1 - p) : 0;
}

/* Whether one character fits the one-character wildcard at p; its length in *length. */
static int fits_one(const char *p, char c, size_t *length)
{
	char text[64] = "", one[2] = { c, '\0' };

	*length = *p == '?' ? 1 : bracket(p);
	if (*length == 0 || *length >= sizeof text || !c)
		return 0;
	memcpy(text, p, *length);
	return fnmatch(text, one, FNM_PATHNAME) == 0;
}

/* Matches name with the pattern p, the first way that fits. Backtracks: what is written
 * at m's ends counts as far as the last call wrote. */
static int match_name(const char *p, const char *name, struct match m)
{
	size_t length, band = strlen(m.band);

	if (!strncmp(p, "%b", 2)) {
		if (strncmp(name, m.band, band) != 0)
			return 0;
		memcpy(m.field, "%b", 3);
		m.field += 2;
		return match_name(p + 2, name + band, m);
	}
	if (!strncmp(p, "%*", 2)) {
		for (*m.field++ = '*';; name++) {
			*m.field = *m.key = '\0';
			if (match_name(p + 2, name, m))
				return 1;
			if (!*name || *name == '/')
				return 0;
		}
	}
	if (*p == '*') {
		for (;; *m.field++ = *m.key++ = *name++) {
			struct match rest = { m.band, m.field, m.key + 1 };

			*m.key = '\n';
			if (match_name(p + 1, name, rest))
				return 1;
			if (!*name || *name == '/')
				return 0;
		}
	}
	if (fits_one(p, *name, &length)) {
		*m.key++ = *name;
	} else {
		if (*p == '\\' && p[1])
			p++;
		length = *p != '\0';
		if (*p != *name)
			return 0;
	}
	*m.key = *m.field = '\0';
	if (!*name)
		return 1;
	*m.field++ = *name;
	return match_name(p + length, name + 1, m);
}

/* A file that a pattern was expanded to. */
static int add_match(struct found_list *l, const char *pattern, const char *path, int band,
		     const char *name)
{
	size_t size = strlen(path) + 2 * strlen(pattern) + 3;
	struct found one = { .band = band, .plane = -1, .pattern = l->patterns };

	if (l->count >= (size_t)PZ_FRAMES_FIELDS_MAX)
		return pz_fail(PZ_EDATA, "frames: more than %d files", PZ_FRAMES_FIELDS_MAX);
	one.field = calloc(1, size);
	one.path = strdup(path);
	one.key = calloc(1, 2 * size);
	if (one.field && one.key &&
	    !match_name(pattern, path, (struct match){ name, one.field, one.key })) {
		strcpy(one.field, path);
		one.key[0] = '\0';
	}
	return pz_found_add(l, one, one.key != NULL);
}

/* All files of a pattern in one band. */
static int expand_pattern(struct found_list *l, const char *pattern, const struct pattern *p,
			  int band, const char *name)
{
	char *text = fill_pattern(p, name);
	glob_t files = { 0 };
	int rc = 0, status;

	if (!text)
		return pz_fail(PZ_ENOMEM, "no memory for a pattern");
	if (access(text, F_OK) == 0) {
		struct found one = { .field = fill_pattern(p, "%b"),
				     .path = text,
				     .key = strdup(""),
				     .band = band,
				     .plane = -1,
				     .pattern = l->patterns };

		return pz_found_add(l, one, one.key != NULL);
	}
	drop_percents(text);
	status = glob(text, GLOB_NOSORT, NULL, &files);
	if (status && status != GLOB_NOMATCH)
		rc = pz_fail(PZ_EDATA, "frames: cannot look for '%s'", text);
	for (size_t i = 0; i < files.gl_pathc && rc == 0; i++)
		rc = add_match(l, pattern, files.gl_pathv[i], band, name);
	globfree(&files);
	free(text);
	return rc;
}

int pz_frames_match(struct found_list *l, const char *pattern, const char *const *band, int bands)
{
	struct pattern p;
	int rc = split_pattern(&p, pattern);

	if (rc == 0 && p.parts == 1 && bands != 1)
		rc = expand_pattern(l, pattern, &p, ALL_BANDS, "");
	else
		for (int b = 0; b < bands && rc == 0; b++)
			rc = expand_pattern(l, pattern, &p, b, band[b]);
	l->patterns++;
	free(p.text);
	return rc;
}
