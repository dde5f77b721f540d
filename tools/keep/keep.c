/* keep -- passes on the records that meet a condition
 *
 *   in    any stream of records
 *   out   the same without the records for which the condition is false or unknown
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pz/alike.h>
#include <pz/expression.h>

#include "../common/apart.h"
#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/tool.h"
#include "../common/used.h"
#include "../common/values.h"

#define LOOKED_AT 100 /* records whose keys are compared with one that none has so far */

struct options {
	const char *expression, *missing;
};

/* Keys that no record had so far, and the names that they may have been meant for. */
struct search {
	pz_map *scratch;
	struct pz_alike *alike; /* of each key of the expression */
	const struct pz_expression *e;
};

/* Standard input, once. */
static const char *next_input(void *context)
{
	bool *named = context;
	bool first = !*named;

	*named = true;
	return first ? "-" : NULL;
}

/* With -e all operands are streams, else the first is the expression; where it is the only one,
 * standard input is read, which nobody has compared with the output yet. */
static int take_expression(struct tool *t, struct options *o)
{
	bool named = false;

	if (o->expression)
		return 0;
	if (t->operand_count == 0)
		return pz_fail(PZ_EUSAGE, "expected a condition, as 'mag < 20'");
	o->expression = *t->operands++;
	t->operand_count--;
	return t->operand_count ? 0 : apart_check_more(t, next_input, &named);
}

/* The text is in the history, and the hashes of the lists; their folders are not. */
static int read_expression(struct tool *t, struct options *o, struct pz_expression **e)
{
	struct pz_missing missing;
	int rc = take_expression(t, o);

	if (rc == 0 && (rc = pz_missing_parse(&missing, o->missing)) < 0)
		return pz_fail_in(rc, "--missing");
	if (rc == 0 && (rc = pz_expression_parse(e, o->expression, &missing)) < 0)
		return rc == PZ_EUSAGE ? pz_fail_in(rc, "expression") : rc;
	for (int i = 0; rc == 0 && i < pz_expression_lists(*e); i++) {
		struct pz_expression_list list;

		pz_expression_list(*e, i, &list);
		rc = used_file(t, list.path);
	}
	if (rc == 0)
		o->expression = pz_expression_text(*e);
	return rc;
}

static int try_name(void *context, const struct value *v)
{
	struct search *s = context;
	struct pz_expression_key key;

	for (int i = 0; i < pz_expression_keys(s->e); i++) {
		pz_expression_key(s->e, i, &key);
		if (!key.found)
			pz_alike_try(&s->alike[i], v->name, strlen(v->name));
	}
	return 0;
}

static int begin_search(struct search *s, const struct pz_expression *e)
{
	size_t n = (size_t)pz_expression_keys(e);

	*s = (struct search){ pz_map_new(), calloc(n + 1, sizeof *s->alike), e };
	if (!s->scratch || !s->alike)
		return pz_fail(PZ_ENOMEM, "no memory for the names of keys");
	for (size_t i = 0; i < n; i++) {
		struct pz_expression_key key;

		pz_expression_key(e, (int)i, &key);
		pz_alike_begin(&s->alike[i], key.name, strlen(key.name));
	}
	return 0;
}

static void end_search(struct search *s)
{
	pz_map_free(s->scratch);
	free(s->alike);
}

/* A key that no record has is misspelt, or the stream is another one. */
static int check_keys(const struct search *s, uint64_t records)
{
	for (int i = 0; records && i < pz_expression_keys(s->e); i++) {
		struct pz_expression_key key;
		const char *meant = pz_alike_best(&s->alike[i]);
		char element[16] = "";

		pz_expression_key(s->e, i, &key);
		if (key.found)
			continue;
		if (key.element >= 0)
			snprintf(element, sizeof element, "[%d]", key.element);
		if (meant && !strcmp(meant, key.name))
			meant = NULL;
		return pz_fail(PZ_EDATA, "expected records with '%s%s', found none among %s%s%s%s",
			       key.name, element, COUNTED(records, "record", "records"),
			       meant ? "; did you mean '"
				     : "; inspect --fields shows what they have",
			       meant ? meant : "", meant ? "'?" : "");
	}
	return 0;
}

