/* match -- take values from the records of the same galaxies in another stream
 *
 *   in    any stream whose records have an id; --with: another one
 *   out   the records of the first, with keys of the second
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../common/counted.h"
#include "../common/partners.h"
#include "../common/scalars.h"
#include "../common/stamp.h"
#include "../common/tool.h"
#include "../common/used.h"

struct options {
	const char *with, *take;
	bool common;
};

/* What to take, and what it is called then. */
struct plan {
	char *text; /* the option, cut into its words                          */
	const char *key[PARTNERS_KEYS], *name[PARTNERS_KEYS];
	int n;
	uint64_t lacking[PARTNERS_KEYS]; /* galaxies of the other stream without it    */
};

/* Values that the header describes keep their names, or the header would not fit them. */
static const char *const described[] = { "pz", "img", "features", "domain", "flags" };

static bool is_described(const char *key)
{
	for (size_t i = 0; i < sizeof described / sizeof *described; i++)
		if (!strcmp(key, described[i]))
			return true;
	return false;
}

/* One word of --take: KEY or KEY=NAME. */
static int add_key(struct plan *p, char *word)
{
	char *equals = strchr(word, '=');
	const char *dot = strrchr(word, '.');
	struct pz_map_path path;

	if (equals)
		*equals = 0;
	p->key[p->n] = word;
	p->name[p->n] = equals ? equals + 1 : dot ? dot + 1 : word;
	if (!*word || !*p->name[p->n] || !pz_map_path(word, &path) ||
	    strlen(p->name[p->n]) > PZ_KEY_MAX || strchr(p->name[p->n], '.'))
		return pz_fail(PZ_EUSAGE,
			       "--take: expected KEY or KEY=NAME, a name without dots, "
			       "found '%s%s%s'",
			       word, equals ? "=" : "", equals ? equals + 1 : "");
	if (!strcmp(p->name[p->n], "id"))
		return pz_fail(PZ_EUSAGE, "--take: the id of a record cannot be replaced");
	if (strcmp(word, p->name[p->n]) != 0 && (is_described(word) || is_described(p->name[p->n])))
		return pz_fail(PZ_EUSAGE,
			       "--take: %s keeps its name, because the header describes what is "
			       "called so",
			       is_described(word) ? word : p->name[p->n]);
	for (int i = 0; i < p->n; i++)
		if (!strcmp(p->name[i], p->name[p->n]))
			return pz_fail(PZ_EUSAGE,
				       "--take: expected different names, found '%s' twice",
				       p->name[i]);
	p->n++;
	return 0;
}

static int parse_plan(const struct options *o, struct plan *p)
{
	char *rest = NULL, *word;
	int rc = 0;

	if (!o->with)
		return pz_fail(PZ_EUSAGE, "--with: expected a stream of the same galaxies");
	if (!o->take)
		return pz_fail(PZ_EUSAGE, "--take: expected the keys to take, as zphot,pz");
	if (!(p->text = strdup(o->take)))
		return pz_fail(PZ_ENOMEM, "no memory for --take");
	for (word = strtok_r(p->text, ",", &rest); word && rc == 0;
	     word = strtok_r(NULL, ",", &rest))
		rc = p->n < PARTNERS_KEYS ? add_key(p, word)
					  : pz_fail(PZ_EUSAGE, "--take: expected at most %d keys",
						    PARTNERS_KEYS);
	return rc == 0 && p->n == 0
		       ? pz_fail(PZ_EUSAGE, "--take: expected the keys to take, as zphot,pz")
		       : rc;
}

/* What the header of the other stream says of pixels. */
static void take_pixels(struct pz_header *h, const struct pz_header *from)
{
	stamp_drop_header(h); /* what the other has not is no longer true */
	h->bands = from->bands;
	memcpy(h->band, from->band, sizeof h->band);
	h->size = from->size;
	h->pixscale = from->pixscale;
	h->psf = from->psf;
	memcpy(h->unit, from->unit, sizeof h->unit);
	h->pixel = from->pixel;
	memcpy(h->stretch, from->stretch, sizeof h->stretch);
	h->divide = from->divide;
	h->has_soften = from->has_soften;
	memcpy(h->soften, from->soften, sizeof h->soften);
}

/* A key of the header as the other stream has it, or not at all. */
static void take_key(struct pz_header *h, const struct pz_header *from, const char *key)
{
	size_t size;
	const void *raw = pz_map_raw(from->map, key, &size);

	if (raw)
		pz_map_set_raw(h->map, key, raw, size);
	else
		pz_map_drop(h->map, key);
}

/* The header of the input, with what describes the values that are taken. */
static int make_header(struct pz_header *h, const struct pz_header *from, const struct plan *p)
{
	for (int i = 0; i < p->n; i++)
		if (!strcmp(p->key[i], "pz")) {
			h->grid = from->grid;
			h->has_grid = from->has_grid;
			take_key(h, from, "grid");
			take_key(h, from, "recalibrated");
		} else if (!strcmp(p->key[i], "img")) {
			take_pixels(h, from);
		} else if (!strcmp(p->key[i], "domain") || !strcmp(p->key[i], "flags")) {
			take_key(h, from, p->key[i]);
		} else if (!strcmp(p->key[i], "features")) {
			h->features = from->features;
			take_key(h, from, "features");
		}
	return pz_map_error(h->map);
}

