/* options.c -- parses a command line by a table of options (over getopt_long), and checks it */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
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

/* Of two tables: how many options, and which were given. */
struct given {
	const struct pz_option *all[OPTIONS_MAX];
	bool is[OPTIONS_MAX];
	int n;
};

static bool is_given(const struct given *g, const char *name, size_t length)
{
	for (int i = 0; i < g->n; i++)
		if (g->is[i] && strlen(g->all[i]->name) == length &&
		    !strncmp(g->all[i]->name, name, length))
			return true;
	return false;
}

/* The first name of a list that was given; NULL: none was. */
static const char *first_given(const struct given *g, const char *list)
{
	for (size_t n; list && *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		if (is_given(g, list, n))
			return list;
	}
	return NULL;
}

/* "--figure or --gnuplot" of a list of names. */
static void name_options(const char *list, char *text, size_t size)
{
	size_t used = 0;

	for (size_t n; *list && used < size; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		used += (size_t)snprintf(text + used, size - used, "%s--%.*s", used ? " or " : "",
					 (int)n, list);
	}
}

/* An option that has no effect is a mistake: another one was forgotten, or misunderstood. */
static int check_effects(const struct given *g)
{
	for (int i = 0; i < g->n; i++) {
		const struct pz_option *o = g->all[i];
		const char *other = g->is[i] ? first_given(g, o->excludes) : NULL;
		char names[128] = "";

		if (other)
			return pz_fail(PZ_EUSAGE, "--%s and --%.*s exclude each other", o->name,
				       (int)strcspn(other, ","), other);
		if (!g->is[i] || !o->needs || first_given(g, o->needs))
			continue;
		name_options(o->needs, names, sizeof names);
		return pz_fail(PZ_EUSAGE, "--%s needs %s", o->name, names);
	}
	return 0;
}

int pz_options_parse(const struct pz_option *own, const struct pz_option *common, int argc,
		     char **argv, int *first)
{
	struct given g = { .n = 0 };
	struct option longs[OPTIONS_MAX + 1] = { 0 };
	char letters[2 * OPTIONS_MAX + 2], *end = letters;
	int found, rc;

	if (asks_for_help(argc, argv))
		return 1;
	*end++ = ':'; /* a missing value is told apart from an unknown option */
	g.n = list_options(own, g.all, longs, &end, 0);
	g.n = list_options(common, g.all, longs, &end, g.n);
	*end = 0;
	if ((rc = check_dashes(argc, argv, longs)) < 0)
		return rc;

	optind = 0; /* glibc: start anew */
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		int i = 0;

		if (found == '?' || found == ':')
			return complain(found, argv, longs);
		while (found != FIRST_LONG + i && found != g.all[i]->letter)
			i++;
		if ((rc = take_value(g.all[i], optarg)) < 0)
			return rc;
		g.is[i] = true;
	}
	*first = optind;
	return check_effects(&g);
}