static void say_suspects(const struct tool *t, const struct pz_expression *e)
{
	for (int i = 0; i < pz_expression_keys(e); i++) {
		struct pz_expression_key key;
		char number[40];

		pz_expression_key(e, i, &key);
		pz_value_format(key.suspect, false, number, sizeof number);
		if (key.suspects)
			tool_say(t,
				 "%s: %s %s, as programs write where they have no value, which was "
				 "taken for one; with --missing %s it is missing, with --missing "
				 "none this is not said",
				 key.name, COUNTED(key.suspects, "record has", "records have"),
				 number, number);
	}
}

static void say_left_out(const struct tool *t, const struct pz_expression *e,
			 const uint64_t count[3])
{
	if (count[PZ_UNKNOWN])
		tool_say(t,
			 "%s left out because a value is missing, without which the condition "
			 "is unknown",
			 COUNTED(count[PZ_UNKNOWN], "record was", "records were"));
	if (t->verbose)
		tool_say(t, "%s not meet the condition",
			 COUNTED(count[PZ_FALSE], "record does", "records do"));
	for (int i = 0; t->verbose && i < pz_expression_lists(e); i++) {
		struct pz_expression_list list;

		pz_expression_list(e, i, &list);
		tool_say(t, "%s: %zu of %s in the records that were looked at", list.path,
			 list.found, COUNTED(list.count, "value is", "values are"));
	}
}

static int keep_records(struct tool *t, struct pz_expression *e, struct search *s)
{
	struct pz_progress progress;
	uint64_t count[3] = { 0 };
	int rc, truth;

	tool_progress(t, &progress, "keep", "records", 0);
	while ((rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);

		if ((truth = pz_expression_test(e, record)) < 0) {
			rc = record_fail(t->in, record, pz_fail_in(truth, "expression"));
			break;
		}
		count[truth]++;
		if (truth == PZ_TRUE && (rc = pz_write(t->out, record)) < 0)
			break;
		if (pz_reader_count(t->in) <= LOOKED_AT)
			values_each(record, s->scratch, try_name, s);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0 && (rc = check_keys(s, pz_reader_count(t->in))) == 0) {
		say_suspects(t, e);
		say_left_out(t, e, count);
	}
	return rc;
}

static int keep_stream(struct tool *t, struct pz_expression *e)
{
	struct search s = { 0 };
	struct pz_header h = { 0 };
	int rc = tool_open_input(t, 0);

	if (rc == 0 && !strcmp(pz_reader_header(t->in)->kind, "model"))
		rc = pz_fail(PZ_EMISMATCH, "%s: expected a stream of galaxies, found a model",
			     pz_reader_name(t->in));
	if (rc == 0)
		rc = begin_search(&s, e);
	if (rc == 0)
		rc = pz_header_copy(&h, pz_reader_header(t->in));
	if (rc == 0)
		rc = tool_open_output(t, &h);
	if (rc == 0)
		rc = keep_records(t, e, &s);
	pz_header_release(&h);
	end_search(&s);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct pz_option table[] = {
		{ PZ_OPTION_TEXT, 'e', "expression", "TEXT", &o.expression,
		  "the condition; all operands are streams then" },
		{ PZ_OPTION_TEXT, 0, "missing", "NUMBER,...", &o.missing,
		  "numbers that mean that there is no value, or none" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "keep",
		.does = "keep the records that meet a condition",
		.usage = "[options] CONDITION [stream ...] >stream",
		.options = table,
		.writes = true,
		.notes = "Conditions: mag < 20, 0.1 < z <= 0.4, class in ('GALAXY', 'QSO'),\n"
			 "id in @ids.txt, ebv is not missing, with and, or, not and brackets;\n"
			 "+ - * /, abs, sqrt, exp, ln, log10, min, max, bits, separation.\n",
	};
	struct pz_expression *e = NULL;
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = read_expression(&t, &o, &e)) == 0)
		rc = keep_stream(&t, e);
	rc = tool_end(&t, rc);
	pz_expression_free(e);
	return rc;
}
