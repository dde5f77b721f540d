/* history.c -- a step of a stream's history in words */
#include <pz/error.h>
#include <pz/file.h>

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

int history_step_text(const pz_map *step, char **text)
{
	size_t size;
	FILE *to;

	*text = NULL;
	if ((to = open_memstream(text, &size)))
		history_print_step(step, to);
	return pz_file_close_text(to, text);
}

int history_line(const pz_map *header, char **text)
{
	size_t size = 0, room, n = 0;
	const void *raw = pz_map_raw(header, "history", &size), *item = NULL;
	pz_map *step;
	FILE *to;

	*text = NULL;
	if (!raw)
		return 0;
	step = pz_map_new();
	to = step ? open_memstream(text, &room) : NULL;
	for (int k = 0; to && pz_value_next(raw, size, &item, &n);) {
		if (pz_map_decode(step, item, n) < 0)
			continue;
		fputs(k++ ? " | " : "", to);
		history_print_step(step, to);
	}
	pz_map_free(step);
	return to ? pz_file_close_text(to, text) : pz_fail(PZ_ENOMEM, "no memory for a history");
}
