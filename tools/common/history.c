/* history.c -- a step of a stream's history in words */
#include "history.h"
#include "values.h"

/* ", small.model 1a2b3c4d" for each file that went into a step. */
static void print_files(const struct value *files, FILE *to)
{
	const void *file = NULL, *word;
	size_t size = 0, n;

	while (pz_value_next(files->raw, files->size, &file, &size)) {
		fputc(',', to);
		word = NULL;
		while (pz_value_next(file, size, &word, &n)) {
			struct value v = { .raw = word, .size = n, .type = pz_value_type(word) };

			fputc(' ', to);
			value_print_cell(&v, to);
		}
	}
}

void history_print_step(const pz_map *step, FILE *to)
{
	static const char *const part[] = { "tool", "version", "args" };
	struct value v;

	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		if (!value_find(step, part[i], &v) || !value_is_scalar(&v))
			continue;
		fputs(i ? " " : "", to);
		value_print_cell(&v, to);
	}
	if (value_find(step, "seed", &v) && value_is_number(&v)) {
		fputs(" (seed ", to);
		value_print_cell(&v, to);
		fputc(')', to);
	}
	if (value_find(step, "files", &v))
		print_files(&v, to);
}
