/* inspect -- look into a stream or model
 *
 *   in    any stream, or a model
 *   out   text; with --png a contact sheet of its stamps
 */
#include <stdbool.h>

#include "../common/tool.h"
#include "view.h"

struct options {
	int head;
	bool fields, json, tsv, stats, check;
	struct view_sheet sheet;
};

/* At most one way to look is asked for. */
static int check_options(const struct options *o)
{
	int ways = (o->head > 0) + o->fields + o->json + o->tsv + o->stats + o->check +
		   (o->sheet.path != NULL);

	if (ways > 1)
		return pz_fail(PZ_EUSAGE, "choose one of --head, --fields, --json, --tsv, "
					  "--stats, --check and --png");
	if (!o->sheet.path && o->sheet.bands)
		return pz_fail(PZ_EUSAGE, "--bands goes with --png");
	return 0;
}

/* What needs no pixels leaves them unread. */
static unsigned reading(const struct options *o)
{
	return o->tsv ? PZ_READ_SCALARS | PZ_READ_KEEP : 0;
}

static int inspect(struct tool *t, const struct options *o)
{
	if (o->head > 0)
		return view_head(t, o->head);
	if (o->json)
		return view_json(t);
	if (o->tsv)
		return view_table(t);
	if (o->check)
		return view_check(t);
	if (o->fields)
		return view_fields(t);
	if (o->stats)
		return view_stats(t);
	if (o->sheet.path)
		return view_sheet(t, &o->sheet);
	return view_summary(t);
}

int main(int argc, char **argv)
{
	struct options o = { .sheet = { .count = 64, .scale = 1 } };
	const struct pz_option table[] = {
		{ PZ_OPTION_INT, 'n', "head", "N", &o.head, "the first N records", .min = 1,
		  .max = 1e9 },
		{ PZ_OPTION_FLAG, 0, "fields", NULL, &o.fields,
		  "each key: type, how many records have it, range, an example" },
		{ PZ_OPTION_FLAG, 0, "stats", NULL, &o.stats,
		  "each number: range, mean, median; pixels band by band" },
		{ PZ_OPTION_FLAG, 0, "tsv", NULL, &o.tsv,
		  "a table of all numbers and texts, a line a record" },
		{ PZ_OPTION_FLAG, 0, "json", NULL, &o.json,
		  "header, then records, one line of JSON each" },
		{ PZ_OPTION_FLAG, 0, "check", NULL, &o.check,
		  "read it all: is it whole and unharmed?" },
		{ PZ_OPTION_OUTPUT, 0, "png", "FILE", &o.sheet.path,
		  "draw a contact sheet of its stamps" },
		{ PZ_OPTION_INT, 0, "count", "N", &o.sheet.count, "stamps on the sheet, at most",
		  .min = 1, .max = 10000 },
		{ PZ_OPTION_INT, 0, "columns", "N", &o.sheet.columns,
		  "columns of the sheet; 0: about a square", .min = 0, .max = 1000 },
		{ PZ_OPTION_DOUBLE, 0, "scale", "X", &o.sheet.scale,
		  "brighter by this factor than the data suggest", .min = 1e-6, .max = 1e6 },
		{ PZ_OPTION_TEXT, 0, "bands", "R,G,B", &o.sheet.bands,
		  "bands for red, green, blue (or one, in grey); default: i,r,g or the middle "
		  "ones" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "inspect",
		.does = "look into a stream or model",
		.usage = "[options] [stream ...]",
		.notes = "Without options: header, history and number of records, after all of it "
			 "was\n"
			 "read and checked. Exit 3: cut short or corrupt.\n",
		.options = table,
		.prints = true,
	};
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&o)) == 0 && (rc = tool_open_input(&t, reading(&o))) == 0 &&
	    (rc = tool_open_text(&t)) == 0)
		rc = inspect(&t, &o);
	return tool_end(&t, rc);
}
