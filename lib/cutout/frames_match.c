/* frames_match.c -- patterns to files, and what their wildcards stand for */
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>

#include "frames_found.h"

#define PARTS_MAX 16 /* of a pattern, between its %b */
#define DEPTH_MAX 6  /* folders that %/ may stand for */

/* How many %b a pattern has; PZ_EUSAGE: too many. */
static int count_bands(const char *pattern)
{
	int n = 0;

	for (const char *at = pattern; (at = strstr(at, "%b")); at += 2)
		n++;
	if (n >= PARTS_MAX)
		return pz_fail(PZ_EUSAGE, "frames: more than %d times %%b in a pattern",
			       PARTS_MAX - 1);
	return n;
}

/* %* and %z become *, and %/ this many folders: what they mean to glob. A new string. */
static char *make_glob(const char *text, int folders)
{
	char *made = calloc(1, strlen(text) * (DEPTH_MAX + 1) + 1), *to = made;

	for (; made && *text; text++) {
		if (*text != '%' || !text[1] || !strchr("*z/", text[1])) {
			*to++ = *text;
		} else if (*++text == '/') {
			for (int i = 0; i < folders; i++)
				to = stpcpy(to, "*/");
		} else {
			*to++ = '*';
		}
	}
	return made;
}

char *pz_frames_fill(const char *text, const char *name)
{
	char *made = calloc(1, strlen(text) * (strlen(name) + 1) + 1), *to = made;

	for (; made && *text; text++) {
		bool is_band = !strncmp(text, "%b", 2);

		to = is_band ? stpcpy(to, name) : stpncpy(to, text, 1);
		text += is_band;
	}
	return made;
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

static int match_name(const char *p, const char *name, struct match m);

/* The rest of a pattern behind %z. */
static int match_packed(const char *p, const char *name, struct match m)
{
	for (int i = 0; i < FRAMES_PACKINGS; i++) {
		size_t n = strlen(pz_frames_packing[i]);

		if (!strncmp(name, pz_frames_packing[i], n) && match_name(p, name + n, m))
			return 1;
	}
	return 0;
}

/* The rest of a pattern behind %/: in this folder, or in one of it. */
static int match_folders(const char *p, const char *name, struct match m)
{
	for (const char *slash; !match_name(p, name, m); name = slash + 1)
		if (!(slash = strchr(name, '/')))
			return 0;
	return 1;
}

/* Matches name with the pattern p, the first way that fits. Backtracks: what is written
 * at m's ends counts as far as the last call wrote. */
static int match_name(const char *p, const char *name, struct match m)
{
	size_t length, band = strlen(m.band);

	if (!strncmp(p, "%z", 2))
		return match_packed(p + 2, name, m);
	if (!strncmp(p, "%/", 2))
		return match_folders(p + 2, name, m);

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
		if (strstr(pattern, "%z")) { /* a file of another ending */
			pz_found_release(&one);
			return 0;
		}
		strcpy(one.field, path);
		one.key[0] = '\0';
	}
	return pz_found_add(l, one, one.key != NULL);
}

/* The files that a pattern with its band is for glob, with folders between where it says %/. */
static int expand_glob(struct found_list *l, const char *pattern, const char *text, int folders,
		       int band, const char *name)
{
	char *made = make_glob(text, folders);
	glob_t files = { 0 };
	int rc = 0, status;

	if (!made)
		return pz_fail(PZ_ENOMEM, "no memory for a pattern");
	status = glob(made, GLOB_NOSORT, NULL, &files);
	if (status && status != GLOB_NOMATCH)
		rc = pz_fail(PZ_EDATA, "frames: cannot look for '%s'", made);
	for (size_t i = 0; i < files.gl_pathc && rc == 0; i++)
		rc = add_match(l, pattern, files.gl_pathv[i], band, name);
	globfree(&files);
	free(made);
	return rc;
}

/* All files of a pattern in one band. */
static int expand_pattern(struct found_list *l, const char *pattern, int band, const char *name)
{
	char *text = pz_frames_fill(pattern, name);
	size_t before = l->count;
	int rc = 0;

	if (!text)
		return pz_fail(PZ_ENOMEM, "no memory for a pattern");
	if (access(text, F_OK) == 0) {
		struct found one = { .field = strdup(pattern),
				     .path = text,
				     .key = strdup(""),
				     .band = band,
				     .plane = -1,
				     .pattern = l->patterns };

		return pz_found_add(l, one, one.key != NULL);
	}
	for (int i = 0; i <= DEPTH_MAX && l->count == before && rc == 0; i++)
		if (i == 0 || strstr(pattern, "%/"))
			rc = expand_glob(l, pattern, text, i, band, name);
	free(text);
	return rc;
}

char *pz_frames_field_of(const char *pattern, const char *path, const char *name)
{
	size_t size = strlen(path) + 2 * strlen(pattern) + 3;
	char *field = calloc(1, size), *key = calloc(1, 2 * size);

	if (!field || !key || !match_name(pattern, path, (struct match){ name, field, key })) {
		free(field);
		field = NULL;
	}
	free(key);
	return field;
}

int pz_frames_match(struct found_list *l, const char *pattern, const char *const *band, int bands)
{
	int count = count_bands(pattern), rc = 0;

	if (count < 0)
		return count;
	if (count == 0 && bands != 1)
		rc = expand_pattern(l, pattern, ALL_BANDS, "");
	else
		for (int b = 0; b < bands && rc == 0; b++)
			rc = expand_pattern(l, pattern, b, band[b]);
	l->patterns++;
	return rc;
}

/* Whether a pattern stands for any file. */
static bool has_files(const char *pattern, const char *const *band, int bands)
{
	struct found_list l = { 0 };
	bool some = *pattern == '@' ? access(pattern + 1, F_OK) == 0
				    : pz_frames_match(&l, pattern, band, bands) == 0 && l.count > 0;

	pz_found_free(&l);
	return some;
}

char *pz_frames_next_pattern(char **list, const char *const *band, int bands)
{
	char *text = *list ? *list + strspn(*list, ",") : NULL, *first, *end;
	bool some = false;

	if (!text || !*text)
		return NULL;
	first = end = strchr(text, ',');
	while (end && !some) {
		*end = '\0';
		some = has_files(text, band, bands);
		if (!some) {
			*end = ',';
			end = strchr(end + 1, ',');
		}
	}
	if (!some && first && !has_files(text, band, bands))
		end = first;
	if (end)
		*end = '\0';
	*list = end ? end + 1 : NULL;
	return text;
}
