/* object.c -- an expression as a whole: from its text, and what is known of its keys and lists
 */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

/* The text with names of files without their folders. */
static int tell_text(struct pz_expression *e)
{
	size_t at = 0, from = 0, n = 0, size = strlen(e->text);
	struct word word;
	int rc;

	if (!(e->told = malloc(size + 1)))
		return pz_fail(PZ_ENOMEM, "no memory for an expression");
	while ((rc = pz_word_next(e, &at, &word)) == 0 && word.type != WORD_END) {
		size_t name = at, folder = word.at + 1;

		if (word.type != WORD_FILE)
			continue;
		folder += e->text[folder] == '\'' || e->text[folder] == '"';
		while (name > folder && e->text[name - 1] != '/')
			name--;
		memcpy(e->told + n, e->text + from, folder - from);
		n += folder - from;
		from = name;
	}
	memcpy(e->told + n, e->text + from, size + 1 - from);
	return rc;
}

static int prepare_expression(struct pz_expression *e, const char *text)
{
	size_t size = strlen(text);
	int rc;

	if (size > TEXT_MAX)
		return pz_fail(PZ_EUSAGE, "expected at most %d bytes, found %zu", TEXT_MAX, size);
	/* A name of n bytes takes n + 1 of the arena, and the walk of tell_text as much again. */
	e->text = strdup(text);
	e->arena = malloc(4 * size + 4);
	if (!e->text || !e->arena)
		return pz_fail(PZ_ENOMEM, "no memory for an expression");
	if ((rc = pz_expression_compile(e)) < 0 || (rc = tell_text(e)) < 0)
		return rc;
	e->stack = calloc((size_t)e->deepest + 1, sizeof *e->stack);
	e->of = calloc((size_t)e->keys + 1, sizeof *e->of);
	return e->stack && e->of ? 0 : pz_fail(PZ_ENOMEM, "no memory for an expression");
}

int pz_expression_parse(struct pz_expression **e, const char *text,
			const struct pz_missing *missing)
{
	struct pz_expression *made = calloc(1, sizeof *made);
	int rc = made ? 0 : pz_fail(PZ_ENOMEM, "no memory for an expression");

	*e = NULL;
	if (rc == 0 && missing)
		made->missing = *missing;
	if (rc == 0 && (rc = prepare_expression(made, text)) == 0)
		*e = made;
	else
		pz_expression_free(made);
	return rc;
}

void pz_expression_free(struct pz_expression *e)
{
	if (!e)
		return;
	for (int i = 0; i < e->lists; i++)
		pz_list_release(&e->list[i]);
	free(e->list);
	free(e->key);
	free(e->step);
	free(e->stack);
	free(e->of);
	free(e->text);
	free(e->arena);
	free(e->told);
	free(e);
}

int pz_expression_keys(const struct pz_expression *e)
{
	return e->keys;
}

void pz_expression_key(const struct pz_expression *e, int i, struct pz_expression_key *key)
{
	const struct key *k = &e->key[i];

	*key = (struct pz_expression_key){ k->path, k->element, k->found, k->suspects, k->suspect };
}

int pz_expression_lists(const struct pz_expression *e)
{
	int n = 0;

	for (int i = 0; i < e->lists; i++)
		n += e->list[i].path != NULL;
	return n;
}

void pz_expression_list(const struct pz_expression *e, int i, struct pz_expression_list *list)
{
	const struct list *l = e->list;

	for (;; l++)
		if (l->path && i-- == 0)
			break;
	*list = (struct pz_expression_list){ l->path, l->count, 0 };
	for (size_t k = 0; k < l->count; k++)
		list->found += l->found[k];
}

const char *pz_expression_text(const struct pz_expression *e)
{
	return e->told;
}
