/* origin.c -- how each stream was made: its header, its history, and the commands that it tells */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../common/history.h"
#include "../common/values.h"
#include "html.h"
#include "page.h"

#define WORD_MAX  4096
#define FILE_NAME 256
#define FILE_HASH 16

/* ---- commands ---- */

/* File k of a step's "files": its name, and the first digits of its hash ("": none). */
static bool file_of(const pz_map *step, int k, char name[FILE_NAME], char hash[FILE_HASH])
{
	const void *file = NULL, *word = NULL;
	size_t size = 0, n = 0;
	struct value files;

	*name = *hash = 0;
	if (!value_find(step, "files", &files))
		return false;
	for (int i = 0; i <= k; i++)
		if (!pz_value_next(files.raw, files.size, &file, &size))
			return false;
	for (int i = 0; pz_value_next(file, size, &word, &n) && i < 2; i++) {
		size_t length = 0, room = i ? FILE_HASH : FILE_NAME;
		const void *text = pz_value_bytes(word, n, &length);

		length = text ? length < room ? length : room - 1 : 0;
		memcpy(i ? hash : name, text ? text : "", length);
		(i ? hash : name)[length] = 0;
	}
	return true;
}

static int count_files(const pz_map *step)
{
	char name[FILE_NAME], hash[FILE_HASH];
	int n = 0;

	while (file_of(step, n, name, hash))
		n++;
	return n;
}

static int count_words(const char *args, const char *word)
{
	int n = 0;

	for (const char *at = strstr(args, word); at; at = strstr(at + 1, word))
		n++;
	return n;
}

/* The options, with the names of the files in the place of FILE where they are known one by one. */
static void write_options(const pz_map *step, const char *args, FILE *to)
{
	bool known = count_words(args, " FILE") == count_files(step);
	char name[FILE_NAME], hash[FILE_HASH];
	int k = 0;

	for (const char *at = args, *next; at; at = next) {
		next = strstr(at, " FILE");
		html_text_n(at, next ? (size_t)(next - at) : strlen(at), to);
		if (!next)
			break;
		fputc(' ', to);
		if (known && file_of(step, k++, name, hash))
			html_text(name, to);
		else
			fputs("FILE", to);
		next += strlen(" FILE");
	}
}

static void write_command(const pz_map *step, FILE *to)
{
	char word[WORD_MAX];
	uint64_t seed = (uint64_t)pz_map_number(step, "seed", -1);

	if (pz_map_text(step, "tool", word, sizeof word) > 0)
		html_text(word, to);
	if (pz_map_text(step, "args", word, sizeof word) > 0 && *word) {
		fputc(' ', to);
		write_options(step, word, to);
	}
	if (pz_map_has(step, "seed"))
		fprintf(to, " --seed %" PRIu64, seed);
}

/* ---- a stream ---- */

/* The model among the inputs that a step read, by its hash; NULL: it was not given. */
static int find_model(const struct page *p, const char *hash)
{
	char own[2][24];

	for (int i = 0; i < p->inputs; i++) {
		const struct input *in = &p->input[i];

		if (in->kind != INPUT_STREAM || strcmp(in->header.kind, "model") || !*hash)
			continue;
		snprintf(own[0], sizeof own[0], "%016" PRIx64, in->hash);
		snprintf(own[1], sizeof own[1], "%016" PRIx64, in->file_hash);
		if (!strncmp(own[0], hash, 8) || !strncmp(own[1], hash, 8))
			return i;
	}
	return -1;
}

static int write_step(struct page *p, const pz_map *step)
{
	char name[FILE_NAME], hash[FILE_HASH], *text = NULL;
	int rc = history_step_text(step, &text);

	if (rc < 0)
		return rc;
	fputs("<li><code>", p->to);
	html_text(text, p->to);
	fputs("</code>", p->to);
	free(text);
	for (int k = 0; file_of(step, k, name, hash); k++) {
		int model = find_model(p, hash);

		if (model < 0)
			continue;
		fprintf(p->to, " <a href=\"#stream%d\">how ", model);
		html_text(name, p->to);
		fputs(" was made</a>", p->to);
	}
	fputs("</li>\n", p->to);
	return 0;
}

/* Calls write for each step, separated by `between`. */
static int each_step(struct page *p, const struct pz_header *h, bool commands)
{
	size_t size = 0, n = 0;
	const void *raw = pz_map_raw(h->map, "history", &size), *item = NULL;
	pz_map *step = pz_map_new();
	int rc = step ? 0 : pz_fail(PZ_ENOMEM, "no memory for a history"), k = 0;

	while (rc == 0 && raw && pz_value_next(raw, size, &item, &n)) {
		if (pz_map_decode(step, item, n) < 0)
			continue;
		if (commands) {
			fputs(k++ ? " |\n  " : "", p->to);
			write_command(step, p->to);
		} else
			rc = write_step(p, step);
	}
	pz_map_free(step);
	return rc;
}

static void write_axes(struct page *p, const struct pz_header *h)
{
	fputs("<p class=\"soft\">", p->to);
	html_text(h->kind, p->to);
	if (*h->survey) {
		fputs("; survey ", p->to);
		html_text(h->survey, p->to);
	}
	if (h->has_grid) {
		fprintf(p->to, "; %d bins of ", h->grid.bins);
		html_text(*h->grid.target ? h->grid.target : "z", p->to);
		fprintf(p->to, " from %g to %g", h->grid.min, h->grid.max);
		if (h->grid.left || h->grid.right)
			fprintf(p->to, ", %d more below and %d above", h->grid.left, h->grid.right);
	}
	if (h->has_rows) {
		fputs("; rows of magnitude ", p->to);
		html_text(h->rows.mag, p->to);
	}
	if (pz_map_has(h->map, "recalibrated"))
		fputs("; its p(z) are recalibrated", p->to);
	fputs("</p>\n", p->to);
}

static int write_stream(struct page *p, int i)
{
	const struct input *in = &p->input[i];
	int rc;

	fprintf(p->to, "<h3 id=\"stream%d\">", i);
	html_text(in->name, p->to);
	fputs("</h3>\n", p->to);
	write_axes(p, &in->header);
	fputs("<ol>\n", p->to);
	if ((rc = each_step(p, &in->header, false)) < 0)
		return rc;
	fputs("</ol>\n<p>As commands (names of files as they were then, without folders; the input "
	      "of the first is not in the history):</p>\n<pre>",
	      p->to);
	rc = each_step(p, &in->header, true);
	fputs(" &gt;", p->to);
	html_text(in->name, p->to);
	fputs(".pz</pre>\n", p->to);
	return rc;
}

int page_write_origins(struct page *p)
{
	int rc = 0;

	fputs("<section aria-labelledby=\"origin\"><h2 id=\"origin\">How each stream was "
	      "made</h2>\n"
	      "<p>From the history in its header: each tool with its version and options, the seed "
	      "where it drew, and the files that went in with the first digits of their "
	      "hash.</p>\n",
	      p->to);
	for (int i = 0; i < p->inputs && rc == 0; i++)
		if (p->input[i].kind == INPUT_STREAM)
			rc = write_stream(p, i);
	fputs("</section>\n", p->to);
	return rc;
}
