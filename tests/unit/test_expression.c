/* test_expression.c -- conditions on records: values, kinds, missing values, errors and limits */
#include <math.h>

#include "conditions.h"

static char path[] = "/tmp/pz-test-expression-XXXXXX";

static int make_record(void **state)
{
	static const float features[] = { 0.5F, NAN, -2.25F };
	pz_map *zphot = pz_map_new();

	(void)state;
	record = pz_map_new();
	if (!record || !zphot || close(mkstemp(path)) < 0)
		return -1;
	pz_map_set_number(zphot, "mode", 0.125);
	pz_map_set_integer(record, "id", 1237650795146445031);
	pz_map_set_text(record, "name", "NGC 12");
	pz_map_set_text(record, "odd 'name", "it's");
	pz_map_set_number(record, "mag", 19.5);
	pz_map_set_integer(record, "n", 6);
	pz_map_set_number(record, "z", NAN);
	pz_map_set_nil(record, "ebv");
	pz_map_set_number(record, "sentinel", -99);
	pz_map_set_raw(record, "star", "\xc3", 1);
	pz_map_set_numbers(record, "flux", (double[]){ 1, 2.5, NAN }, 3, 0);
	pz_map_set_bytes(record, "features", features, sizeof features);
	pz_map_set_bytes(record, "img", features, sizeof features);
	pz_map_set_map(record, "zphot", zphot);
	pz_map_free(zphot);
	return pz_map_error(record);
}

static int drop_record(void **state)
{
	(void)state;
	pz_map_free(record);
	return unlink(path);
}

static void test_comparisons(void **state)
{
	(void)state;
	MEETS('t', "mag < 20", "mag<=19.5", "mag >= 19.5", "mag = 19.5", "mag == 19.5", "mag != 19",
	      "mag <> 19", "name = 'NGC 12'", "name >= \"NGC\"", "name < 'NGC 2'", "n = 6.0",
	      "n = 0x6", "star", "star = true", "not (star = false)", "`odd 'name` = 'it''s'",
	      "'a' < 'ab'", "true", "1 < 2", "-1 < +.5", "1e3 = 1000", "zphot.mode = 1 / 8");
	MEETS('f', "mag < 19.5", "mag > 19.5", "name = 'NGC 1'", "not star", "false", "'b' < 'ab'");
	/* A text that begins as another is less, whatever stands behind it in the record. */
	MEETS('t', "name < 'NGC 12!'", "name <= 'NGC 12!'", "name != 'NGC 12!'", "'NGC 12!' > name",
	      "name > 'NGC 1'", "'NGC 1' < name");
	/* Neighbours beyond 2^53 are told apart. */
	MEETS('t', "id = 1237650795146445031", "id < 1237650795146445032",
	      "id in (1237650795146445031)");
	MEETS('f', "id = 1237650795146445032", "id in (1237650795146445032, 1)");
}

static void test_chains(void **state)
{
	(void)state;
	MEETS('t', "19 <= mag < 20", "19 < mag < 20 < 21 < 22", "1 < 2 < 3 > 2 = 2 != 1",
	      "n = 6 = 6.0");
	MEETS('f', "19 <= mag < 19.5", "20 < mag < 21", "1 < 2 < 3 < 3");
	MEETS('?', "19 <= mag < z", "1 < z < 2");
	MEETS('f', "20 <= mag < z"); /* false and unknown */
}

static void test_logic(void **state)
{
	(void)state;
	MEETS('t', "true or z < 1", "z < 1 or true", "not (false and z < 1)", "true and true",
	      "TRUE AND NOT FALSE", "false or false or true", "not not true",
	      "true or true and false", "(true or true) and true", "not false and true");
	MEETS('f', "false and z < 1", "z < 1 and false", "(true or true) and false",
	      "not true or false", "z < 1 and n = 5");
	MEETS('?', "z < 1", "not z < 1", "z < 1 and true", "false or z < 1", "z < 1 or z >= 1",
	      "z = z", "z != z", "ebv in (1, 2)", "absent not in (1)", "absent", "not absent");
}

static void test_missing(void **state)
{
	(void)state;
	MEETS('t', "n = 6 and -z is missing", "n = 6 and 2 * -absent is missing");
	MEETS('?', "n = 6 and -z < 1");
	MEETS('t', "star and star and true");
	MEETS('e', "(star and star) + 1 > 0", "(star or star) + 1 > 0", "-(star and star) < 0");
	MEETS('t', "z is missing", "ebv is missing", "absent is null", "mag is not missing",
	      "flux[2] is missing", "flux[3] is missing", "features[1] is missing",
	      "features[3] is missing", "zphot.mean is missing", "1/0 is missing",
	      "sqrt(-1) is missing", "log10(0) is missing", "ln(-1) is missing",
	      "exp(1000) is missing", "z + 1 is missing", "min(z, 1) is missing",
	      "(z < 1) is missing", "img is not missing", "zphot IS NOT NULL",
	      "bits(mag, 1) is missing", "1e308 * 10 is missing");
	MEETS('f', "mag is missing", "z is not missing", "name is missing");
}

