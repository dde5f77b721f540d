/* apart.c -- compares the files that a command line names */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apart.h"

#define OUTPUTS_MAX 16

/* Which file a name is: the inode of a regular file, or for a file that is not there the inode of
 * its directory and the name in it. Devices, pipes and the like have no identity. */
struct identity {
	enum { NO_FILE, THERE, NOT_YET } is;
	dev_t device;
	ino_t inode;
	char *name; /* NOT_YET: in the directory                                */
};

struct output {
	const char *option, *path;
	struct identity id;
};

struct outputs {
	struct output output[OUTPUTS_MAX];
	int n;
	bool some_there; /* if none is, no input can be one of them            */
};

static void identify(struct identity *id, const struct stat *s)
{
	*id = (struct identity){ S_ISREG(s->st_mode) ? THERE : NO_FILE, s->st_dev, s->st_ino,
				 NULL };
}

/* Identifies a file that is not there yet by its future directory. */
static int identify_new(struct identity *id, const char *place)
{
	const char *slash = strrchr(place, '/');
	char *folder = slash ? strndup(place, (size_t)(slash - place) + 1) : strdup(".");
	struct stat s;

	if (folder && stat(folder, &s) == 0)
		*id = (struct identity){ NOT_YET, s.st_dev, s.st_ino,
					 strdup(slash ? slash + 1 : place) };
	free(folder);
	return folder && (id->is == NO_FILE || id->name)
		       ? 0
		       : pz_fail(PZ_ENOMEM, "no memory for a file name");
}

static int identify_output(struct identity *id, const char *path)
{
	struct stat s;
	char *place;
	int rc = pz_file_resolve(path, &place);

	if (rc == 0 && stat(place, &s) == 0)
		identify(id, &s);
	else if (rc == 0)
		rc = identify_new(id, place);
	free(place);
	return rc;
}

static bool is_same(const struct identity *a, const struct identity *b)
{
	return a->is != NO_FILE && a->is == b->is && a->device == b->device &&
	       a->inode == b->inode && (a->is == THERE || !strcmp(a->name, b->name));
}

/* Adds an output, which must differ from those before; path NULL: standard output. */
static int add_output(struct outputs *all, const char *option, const char *path)
{
	struct output *o = &all->output[all->n];
	struct stat s;
	int rc = 0;

	if (all->n == OUTPUTS_MAX)
		return 0;
	*o = (struct output){ .option = option, .path = path };
	if (path)
		rc = identify_output(&o->id, path);
	else if (fstat(STDOUT_FILENO, &s) == 0)
		identify(&o->id, &s);
	all->n++;
	all->some_there |= o->id.is == THERE;
	for (int i = 0; rc == 0 && i < all->n - 1; i++)
		if (is_same(&all->output[i].id, &o->id))
			rc = pz_fail(PZ_EUSAGE,
				     "--%s '%s' and %s%s%s%s%s are the same file: each output "
				     "needs a name of its own",
				     all->output[i].option, all->output[i].path, path ? "--" : "",
				     option, path ? " '" : "", path ? path : "", path ? "'" : "");
	return rc;
}

static bool is_dash(const char *path)
{
	return !strcmp(path, "-");
}

static int add_options(struct outputs *all, const struct pz_option *table)
{
	int rc = 0;

	for (; rc == 0 && table && table->type != PZ_OPTION_END; table++) {
		const char *path = table->type == PZ_OPTION_OUTPUT ? *(const char **)table->value
								   : NULL;

		if (path && !is_dash(path))
			rc = add_output(all, table->name, path);
	}
	return rc;
}

/* Compares an input, described by s, with the outputs. */
static int check_file(const struct outputs *all, const char *path, const struct stat *s)
{
	struct identity id;

	identify(&id, s);
	for (int i = 0; i < all->n; i++) {
		const struct output *o = &all->output[i];

		if (!is_same(&o->id, &id))
			continue;
		if (o->path)
			return pz_fail(PZ_EUSAGE,
				       "--%s '%s' is the input '%s': write to another file, "
				       "and rename it afterwards",
				       o->option, o->path, path);
		return pz_fail(PZ_EUSAGE,
			       "standard output is the input '%s': write to another file", path);
	}
	return 0;
}

