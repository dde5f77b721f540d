/* usage.c -- what a table of options says of itself: help, history, completions */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/file.h>
#include <pz/options.h>

#define HELP_COLUMN 29 /* where the help of an option begins */
#define HELP_WIDTH  80 /* columns of a line of help          */

static void print_choice(const struct pz_option *o, FILE *to)
{
	const char *word = o->choices;

	for (int i = *(int *)o->value; i > 0; i--)
		word += strcspn(word, ",") + 1;
	fprintf(to, "%.*s", (int)strcspn(word, ","), word);
}

static bool is_set(const struct pz_option *o)
{
	switch (o->type) {
	case PZ_OPTION_FLAG:
		return *(bool *)o->value;
	case PZ_OPTION_INT:
		/* a default outside the range means: not given */
		return !(o->min < o->max) ||
		       (*(int *)o->value >= o->min && *(int *)o->value <= o->max);
	case PZ_OPTION_DOUBLE:
		return isfinite(*(double *)o->value) &&
		       (!(o->min < o->max) ||
			(*(double *)o->value >= o->min && *(double *)o->value <= o->max));
	case PZ_OPTION_TEXT:
	case PZ_OPTION_FILE:
	case PZ_OPTION_OUTPUT:
		return *(const char **)o->value != NULL;
	case PZ_OPTION_NUMBERS:
		return ((struct pz_numbers *)o->value)->count > 0;
	case PZ_OPTION_CHOICE:
		return *(int *)o->value >= 0;
	default:
		return true;
	}
}

/* In the fewest digits that bring it back: 0.003, not 0.0030000000000000001. */
static void print_double(double x, FILE *to)
{
	char text[32];

	for (int digits = 6; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			break;
	}
	fputs(text, to);
}

static void print_value(const struct pz_option *o, FILE *to)
{
	const struct pz_numbers *list;

	switch (o->type) {
	case PZ_OPTION_INT:
		fprintf(to, "%d", *(int *)o->value);
		break;
	case PZ_OPTION_SEED:
		fprintf(to, "%llu", (unsigned long long)*(uint64_t *)o->value);
		break;
	case PZ_OPTION_DOUBLE:
		print_double(*(double *)o->value, to);
		break;
	case PZ_OPTION_TEXT:
		fputs(*(const char **)o->value, to);
		break;
	case PZ_OPTION_FILE:
	case PZ_OPTION_OUTPUT:
		fputs("FILE", to);
		break;
	case PZ_OPTION_CHOICE:
		print_choice(o, to);
		break;
	case PZ_OPTION_NUMBERS:
		list = o->value;
		for (int i = 0; i < list->count; i++) {
			fputs(i ? "," : "", to);
			print_double(list->value[i], to);
		}
		break;
	default:
		break;
	}
}

/* The help of an option, wrapped between words; the first line has begun at column `at`. */
static void print_wrapped(const char *text, int at, FILE *to)
{
	int column = at;

	while (*text) {
		int n = (int)strcspn(text, " ");

		if (column > HELP_COLUMN && column + 1 + n > HELP_WIDTH) {
			fprintf(to, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > at) {
			fputc(' ', to);
			column++;
		}
		fprintf(to, "%.*s", n, text);
		column += n;
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

/* Whether its default is printed. */
static bool has_default(const struct pz_option *o)
{
	return o->type != PZ_OPTION_FLAG && o->type != PZ_OPTION_FILE &&
	       o->type != PZ_OPTION_OUTPUT && is_set(o);
}

/* "interpolation kernel (nearest, bilinear, lanczos3) [lanczos3]" */
static void print_text(const struct pz_option *o, FILE *to)
{
	fputs(o->help, to);
	for (const char *word = o->choices ? o->choices : ""; *word;) {
		size_t n = strcspn(word, ",");

		fprintf(to, "%s%.*s", word == o->choices ? " (" : ", ", (int)n, word);
		word += n + (word[n] == ',');
		fputs(*word ? "" : ")", to);
	}
	if (!has_default(o))
		return;
	fputs(" [", to);
	if (o->type == PZ_OPTION_DOUBLE)
		fprintf(to, "%g", *(double *)o->value);
	else
		print_value(o, to);
	fputs("]", to);
}

void pz_options_help(const struct pz_option *table, FILE *to)
{
	for (const struct pz_option *o = table; o && o->type != PZ_OPTION_END; o++) {
		char head[128], letter[8] = "   ", *text = NULL;
		size_t size;
		FILE *line = open_memstream(&text, &size);

		if (line)
			print_text(o, line);
		pz_file_close_text(line, &text);
		if (o->letter)
			snprintf(letter, sizeof letter, "-%c,", o->letter);
		snprintf(head, sizeof head, "  %s --%s%s%s ", letter, o->name, o->arg ? " " : "",
			 o->arg ? o->arg : "");
		fprintf(to, "%-*s", HELP_COLUMN, head);
		print_wrapped(text ? text : o->help,
			      strlen(head) > HELP_COLUMN ? (int)strlen(head) : HELP_COLUMN, to);
		free(text);
	}
}

char *pz_options_describe(const struct pz_option *table)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	bool some = false;

	for (const struct pz_option *o = table; to && o && o->type != PZ_OPTION_END; o++) {
		if (o->local || !is_set(o))
			continue;
		fprintf(to, "%s--%s", some ? " " : "", o->name);
		if (o->type != PZ_OPTION_FLAG) {
			fputc(' ', to);
			print_value(o, to);
		}
		some = true;
	}
	pz_file_close_text(to, &text);
	return text;
}

static const char *kind_name(const struct pz_option *o)
{
	switch (o->type) {
	case PZ_OPTION_FLAG:
		return "flag";
	case PZ_OPTION_FILE:
	case PZ_OPTION_OUTPUT:
		return "file";
	default:
		return "value";
	}
}

void pz_options_list(const struct pz_option *table, FILE *to)
{
	for (const struct pz_option *o = table; o && o->type != PZ_OPTION_END; o++) {
		const char *words = o->choices ? o->choices : o->words;
		char letter[2] = { o->letter, '\0' };

		fprintf(to, "%s\t%s\t%s\t%s\t%s\t%s\n", o->name, letter, kind_name(o),
			o->arg ? o->arg : "", words ? words : "", o->help);
	}
}