static void test_arithmetic(void **state)
{
	(void)state;
	MEETS('t', "1 + 2 * 3 = 7", "(1 + 2) * 3 = 9", "7 - 2 - 1 = 4", "8 / 2 / 2 = 2",
	      "-n + 7 = 1", "--n = 6", "2 - -1 = 3", "abs(-3) = 3", "abs(mag - 20) = 0.5",
	      "sqrt(16) = 4", "exp(0) = 1", "abs(ln(2) - 0.6931471805599453) < 1e-15",
	      "log10(1000) = 3", "min(3, 1, 2) = 1", "max(3, n, 2) = 6", "bits(n, 2 + 8) = 2",
	      "bits(n, 1) = 0", "flux[1] = 2.5", "features[2] = -2.25", "features[0] * 2 = 1",
	      "7 / 2 = 3.5", "abs(22.5 - 2.5 * log10(flux[1]) - 21.505149978319906) < 1e-14");
	/* astropy: SkyCoord(10, 41, unit="deg").separation(SkyCoord(10.5, 41.25, unit="deg")).deg
	 */
	MEETS('t', "abs(separation(10, 41, 10.5, 41.25) - 0.4520566746216135) < 1e-12",
	      "abs(separation(359.9, 0, 0.1, 0) - 0.2) < 1e-12",
	      "separation(0, 90, 77, 90) < 1e-12", "abs(separation(0, 0, 180, 0) - 180) < 1e-9");
	/* Rounding makes the sine of half the angle between these more than 1. */
	MEETS('t', "abs(separation(347.1, 74.4, 167.10000000000002, -74.4) - 180) < 1e-9");
	/* Of two that are equal the first is taken, as it is: the second is no whole number. */
	MEETS('t', "bits(max(9007199254740993, 9007199254740992.0), 1) = 1",
	      "bits(min(9007199254740993, 9007199254740992.0), 1) = 1");
}

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Whether a condition "%s in @path" holds. */
static char ask_list(const char *before)
{
	char text[256];

	snprintf(text, sizeof text, "%s in @%s", before, path);
	return ask(text);
}

static void test_lists(void **state)
{
	(void)state;
	MEETS('t', "n in (5, 6)", "n in (6.0)", "n not in (-6, 7)", "name in ('a', \"NGC 12\")",
	      "mag in (19.5)", "-n in (-6)", "n in (1, 'x', 6)");
	MEETS('f', "n in (5, 7)", "name in ('NGC 1')", "not n in (6)");
	write_file("5\n# six\n6  \n1237650795146445031\n");
	assert_int_equal(ask_list("n"), 't');
	assert_int_equal(ask_list("id"), 't');
	assert_int_equal(ask_list("mag"), 'f');
	assert_int_equal(ask_list("z"), '?');
	write_file("NGC 12\nNGC 13\n");
	assert_int_equal(ask_list("name"), 'e'); /* two columns, of which none is 'name' */
	write_file("name\n\"NGC 12\"\nM31\n");
	assert_int_equal(ask_list("name"), 't');
	write_file("n,name\n7,M31\n6,NGC 12\n");
	assert_int_equal(ask_list("name"), 't');
	assert_int_equal(ask_list("n"), 't');
	assert_int_equal(ask_list("mag"), 'e');
	write_file("");
	assert_int_equal(ask_list("n"), 'e');
	write_file("M31\n");
	assert_int_equal(ask_list("n"), 'e');
	assert_non_null(strstr(pz_error_text(), "expected a text, as in the list, found a number"));
}

