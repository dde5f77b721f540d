/* frames.c -- patterns to files, files to fields */
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/frames.h>

#define PARTS_MAX 16 /* of a pattern, between its %b */

/* One file that was found. */
struct found {
	char *field; /* its name with %b for the band                        */
	char *path;
	int band;
};

struct pz_frames {
	const char *const *band;
	int bands;
	struct found *found; /* sorted by field, then band                     */
	size_t count, room;
	size_t *first; /* fields + 1: where in found a field begins            */
	size_t fields;
};

/* A pattern cut at its %b. */
struct pattern {
	char *part[PARTS_MAX];
	int parts;
};

void pz_frames_free(struct pz_frames *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++) {
		free(f->found[i].field);
		free(f->found[i].path);
	}
	free(f->found);
	free(f->first);
	free(f);
}

/* Cuts text, in place, at every %b. */
static int cut(struct pattern *p, char *text)
{
	p->parts = 0;
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

/* The pattern with between in place of %b, as a new string. */
static char *join(const struct pattern *p, const char *between)
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

/* Whether name[0, length) fits a part of the pattern. */
static int part_fits(const char *part, const char *name, size_t length)
{
	char *copy = strndup(name, length);
	int fits = copy && fnmatch(part, copy, FNM_PATHNAME) == 0;

	free(copy);
	return fits;
}

/* Finds where in path the band's name stands for %b, from part i on, and writes the
 * field's name to at. The first way that fits is taken. */
static int name_field(const struct pattern *p, int i, const char *path, const char *band, char *at)
{
	size_t length = strlen(band);

	if (i == p->parts - 1) {
		strcpy(at, path);
		return part_fits(p->part[i], path, strlen(path));
	}
	for (const char *b = strstr(path, band); b; b = strstr(b + 1, band)) {
		size_t before = (size_t)(b - path);

		if (!part_fits(p->part[i], path, before))
			continue;
		memcpy(at, path, before);
		memcpy(at + before, "%b", 2);
		if (name_field(p, i + 1, b + length, band, at + before + 2))
			return 1;
	}
	return 0;
}

/* Adds a file; takes field and path over, which may be NULL for want of memory. */
static int add(struct pz_frames *f, char *field, char *path, int band)
{
	if (f->count == f->room) {
		size_t room = f->room ? 2 * f->room : 64;
		struct found *more = realloc(f->found, room * sizeof *more);

		if (more) {
			f->found = more;
			f->room = room;
		}
	}
	if (!field || !path || f->count == f->room) {
		free(field);
		free(path);
		return pz_fail(PZ_ENOMEM, "no memory for the names of %zu frames", f->count);
	}
	f->found[f->count++] = (struct found){ .field = field, .path = path, .band = band };
	return 0;
}

/* A file that a pattern was expanded to. */
static int add_match(struct pz_frames *f, const struct pattern *p, const char *path, int band)
{
	char *field = calloc(1, strlen(path) + 2 * (size_t)p->parts + 1);

	if (f->count >= (size_t)PZ_FRAMES_FIELDS_MAX) {
		free(field);
		return pz_fail(PZ_EDATA, "frames: more than %d files", PZ_FRAMES_FIELDS_MAX);
	}
	if (field && !name_field(p, 0, path, f->band[band], field))
		strcpy(field, path);
	return add(f, field, strdup(path), band);
}

/* All files of a pattern in one band. */
static int expand(struct pz_frames *f, const struct pattern *p, int band)
{
	char *text = join(p, f->band[band]);
	glob_t files = { 0 };
	int rc = 0, status;

	if (!text)
		return pz_fail(PZ_ENOMEM, "no memory for a pattern");
	if (access(text, F_OK) == 0)
		return add(f, join(p, "%b"), text, band);
	status = glob(text, GLOB_NOSORT, NULL, &files);
	if (status && status != GLOB_NOMATCH)
		rc = pz_fail(PZ_EDATA, "frames: cannot look for '%s'", text);
	for (size_t i = 0; i < files.gl_pathc && rc == 0; i++)
		rc = add_match(f, p, files.gl_pathv[i], band);
	globfree(&files);
	free(text);
	return rc;
}

static int compare(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = strcmp(x->field, y->field);

	if (order == 0)
		order = (x->band > y->band) - (x->band < y->band);
	return order ? order : strcmp(x->path, y->path);
}

/* Sorts what was found into fields; of a file found twice one stays. */
static int gather(struct pz_frames *f)
{
	size_t kept = 0;

	if (f->count)
		qsort(f->found, f->count, sizeof *f->found, compare);
	for (size_t i = 0; i < f->count; i++) {
		struct found *last = kept ? &f->found[kept - 1] : NULL, *one = &f->found[i];

		if (last && last->band == one->band && !strcmp(last->field, one->field)) {
			free(one->field);
			free(one->path);
		} else {
			f->found[kept++] = *one;
		}
	}
	f->count = kept;
	if (!(f->first = calloc(f->count + 1, sizeof *f->first)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu fields", f->count);
	for (size_t i = 0; i < f->count; i++)
		if (i == 0 || strcmp(f->found[i - 1].field, f->found[i].field))
			f->first[f->fields++] = i;
	f->first[f->fields] = f->count;
	return 0;
}

/* Every band must have a file somewhere. */
static int check_bands(const struct pz_frames *f, const char *patterns)
{
	for (int b = 0; b < f->bands; b++) {
		size_t i = 0;

		while (i < f->count && f->found[i].band != b)
			i++;
		if (i == f->count)
			return pz_fail(PZ_EDATA, "no frame in band %s: no file matches '%s'",
				       f->band[b], patterns);
	}
	return 0;
}

static int find_all(struct pz_frames *f, char *list)
{
	int rc = 0;

	for (char *save, *text = strtok_r(list, ",", &save); text && rc == 0;
	     text = strtok_r(NULL, ",", &save)) {
		struct pattern p;

		if ((rc = cut(&p, text)) < 0)
			return rc;
		if (p.parts == 1 && f->bands > 1)
			return pz_fail(PZ_EUSAGE,
				       "frames: expected %%b in '%s', in place of the band", text);
		for (int b = 0; b < f->bands && rc == 0; b++)
			rc = expand(f, &p, b);
	}
	return rc;
}

int pz_frames_find(struct pz_frames **out, const char *patterns, const char *const *band, int bands)
{
	struct pz_frames *f = calloc(1, sizeof *f);
	char *list = strdup(patterns);
	int rc = PZ_ENOMEM;

	*out = NULL;
	if (f && list) {
		f->band = band;
		f->bands = bands;
		rc = find_all(f, list);
	} else {
		pz_fail(PZ_ENOMEM, "no memory for the names of frames");
	}
	if (rc == 0)
		rc = gather(f);
	if (rc == 0)
		rc = check_bands(f, patterns);
	free(list);
	if (rc < 0)
		pz_frames_free(f);
	else
		*out = f;
	return rc;
}

size_t pz_frames_fields(const struct pz_frames *f)
{
	return f->fields;
}

int pz_frames_bands(const struct pz_frames *f)
{
	return f->bands;
}

const char *pz_frames_band(const struct pz_frames *f, int b)
{
	return f->band[b];
}

const char *pz_frames_name(const struct pz_frames *f, size_t field)
{
	return f->found[f->first[field]].field;
}

const char *pz_frames_path(const struct pz_frames *f, size_t field, int b)
{
	for (size_t i = f->first[field]; i < f->first[field + 1]; i++)
		if (f->found[i].band == b)
			return f->found[i].path;
	return NULL;
}