static int check_input(const struct outputs *all, const char *path)
{
	struct stat s;

	if (is_dash(path))
		return fstat(STDIN_FILENO, &s) == 0 ? check_file(all, "standard input", &s) : 0;
	return stat(path, &s) == 0 ? check_file(all, path, &s) : 0;
}

/* Checks the files that match a pattern of frames, %b being any band. */
static int check_pattern(const struct outputs *all, const char *pattern)
{
	char *plain = strdup(pattern), *at;
	glob_t found = { 0 };
	int rc = 0;

	if (!plain)
		return pz_fail(PZ_ENOMEM, "no memory for a pattern");
	while ((at = strstr(plain, "%b"))) {
		*at = '*';
		memmove(at + 1, at + 2, strlen(at + 2) + 1);
	}
	if (glob(plain, GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++)
			rc = check_input(all, found.gl_pathv[i]);
	globfree(&found);
	free(plain);
	return rc;
}

/* Checks a value that names files in one of the forms of options: a name, @LIST, a pattern,
 * WHAT=NAME. */
static int check_word(const struct outputs *all, const char *word)
{
	const char *equals = strchr(word, '=');
	int rc = check_input(all, word);

	if (rc == 0 && *word == '@')
		rc = check_input(all, word + 1);
	if (rc == 0 && equals)
		rc = check_input(all, equals + 1);
	if (rc == 0 && strpbrk(word, "%*?["))
		rc = check_pattern(all, word);
	return rc;
}

static int check_list(const struct outputs *all, const char *value)
{
	int rc = check_word(all, value);
	char *list, *word, *rest;

	if (rc < 0 || !strchr(value, ','))
		return rc;
	if (!(list = strdup(value)))
		return pz_fail(PZ_ENOMEM, "no memory for a list");
	for (word = strtok_r(list, ",", &rest); rc == 0 && word; word = strtok_r(NULL, ",", &rest))
		rc = check_word(all, word);
	free(list);
	return rc;
}

static int check_inputs(const struct tool *t, const struct outputs *all,
			const struct pz_option *table)
{
	int rc = t->operand_count ? 0 : check_input(all, "-");

	for (int i = 0; rc == 0 && i < t->operand_count; i++)
		rc = check_word(all, t->operands[i]);
	for (; rc == 0 && table && table->type != PZ_OPTION_END; table++)
		if (table->type == PZ_OPTION_FILE && *(const char **)table->value)
			rc = check_list(all, *(const char **)table->value);
	return rc;
}

/* Lists everything that t writes. */
static int collect_outputs(struct outputs *all, const struct tool *t)
{
	int rc = add_options(all, t->options);

	if (rc == 0)
		rc = add_options(all, t->common);
	if (rc == 0 && (t->writes || t->prints) && (!t->output || is_dash(t->output)))
		rc = add_output(all, "standard output", NULL);
	return rc;
}

static void release_outputs(struct outputs *all)
{
	for (int i = 0; i < all->n; i++)
		free(all->output[i].id.name);
}

int apart_check(const struct tool *t)
{
	struct outputs all = { .n = 0 };
	int rc = collect_outputs(&all, t);

	if (rc == 0 && all.some_there)
		rc = check_inputs(t, &all, t->options);
	release_outputs(&all);
	return rc;
}

int apart_check_more(const struct tool *t, const char *(*next)(void *context), void *context)
{
	struct outputs all = { .n = 0 };
	const char *path;
	int rc = collect_outputs(&all, t);

	while (rc == 0 && all.some_there && (path = next(context)))
		rc = check_input(&all, path);
	release_outputs(&all);
	return rc;
}