static void put_values(pz_map *record, struct plan *p, const struct partner_value *value)
{
	for (int i = 0; i < p->n; i++)
		if (value[i].bytes) {
			pz_map_set_raw(record, p->name[i], value[i].bytes, value[i].size);
		} else {
			pz_map_drop(record, p->name[i]);
			p->lacking[i]++;
		}
}

/* A galaxy that the other stream does not have keeps none of the values that it would take. */
static void drop_values(pz_map *record, const struct plan *p)
{
	for (int i = 0; i < p->n; i++)
		pz_map_drop(record, p->name[i]);
}

static int match_record(struct tool *t, const struct options *o, struct plan *p,
			struct partners *others, uint64_t *alone)
{
	struct partner_value value[PARTNERS_KEYS];
	pz_map *record = pz_reader_record(t->in);
	uint64_t id;
	int rc = record_hash(record, 0, &id);

	if (rc == 0 && partners_gave(others, id))
		rc = pz_fail(PZ_EDATA, "id: expected one record for each galaxy, found another "
				       "with this id");
	if (rc < 0)
		return record_fail(t->in, record, rc);
	if ((rc = partners_find(others, id, value)) < 0)
		return rc;
	if (rc > 0)
		put_values(record, p, value);
	else
		drop_values(record, p);
	*alone += rc == 0;
	return rc > 0 || !o->common ? pz_write(t->out, record) : 0;
}

static void say_unmatched(const struct tool *t, const struct options *o, uint64_t alone,
			  uint64_t left)
{
	if (alone)
		tool_say(t, "%s not in %s and %s", COUNTED(alone, "galaxy is", "galaxies are"),
			 o->with,
			 o->common    ? alone == 1 ? "was left out" : "were left out"
			 : alone == 1 ? "has none of the values"
				      : "have none of the values");
	if (left && t->verbose)
		tool_say(t, "%s in %s but not in the input",
			 COUNTED(left, "galaxy is", "galaxies are"), o->with);
}

/* Says which values were not there; that nobody has one is an error, because it is misspelt or the
 * stream is another one. */
static int check_taken(const struct tool *t, const struct options *o, const struct plan *p,
		       uint64_t found)
{
	for (int i = 0; i < p->n; i++)
		if (p->lacking[i] && p->lacking[i] == found)
			return pz_fail(PZ_EDATA,
				       "%s: expected records with '%s', found none among %s",
				       o->with, p->key[i], COUNTED(found, "record", "records"));
		else if (p->lacking[i])
			tool_say(t, "%s: %s no '%s'", o->with,
				 COUNTED(p->lacking[i], "galaxy has", "galaxies have"), p->key[i]);
	return 0;
}

static int match_stream(struct tool *t, const struct options *o, struct plan *p,
			struct partners *others)
{
	struct pz_progress progress;
	uint64_t alone = 0, found;
	int rc;

	tool_progress(t, &progress, "match", "galaxies", 0);
	while ((rc = pz_read(t->in)) > 0) {
		if ((rc = match_record(t, o, p, others, &alone)) < 0)
			break;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		rc = partners_finish(others);
	if (rc < 0)
		return rc;
	found = pz_reader_count(t->in) - alone;
	say_unmatched(t, o, alone, pz_reader_count(others->in) - found);
	return check_taken(t, o, p, found);
}

static int open_streams(struct tool *t, const struct options *o, const struct plan *p,
			struct partners *others)
{
	struct pz_header h;
	int rc = tool_open_input(t, 0);

	if (rc == 0)
		rc = partners_open(others, o->with, p->key, p->n);
	if (rc < 0)
		return rc;
	if ((rc = pz_header_copy(&h, pz_reader_header(t->in))) < 0)
		return rc;
	rc = make_header(&h, pz_reader_header(others->in), p);
	if (rc == 0)
		rc = tool_open_output(t, &h);
	pz_header_release(&h);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 'w', "with", "FILE", &o.with,
		  "stream with records of the same galaxies" },
		{ PZ_OPTION_TEXT, 't', "take", "KEY[=NAME],...", &o.take,
		  "keys to take from it, and what to call them" },
		{ PZ_OPTION_FLAG, 'c', "common", NULL, &o.common,
		  "leave out galaxies that the other stream does not have" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "match",
		.does = "take values from the same galaxies of another stream",
		.usage = "--with FILE --take KEY[=NAME],... [options] [stream ...] >stream",
		.options = table,
		.writes = true,
	};
	struct partners others = { 0 };
	struct plan plan = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = parse_plan(&o, &plan)) == 0 && (rc = open_streams(&t, &o, &plan, &others)) == 0)
		rc = match_stream(&t, &o, &plan, &others);
	partners_close(&others);
	free(plan.text);
	return tool_end(&t, rc);
}
