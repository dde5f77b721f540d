/* inspect -- look into a stream or model
 *
 *   in    any stream, or a model
 *   out   text; with --png a contact sheet of its stamps
 */
#include <stdbool.h>

#include <pz/libraries.h>

#include "../common/tool.h"
#include "choose.h"
#include "surveys.h"
#include "view.h"

struct options {
	int head;
	bool fields, json, tsv, stats, check, surveys;
	struct view_sheet sheet;
};

/* At most one view may be asked for. */
static int check_options(const struct options *o)
{
	int views = (o->head > 0) + o->fields + o->json + o->tsv + o->stats + o->check +
		    (o->sheet.path != NULL) + o->surveys;

	if (views > 1)
		return pz_fail(PZ_EUSAGE, "--head, --fields, --json, --tsv, --stats, --check, "
					  "--png and --surveys exclude each other");
	return 0;
}

/* A view without pixels does not read them. */
static unsigned reading(const struct options *o)
{
	return o->tsv ? PZ_READ_SCALARS | PZ_READ_KEEP : 0;
}

static int show_view(struct tool *t, const struct options *o)
{
	int rc;

	if (o->surveys)
		return surveys_print(t);
	if ((rc = tool_open_input(t, reading(o))) < 0 || (rc = tool_open_text(t)) < 0)
		return rc;
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
		{ PZ_OPTION_INT, 'n', "head", "N", &o.head, "print the first N records", .min = 1,
		  .max = 1e9 },
		{ PZ_OPTION_FLAG, 0, "fields", NULL, &o.fields,
		  "list each key: type, number of records that have it, range, an example" },
		{ PZ_OPTION_FLAG, 0, "stats", NULL, &o.stats,
		  "print range, mean and median of each number, and of the pixels in each band" },
		{ PZ_OPTION_FLAG, 0, "tsv", NULL, &o.tsv,
		  "print numbers and texts as a tab-separated table, one line per record" },
		{ PZ_OPTION_FLAG, 0, "json", NULL, &o.json,
		  "print the header, then each record, as one line of JSON" },
		{ PZ_OPTION_FLAG, 0, "check", NULL, &o.check,
		  "read everything and check that it is complete and not corrupt" },
		{ PZ_OPTION_FLAG, 0, "surveys", NULL, &o.surveys,
		  "list the presets of --survey, or those that are named" },
		{ PZ_OPTION_OUTPUT, 0, "png", "FILE", &o.sheet.path,
		  "draw a contact sheet of the stamps" },
		{ PZ_OPTION_INT, 0, "count", "N", &o.sheet.count,
		  "largest number of stamps on the sheet", .min = 1, .max = 10000, .needs = "png" },
		{ PZ_OPTION_INT, 0, "columns", "N", &o.sheet.columns,
		  "columns of the sheet; 0: make it about square", .min = 0, .max = 1000,
		  .needs = "png" },
		{ PZ_OPTION_DOUBLE, 0, "scale", "X", &o.sheet.scale,
		  "make the sheet brighter by this factor", .min = 1e-6, .max = 1e6,
		  .needs = "png" },
		{ PZ_OPTION_TEXT, 0, "bands", "R,G,B", &o.sheet.bands,
		  "bands for red, green and blue, or one band for grey; default: i,r,g, or the "
		  "middle ones",
		  .needs = "png" },
		{ PZ_OPTION_CHOICE, 0, "choose", "WHICH", &o.sheet.choose,
		  "stamps on the sheet: the first, those with the worst estimates, or some at "
		  "random",
		  .choices = CHOOSE_CHOICES, .needs = "png" },
		{ PZ_OPTION_CHOICE, 'e', "estimate", "NAME", &o.sheet.estimate,
		  "point estimate in captions, and for the worst", .choices = ESTIMATE_CHOICES,
		  .needs = "png" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "inspect",
		.does = "show what is in a stream or model, and check it",
		.usage = "[options] [stream ...]",
		.notes = "Without options, inspect reads and checks the whole stream and prints "
			 "its\n"
			 "header, its history and the number of records. Exit status 3: the stream "
			 "was cut\n"
			 "short or is corrupt.\n",
		.options = table,
		.libraries = (library_name *const[]){ pz_draw_library, NULL },
		.chance = true,
		.prints = true,
	};
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&o)) == 0)
		rc = show_view(&t, &o);
	return tool_end(&t, rc);
}
