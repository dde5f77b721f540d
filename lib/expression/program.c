/* program.c -- the program of an expression: its steps, keys and lists, as they are added */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "program.h"

int pz_program_advance(struct parser *p)
{
	return pz_word_next(p->e, &p->next, &p->word);
}

int pz_program_skip(struct parser *p, const char *what)
{
	int rc = pz_word_is(p->e, &p->word, what);

	if (rc > 0 && pz_program_advance(p) < 0)
		rc = PZ_EUSAGE;
	return rc;
}

int pz_program_need(struct parser *p, const char *what)
{
	int rc = pz_program_skip(p, what);

	return rc ? rc : pz_word_fail(p->e, p->word.at, "expected '%s'", what);
}

int pz_program_add(struct parser *p, struct step step, size_t at, int effect)
{
	struct pz_expression *e = p->e;
	struct step *more;

	if (e->steps == STEPS_MAX)
		return pz_word_fail(e, at, "expected at most %d values and operators", STEPS_MAX);
	if (e->steps == e->steps_room) {
		int room = e->steps_room ? 2 * e->steps_room : 32;

		if (!(more = realloc(e->step, (size_t)room * sizeof *more)))
			return pz_fail(PZ_ENOMEM, "no memory for an expression");
		e->step = more;
		e->steps_room = room;
	}
	step.column = pz_word_column(e->text, at);
	e->step[e->steps++] = step;
	e->depth += effect;
	if (e->depth > e->deepest)
		e->deepest = e->depth;
	return 0;
}

int pz_program_key(struct parser *p, const char *path, int element, size_t at)
{
	struct pz_expression *e = p->e;
	struct pz_map_path keys;
	struct key *more;

	if (!*path || !pz_map_path(path, &keys))
		return pz_word_fail(e, at, "expected a key of 1 to %d bytes", PZ_KEY_MAX);
	for (int i = 0; i < e->keys; i++)
		if (!strcmp(e->key[i].path, path) && e->key[i].element == element)
			return i;
	if (!(more = realloc(e->key, ((size_t)e->keys + 1) * sizeof *more)))
		return pz_fail(PZ_ENOMEM, "no memory for an expression");
	e->key = more;
	more[e->keys] = (struct key){ .path = path, .element = element };
	return e->keys++;
}

int pz_program_list(struct parser *p, const char *path)
{
	struct pz_expression *e = p->e;
	struct list *more = realloc(e->list, ((size_t)e->lists + 1) * sizeof *more);

	if (!more)
		return pz_fail(PZ_ENOMEM, "no memory for an expression");
	e->list = more;
	more[e->lists] = (struct list){ .path = path };
	return e->lists++;
}
