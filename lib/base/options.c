/* options.c -- parses a command line by a table of options (over getopt_long), and checks it */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/alike.h>
#include <pz/error.h>
#include <pz/file.h>
#include <pz/options.h>

#define OPTIONS_MAX 64
#define FIRST_LONG  256 /* getopt's value of table entry i is FIRST_LONG + i */

static bool ranged(const struct pz_option *o)
{
	return o->min < o->max;
}

static int take_number(const struct pz_option *o, const char *text, const char *kind, double *x)
{
	char *end;

	errno = 0;
	*x = strtod(text, &end);
	if (end == text || *end || errno || !isfinite(*x))
		return pz_fail(PZ_EUSAGE, "--%s: expected %s, found '%s'", o->name, kind, text);
	if (ranged(o) && (*x < o->min || *x > o->max))
		return pz_fail(PZ_EUSAGE, "--%s: expected %g to %g, found %s", o->name, o->min,
			       o->max, text);
	return 0;
}

static int take_int(const struct pz_option *o, const char *text)
{
	double x;
	int rc = take_number(o, text, "a whole number", &x);

	if (rc < 0)
		return rc;
	if (x != floor(x) || fabs(x) > 2147483647)
		return pz_fail(PZ_EUSAGE, "--%s: expected a whole number, found '%s'", o->name,
			       text);
	*(int *)o->value = (int)x;
	return 0;
}

static int take_seed(const struct pz_option *o, const char *text)
{
	char *end;

	errno = 0;
	*(uint64_t *)o->value = strtoull(text, &end, 10);
	if (end == text || *end || errno || *text == '-')
		return pz_fail(PZ_EUSAGE, "--%s: expected a whole number of at least 0, found '%s'",
			       o->name, text);
	return 0;
}

static int take_choice(const struct pz_option *o, const char *text)
{
	const char *word = o->choices, *meant;
	struct pz_alike alike;

	for (int i = 0; word; i++) {
		size_t n = strcspn(word, ",");

		if (strlen(text) == n && !strncmp(word, text, n)) {
			*(int *)o->value = i;
			return 0;
		}
		word = word[n] ? word + n + 1 : NULL;
	}
	pz_alike_begin(&alike, text, strlen(text));
	pz_alike_try_list(&alike, o->choices);
	meant = pz_alike_best(&alike);
	return pz_fail(PZ_EUSAGE, "--%s: expected one of %s, found '%s'%s%s%s", o->name, o->choices,
		       text, meant ? "; did you mean " : "", meant ? meant : "", meant ? "?" : "");
}

static int take_numbers(const struct pz_option *o, const char *text)
{
	struct pz_numbers list = { .count = 0 };
	char item[64];
	int rc;

	for (;;) {
		size_t n = strcspn(text, ",");

		if (list.count == PZ_NUMBERS_MAX || n >= sizeof item)
			return pz_fail(PZ_EUSAGE, "--%s: expected at most %d numbers, found '%s'",
				       o->name, PZ_NUMBERS_MAX, text);
		memcpy(item, text, n);
		item[n] = 0;
		if ((rc = take_number(o, item, "numbers with commas between",
				      &list.value[list.count])) < 0)
			return rc;
		list.count++;
		if (!text[n])
			break;
		text += n + 1;
	}
	*(struct pz_numbers *)o->value = list;
	return 0;
}

static int take_value(const struct pz_option *o, const char *text)
{
	switch (o->type) {
	case PZ_OPTION_FLAG:
		*(bool *)o->value = true;
		return 0;
	case PZ_OPTION_INT:
		return take_int(o, text);
	case PZ_OPTION_SEED:
		return take_seed(o, text);
	case PZ_OPTION_DOUBLE:
		return take_number(o, text, "a number", o->value);
	case PZ_OPTION_CHOICE:
		return take_choice(o, text);
	case PZ_OPTION_NUMBERS:
		return take_numbers(o, text);
	default:
		if (!*text)
			return pz_fail(PZ_EUSAGE, "--%s: expected a value, found ''", o->name);
		*(const char **)o->value = text;
		return 0;
	}
}

static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help"))
			return true;
	return false;
}

/* getopt's tables from ours: long options, and the letters into shorts. */
static int list_options(const struct pz_option *table, const struct pz_option **all,
			struct option *longs, char **shorts, int n)
{
	for (; table && table->type != PZ_OPTION_END; table++, n++) {
		bool valued = table->type != PZ_OPTION_FLAG;

		all[n] = table;
		longs[n] = (struct option){ table->name, valued ? required_argument : no_argument,
					    NULL, FIRST_LONG + n };
		if (table->letter) {
			*(*shorts)++ = table->letter;
			if (valued)
				*(*shorts)++ = ':';
		}
	}
	return n;
}

/* The error of a long option that there is not: "--hrad", "--hrad=1". */
static int fail_unknown(const char *word, const struct option *longs)
{
	const char *name = word + strspn(word, "-"), *meant;
	struct pz_alike alike;

	pz_alike_begin(&alike, name, strcspn(name, "="));
	for (const struct option *o = longs; o->name; o++)
		pz_alike_try(&alike, o->name, strlen(o->name));
	meant = pz_alike_best(&alike);
	return pz_fail(PZ_EUSAGE, "unknown option '%s'%s%s%s", word,
		       meant ? "; did you mean --" : "", meant ? meant : "", meant ? "?" : "");
}

static int complain(int found, char **argv, const struct option *longs)
{
	const char *word = argv[optind - 1];

	if (found == ':')
		return pz_fail(PZ_EUSAGE, "option '%s' needs a value", word);
	if (optopt > 0 && optopt < FIRST_LONG)
		return pz_fail(PZ_EUSAGE, "unknown option '-%c'", optopt);
	if (optopt >= FIRST_LONG)
		return pz_fail(PZ_EUSAGE, "option '%s' takes no value", word);
	return fail_unknown(word, longs);
}

/* "-bands" would be -b with the value ands. */
static int check_dashes(int argc, char **argv, const struct option *longs)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		size_t n = strcspn(argv[i], "=");

		if (argv[i][0] != '-' || argv[i][1] == '-' || n < 4)
			continue;
		for (const struct option *o = longs; o->name; o++)
			if (strlen(o->name) == n - 1 && !strncmp(argv[i] + 1, o->name, n - 1))
				return fail_unknown(argv[i], longs);
	}
	return 0;
}

int pz_options_parse(const struct pz_option *own, const struct pz_option *common, int argc,
		     char **argv, int *first)
{
	const struct pz_option *all[OPTIONS_MAX];
	struct option longs[OPTIONS_MAX + 1] = { 0 };
	char letters[2 * OPTIONS_MAX + 2], *end = letters;
	int n, found, rc;

	if (asks_for_help(argc, argv))
		return 1;
	*end++ = ':'; /* a missing value is told apart from an unknown option */
	n = list_options(own, all, longs, &end, 0);
	n = list_options(common, all, longs, &end, n);
	*end = 0;
	if ((rc = check_dashes(argc, argv, longs)) < 0)
		return rc;

	optind = 0; /* glibc: start anew */
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct pz_option *o = NULL;

		if (found == '?' || found == ':')
			return complain(found, argv, longs);
		for (int i = 0; i < n && !o; i++)
			if (found == FIRST_LONG + i || found == all[i]->letter)
				o = all[i];
		if ((rc = take_value(o, optarg)) < 0)
			return rc;
	}
	*first = optind;
	return 0;
}
