/* used.c -- lists models, catalogues and settings with their names and hashes */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pz/bins.h>
#include <pz/nn.h>

#include "../../lib/base/os.h"
#include "used.h"

static int add_used(struct tool *t, const char *path, uint64_t hash, bool hashed)
{
	size_t n = t->used_count;
	const char *slash = strrchr(path, '/');
	char *whole = strdup(path);
	struct pz_used *used = whole ? realloc(t->used, (n + 1) * sizeof *used) : NULL;
	char **paths = used ? realloc(t->used_path, (n + 1) * sizeof *paths) : NULL;

	if (used)
		t->used = used;
	if (!paths) {
		free(whole);
		return pz_fail(PZ_ENOMEM, "no memory for the history");
	}
	t->used_path = paths;
	paths[n] = whole;
	used[n] = (struct pz_used){ .name = slash ? whole + (slash + 1 - path) : whole,
				    .hash = hash,
				    .hashed = hashed };
	t->used_count++;
	return 0;
}

int used_stream(struct tool *t, const char *path, uint64_t hash)
{
	struct stat s;
	bool named = strcmp(path, "-") != 0, there = named && stat(path, &s) == 0;
	bool file = there && S_ISREG(s.st_mode);

	if (named && !there)
		return pz_fail(PZ_ECORRUPT, "%s: the file was removed while it was read", path);
	return add_used(t, file ? path : "-", hash, file);
}

static bool is_known(const struct tool *t, const char *path)
{
	for (size_t i = 0; i < t->used_count; i++)
		if (!strcmp(t->used_path[i], path))
			return true;
	return false;
}

/* Adds a file with the hash of its bytes, or a pipe without one. A value that is no file names
 * something else: built-in settings, a column, a pattern. */
static int add_file(struct tool *t, const char *path)
{
	uint64_t hash = 0;
	struct stat s;
	int rc;

	if (is_known(t, path))
		return 0;
	if (!strcmp(path, "-"))
		return add_used(t, path, 0, false);
	if (stat(path, &s) != 0 || S_ISDIR(s.st_mode))
		return 0;
	if (!S_ISREG(s.st_mode))
		return is_known(t, "-") ? 0 : add_used(t, "-", 0, false);
	rc = pz_file_hash(path, &hash);
	return rc < 0 ? rc : add_used(t, path, hash, true);
}

/* Calls use for each file that the value of an option names: a file, @LIST, or several of these
 * with commas between them. Ends where it returns < 0. */
static int each_file(struct tool *t, const char *value, int (*use)(struct tool *, const char *))
{
	char *list, *word, *rest;
	struct stat s;
	int rc = 0;

	if (!strchr(value, ',') || stat(value, &s) == 0)
		return use(t, *value == '@' ? value + 1 : value);
	if (!(list = strdup(value)))
		return pz_fail(PZ_ENOMEM, "no memory for a list");
	for (word = strtok_r(list, ",", &rest); rc == 0 && word; word = strtok_r(NULL, ",", &rest))
		rc = use(t, *word == '@' ? word + 1 : word);
	free(list);
	return rc;
}

/* Presets of surveys and built-in networks have precedence over files of their names. */
static bool is_built_in(const struct pz_option *o, const char *value)
{
	char path[4096];

	if (!strcmp(o->name, "net"))
		return pz_net_builtin(value);
	return !strcmp(o->name, "survey") &&
	       (!strcmp(value, "sdss") || pz_survey_path(value, path, sizeof path));
}

/* The files when the tool began. If one is another at the end, its hash is not that of the bytes
 * that were read. */
struct seen {
	char *path;
	struct stat was;
	bool operand;
};

static struct seen *first;
static size_t firsts;

/* What cannot be remembered, as there is no memory for it, is not compared. */
static void remember_file(const char *path, bool operand)
{
	struct seen s = { .path = strdup(path), .operand = operand };
	struct seen *more = NULL;

	if (s.path && stat(s.path, &s.was) == 0 && S_ISREG(s.was.st_mode) &&
	    (more = realloc(first, (firsts + 1) * sizeof *first))) {
		first = more;
		first[firsts++] = s;
	} else {
		free(s.path);
	}
}

static int remember_named(struct tool *t, const char *path)
{
	(void)t;
	remember_file(path, false);
	return 0;
}

int used_file(struct tool *t, const char *path)
{
	remember_file(path, false);
	return add_file(t, path);
}

static const char *value_of(const struct pz_option *o)
{
	return o->type == PZ_OPTION_FILE && !o->local ? *(const char **)o->value : NULL;
}

void used_begin(struct tool *t)
{
	for (const struct pz_option *o = t->options; o && o->type != PZ_OPTION_END; o++)
		if (value_of(o))
			each_file(t, value_of(o), remember_named);
	for (int i = 0; i < t->operand_count; i++)
		remember_file(t->operands[i], true);
}

static int check_same(const struct seen *s)
{
	struct timespec now, then = pz_os_changed(&s->was);
	struct stat is;

	if (stat(s->path, &is) == 0) {
		now = pz_os_changed(&is);
		if (is.st_size == s->was.st_size && now.tv_sec == then.tv_sec &&
		    now.tv_nsec == then.tv_nsec)
			return 0;
	}
	return pz_fail(PZ_ECORRUPT, "%s: the file changed while it was read", s->path);
}

/* A stream of operands is compared by its reader. */
static int check_unchanged(const struct tool *t)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < firsts; i++)
		if (!first[i].operand || !t->in)
			rc = check_same(&first[i]);
	return rc;
}

int used_find(struct tool *t)
{
	int rc = 0;

	for (const struct pz_option *o = t->options; rc == 0 && o && o->type != PZ_OPTION_END;
	     o++) {
		const char *value = value_of(o);

		if (value && !is_built_in(o, value))
			rc = each_file(t, value, add_file);
	}
	for (int i = 0; rc == 0 && !t->in && i < t->operand_count; i++)
		rc = add_file(t, t->operands[i]);
	/* Last, so that a file that changes while it is hashed is noticed as well. */
	return rc < 0 ? rc : check_unchanged(t);
}

void used_release(struct tool *t)
{
	while (t->used_count)
		free(t->used_path[--t->used_count]);
	free(t->used_path);
	free(t->used);
	while (firsts)
		free(first[--firsts].path);
	free(first);
	first = NULL;
}