static void test_reports(void **state)
{
	struct pz_missing missing;
	struct pz_expression_key key;
	struct pz_expression_list list;
	struct pz_expression *e;
	char text[256];

	(void)state;
	write_file("6\n8\n6\n");
	snprintf(text, sizeof text, "sentinel > 0 or n in @'%s' and absent[4] < 1 or n < 2", path);
	assert_int_equal(pz_expression_parse(&e, text, NULL), 0);
	assert_int_equal(pz_expression_test(e, record), PZ_UNKNOWN);
	assert_int_equal(pz_expression_keys(e), 3);
	pz_expression_key(e, 0, &key);
	assert_string_equal(key.name, "sentinel");
	assert_true(key.found == 1 && key.suspects == 1 && key.suspect == -99 && key.element == -1);
	pz_expression_key(e, 1, &key);
	assert_true(!strcmp(key.name, "n") && key.found == 1 && key.suspects == 0);
	pz_expression_key(e, 2, &key);
	assert_true(!strcmp(key.name, "absent") && key.found == 0 && key.element == 4);
	assert_int_equal(pz_expression_lists(e), 1);
	pz_expression_list(e, 0, &list);
	assert_string_equal(list.path, path);
	assert_true(list.count == 2 && list.found == 1);
	snprintf(text, sizeof text, "sentinel > 0 or n in @'%s' and absent[4] < 1 or n < 2",
		 strrchr(path, '/') + 1);
	assert_string_equal(pz_expression_text(e), text);
	pz_expression_free(e);

	assert_int_equal(pz_missing_parse(&missing, "-99,6"), 0);
	assert_int_equal(pz_expression_parse(&e, "sentinel is missing and n is missing", &missing),
			 0);
	assert_int_equal(pz_expression_test(e, record), PZ_TRUE);
	pz_expression_key(e, 0, &key);
	assert_true(key.found == 1 && key.suspects == 0);
	pz_expression_free(e);
}

#define NO_UTF8                                                                                    \
	"\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99" \
	"\x99\x99" /* 24 bytes */

static void test_mistakes(void **state)
{
	(void)state;
	fails("", "column 1, at the end: expected a number, a text, a key or a bracket");
	fails("mag <", "column 6, at the end: expected a number, a text, a key or a bracket");
	fails("mag < and n", "column 7, at 'and n': expected a number, a text, a key or a bracket");
	fails("mag", "column 1: expected true or false, found a number");
	fails("mag + 1", "column 1, at 'mag + 1': expected true or false, found a number");
	fails("\xc3\xa9 < 1 && n", "column 7, at '&& n': expected 'and' instead of &&");
	fails("n ** 2 = 1",
	      "column 3, at '** 2 = 1': expected a product, sqrt or exp instead of **");
	fails("mag < 20 n", "column 10, at 'n': expected 'and', 'or' or an operator");
	fails("(mag < 20", "column 10, at the end: expected ')'");
	fails("mag = missing",
	      "column 7, at 'missing': expected a number, a text, a key or a bracket; of what is "
	      "missing: is missing");
	/* Bytes that are no UTF-8 have no character to stop at. */
	fails(NO_UTF8 "\x99\x99s(",
	      "column 1, at '" NO_UTF8 "...': expected a function: abs, sqrt, exp, ln, log10, min, "
	      "max, bits or separation");
	fails("name = 'x", "column 8, at ''x': expected another ' that ends it, found none");
	fails("log(n) < 1",
	      "column 1, at 'log(n) < 1': expected a function: abs, sqrt, exp, ln, log10, "
	      "min, max, bits or separation");
	fails("min(1) < 2", "column 6, at ') < 2': expected 2 arguments of min, found 1");
	fails("abs(1, 2) = 1", "column 8, at '2) = 1': expected at most 1 arguments of abs");
	fails("'a' < 1", "column 7, at '1': expected a text, as before it, found a number");
	fails("1 + 'a' > 0", "column 5, at ''a' > 0': expected a number, found a text");
	fails("n and 1 + 1", "column 7, at '1 + 1': expected true or false, found a number");
	fails("flux[x] > 1",
	      "column 6, at 'x] > 1': expected the number of an element, from 0, as in NAME[2]");
	fails("2mass > 1",
	      "column 1, at '2mass > 1': expected a number, or a key that does not begin "
	      "with a digit (else: in backquotes)");
	fails("n = 9223372036854775808",
	      "column 5, at '9223372036854775808': expected a whole number of "
	      "at most 9223372036854775807");
	fails("n in 6", "column 6, at '6': expected (1, 2, 3) or @FILE behind 'in'");
	fails("n in @", "column 6, at '@': expected the name of a file behind @");
	fails("n is 6", "column 6, at '6': expected 'missing' behind 'is'");
	fails("name < 6", "column 6: expected a text, found a number");
	fails("name + 1 < 6", "column 6: expected a number, found the text 'NGC 12'");
	fails("img > 1", "column 5: expected a number or a text, found bytes, an array or a map");
	fails("img[0] > 1",
	      "column 8: expected a number or a text, found bytes, an array or a map");
	fails("star < true",
	      "column 1, at 'star < true': expected numbers or texts beside < and >");
	assert_int_equal(ask("n in @/no/such/file"), 'e');
}

/* A word that is none is told wherever it stands, and not what was expected there instead. */
static void breaks_behind(const char *before)
{
	char text[256], said[256];

	snprintf(text, sizeof text, "%s'x", before);
	snprintf(said, sizeof said,
		 "column %zu, at ''x': expected another ' that ends it, found none",
		 strlen(before) + 1);
	fails(text, said);
}

