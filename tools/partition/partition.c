/* partition -- keep one part of a sample, chosen by the hash of the id
 *
 *   in    any stream whose records have an id
 *   out   the records of the part, unchanged; --within: only some are divided into parts
 */
#include <math.h>
#include <stdio.h>

#include <pz/partition.h>

#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/tool.h"

enum { KEEP, DROP };

struct options {
	const char *keep, *parts, *within;
	int outside;
};

/* The records that are divided into parts: those whose number under key is from min to max. */
struct range {
	char key[96]; /* empty: all records are                                 */
	double min, max;
	bool keep_others;
};

struct choice {
	struct pz_parts parts;
	int keep; /* the part                                                   */
	struct range within;
};

/* KEY=MIN,MAX */
static int parse_range(const char *text, struct range *r)
{
	char rest;

	if (sscanf(text, "%95[^=]=%lf,%lf%c", r->key, &r->min, &r->max, &rest) != 3 ||
	    !(r->min <= r->max))
		return pz_fail(PZ_EUSAGE, "--within: expected KEY=MIN,MAX, found '%s'", text);
	return 0;
}

static int check_options(const struct options *o, struct choice *c)
{
	int rc = pz_parts_parse(&c->parts, o->parts);

	if (rc == 0 && !o->keep)
		rc = pz_fail(PZ_EUSAGE, "--keep: expected the name of the part to keep");
	if (rc == 0 && (c->keep = pz_parts_find(&c->parts, o->keep)) < 0)
		rc = c->keep;
	if (rc == 0 && o->within)
		rc = parse_range(o->within, &c->within);
	c->within.keep_others = o->outside == KEEP;
	return rc;
}

/* Records without the number are outside of the range. */
static bool is_parted(const struct range *r, const pz_map *record)
{
	double x = r->key[0] ? pz_map_number(record, r->key, NAN) : 0;

	return !r->key[0] || (x >= r->min && x <= r->max);
}

/* 1: kept; 0: not; < 0. */
static int is_kept(const struct choice *c, uint64_t seed, const pz_map *record)
{
	uint64_t hash;
	int rc;

	if (!is_parted(&c->within, record))
		return c->within.keep_others;
	if ((rc = record_hash(record, seed, &hash)) < 0)
		return rc;
	return pz_parts_of(&c->parts, hash) == c->keep;
}

static int partition_stream(struct tool *t, const struct choice *c)
{
	struct pz_progress progress;
	int rc;

	tool_progress(t, &progress, "partition", "records", 0);
	while ((rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);

		if ((rc = is_kept(c, t->seed, record)) < 0)
			rc = record_fail(t->in, record, rc);
		else if (rc > 0)
			rc = pz_write(t->out, record);
		if (rc < 0)
			break;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0 && t->verbose)
		tool_say(t, "kept %llu of %s", (unsigned long long)pz_writer_count(t->out),
			 COUNTED(pz_reader_count(t->in), "record", "records"));
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { .parts = "train=0.8,valid=0.04,test=0.16" };
	const struct pz_option table[] = {
		{ PZ_OPTION_TEXT, 'k', "keep", "NAME", &o.keep, "name of the part to write" },
		{ PZ_OPTION_TEXT, 'p', "parts", "NAME=SHARE,...", &o.parts,
		  "all parts with their shares: numbers, or fractions such as 1000/20000" },
		{ PZ_OPTION_TEXT, 'w', "within", "KEY=MIN,MAX", &o.within,
		  "split only records whose number KEY lies in this range (ends included)" },
		{ PZ_OPTION_CHOICE, 0, "outside", "WHAT", &o.outside,
		  "what to do with the records outside --within", .choices = "keep,drop",
		  .needs = "within" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "partition",
		.does = "split a sample into training, validation and test parts",
		.usage = "--keep NAME [options] [stream ...] >stream",
		.options = table,
		.chance = true,
		.writes = true,
	};
	struct pz_header h = { 0 };
	struct choice choice = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&o, &choice)) == 0 && (rc = tool_open_input(&t, 0)) == 0 &&
	    (rc = pz_header_copy(&h, pz_reader_header(t.in))) == 0 &&
	    (rc = tool_open_output(&t, &h)) == 0)
		rc = partition_stream(&t, &choice);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
