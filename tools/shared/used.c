/* used.c -- models, catalogues and settings by name and hash */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pz/bins.h>
#include <pz/nn.h>

#include "used.h"

static int add(struct tool *t, const char *path, uint64_t hash, bool hashed)
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
	bool file = strcmp(path, "-") != 0 && stat(path, &s) == 0 && S_ISREG(s.st_mode);

	return add(t, file ? path : "-", hash, file);
}

static bool is_known(const struct tool *t, const char *path)
{
	for (size_t i = 0; i < t->used_count; i++)
		if (!strcmp(t->used_path[i], path))
			return true;
	return false;
}

/* A file by its bytes; a pipe by nothing. What is not there names something else: settings
 * that are built in, a column, a pattern. */
static int add_file(struct tool *t, const char *path)
{
	uint64_t hash = 0;
	struct stat s;
	int rc;

	if (is_known(t, path))
		return 0;
	if (!strcmp(path, "-"))
		return add(t, path, 0, false);
	if (stat(path, &s) != 0 || S_ISDIR(s.st_mode))
		return 0;
	if (!S_ISREG(s.st_mode))
		return is_known(t, "-") ? 0 : add(t, "-", 0, false);
	rc = pz_file_hash(path, &hash);
	return rc < 0 ? rc : add(t, path, hash, true);
}

/* A value of an option: a file, @LIST, or several of these with commas between. */
static int add_value(struct tool *t, const char *value)
{
	char *list, *word, *rest;
	struct stat s;
	int rc = 0;

	if (!strchr(value, ',') || stat(value, &s) == 0)
		return add_file(t, *value == '@' ? value + 1 : value);
	if (!(list = strdup(value)))
		return pz_fail(PZ_ENOMEM, "no memory for a list");
	for (word = strtok_r(list, ",", &rest); rc == 0 && word; word = strtok_r(NULL, ",", &rest))
		rc = add_file(t, *word == '@' ? word + 1 : word);
	free(list);
	return rc;
}

/* Settings and networks that are built in go before files of their names. */
static bool is_built_in(const struct pz_option *o, const char *value)
{
	static const char *const surveys[] = { "sdss", "cfhtls-wide", "cfhtls-deep" };
	bool found = !strcmp(o->name, "net") && pz_net_builtin(value);

	for (size_t i = 0; i < sizeof surveys / sizeof *surveys; i++)
		found |= !strcmp(o->name, "survey") && !strcmp(value, surveys[i]);
	return found;
}

int used_find(struct tool *t)
{
	int rc = 0;

	for (const struct pz_option *o = t->options; rc == 0 && o && o->type != PZ_OPTION_END;
	     o++) {
		const char *value =
			o->type == PZ_OPTION_FILE && !o->local ? *(const char **)o->value : NULL;

		if (value && !is_built_in(o, value))
			rc = add_value(t, value);
	}
	for (int i = 0; rc == 0 && !t->in && i < t->operand_count; i++)
		rc = add_file(t, t->operands[i]);
	return rc;
}

void used_release(struct tool *t)
{
	for (size_t i = 0; i < t->used_count; i++)
		free(t->used_path[i]);
	free(t->used_path);
	free(t->used);
}