static void test_broken_words(void **state)
{
	static const char *const before[] = {
		"",           "n",         "n ",        "1 ",          "`n` ",      "true ",
		"n < ",       "n < 1 ",    "1 < n < ",  "n is ",       "n is not ", "n is missing ",
		"n is null ", "n not ",    "n not in ", "n in ",       "n in (",    "n in (-",
		"n in (1 ",   "n in (-1 ", "n in (1, ", "n in (1) ",   "not ",      "not not ",
		"not n ",     "star and ", "star or ",  "star and n ", "abs(",      "abs(n ",
		"abs(n) ",    "min(1, ",   "flux[",     "flux[1 ",     "flux[1] ",  "(",
		"(star ",     "(star) ",   "-",         "+",           "- -",       "n * ",
		"n / ",       "n + ",      "n - ",      "n * 2 ",      "n + 2 ",    "n not in (1) ",
	};
	char listed[64];

	(void)state;
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		breaks_behind(before[i]);
	write_file("6\n");
	snprintf(listed, sizeof listed, "n in @%s ", path);
	breaks_behind(listed);
	fails("n = or", "column 5, at 'or': expected a number, a text, a key or a bracket");
	fails("n = in", "column 5, at 'in': expected a number, a text, a key or a bracket");
}

static void test_limits(void **state)
{
	static char deep[1000], lengthy[70000];
	struct pz_expression *e;

	(void)state;
	memset(deep, '(', 63);
	strcpy(deep + 63, "star");
	memset(deep + 67, ')', 63);
	MEETS('t', deep);
	memset(deep, '(', 500);
	assert_int_equal(ask(deep), 'e');
	assert_non_null(strstr(pz_error_text(), "at most 64 deep"));
	memset(deep, '-', 500);
	assert_int_equal(ask(deep), 'e');
	/* A chain of any length needs no depth. */
	strcpy(lengthy, "star");
	for (int i = 0; i < 2000; i++)
		strcat(lengthy, " and star");
	MEETS('t', lengthy);
	for (int i = 0; i < 200; i++)
		strcat(lengthy, " or star");
	assert_int_equal(ask(lengthy), 'e');
	assert_non_null(strstr(pz_error_text(), "at most 4096 values and operators"));
	memset(lengthy, ' ', 66000);
	assert_int_equal(pz_expression_parse(&e, lengthy, NULL), PZ_EUSAGE);
	assert_null(e);
}

/* A step that is one too many is told wherever it is. Before the condition come so many that each
 * takes two steps, but for the first. */
static void one_step_too_many(const char *condition, int step, size_t at)
{
	static char text[60000], said[100];
	size_t n = (size_t)sprintf(text, step % 2 ? "star" : "not star");

	for (int i = 0; i < (4095 - step - (step % 2 == 0)) / 2; i++)
		n += (size_t)sprintf(text + n, " and star");
	n += (size_t)sprintf(text + n, " or ");
	strcpy(text + n, condition);
	if (ask(text) != 'e')
		fail_msg("%s: expected a failure", condition);
	snprintf(said, sizeof said, "column %zu, at '", n + at + 1);
	if (strncmp(pz_error_text(), said, strlen(said)) != 0 ||
	    !strstr(pz_error_text(), ": expected at most 4096 values and operators"))
		fail_msg("%s, step %d: %s", condition, step, pz_error_text());
}

static void test_one_step_too_many(void **state)
{
	static const struct {
		const char *condition;
		int step;
		size_t at;
	} cases[] = {
		{ "n < 5", 0, 0 },         { "n < 5", 1, 4 },
		{ "n < 5", 2, 2 },         { "1 < n < 5", 3, 8 },
		{ "1 < n < 5", 4, 6 },     { "n in (1)", 1, 2 },
		{ "n not in (1)", 1, 2 },  { "n not in (1)", 2, 2 },
		{ "n is missing", 1, 2 },  { "n is not missing", 2, 2 },
		{ "not star", 1, 0 },      { "-n < 1", 1, 0 },
		{ "abs(n) < 1", 1, 0 },    { "min(1, n) < 1", 2, 0 },
		{ "n + 1 < 2", 2, 2 },     { "n * 1 < 2", 2, 2 },
		{ "true", 0, 0 },          { "`n` < 2", 0, 0 },
		{ "star and star", 2, 5 }, { "(star or star)", 2, 6 },
		{ "not star", 0, 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		one_step_too_many(cases[i].condition, cases[i].step, cases[i].at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comparisons),
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_logic),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_broken_words),
		cmocka_unit_test(test_one_step_too_many),
	};

	return cmocka_run_group_tests(tests, make_record, drop_record);
}
