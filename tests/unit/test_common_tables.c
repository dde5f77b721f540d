/* test_common_tables.c -- parts that tools keep galaxies and their names with: ids that were seen,
 * columns of numbers, galaxies that wait for their partner, keys of carried columns */
#include <math.h>

#include "../../tools/common/axes.h"
#include "../../tools/common/carry.h"
#include "../../tools/common/counted.h"
#include "../../tools/common/known.h"
#include "../../tools/common/names.h"
#include "../../tools/common/partners.h"
#include "../../tools/common/scalars.h"
#include "../../tools/common/twice.h"
#include "json_map.h"

/* ---- ids that were seen ---- */

static void ids_are_known_once(void **state)
{
	struct known k = { 0 };

	(void)state;
	assert_false(known_has(&k, 5));
	for (uint64_t i = 0; i < 512; i++)
		assert_int_equal(known_add(&k, 3 * i + 2), 1);
	assert_int_equal(k.room, 1024);
	assert_int_equal(known_add(&k, 1), 1);
	assert_int_equal(k.room, 2048);
	for (uint64_t i = 0; i < 512; i++)
		assert_int_equal(known_add(&k, 3 * i + 2), 0);
	assert_int_equal(k.n, 513);
	assert_true(known_has(&k, 1535) && !known_has(&k, 1538) && !known_has(&k, 3));
	/* 0 shares its place with 1 */
	assert_true(known_has(&k, 0));
	assert_int_equal(known_add(&k, 0), 0);
	known_release(&k);
	assert_true(!k.slot && k.n == 0 && k.room == 0);
	assert_int_equal(known_add(&k, 0), 1);
	assert_true(known_has(&k, 1));
	known_release(&k);
}

/* Those of one slot stand behind each other, from the last slot on at the first ones. */
static void ids_of_the_same_slot(void **state)
{
	struct known k = { 0 };

	(void)state;
	for (uint64_t i = 1; i <= 4; i++)
		assert_int_equal(known_add(&k, 1024 * i - 1), 1);
	assert_true(k.slot[1023] == 1023 && k.slot[0] == 2047 && k.slot[1] == 3071 &&
		    k.slot[2] == 4095);
	assert_true(known_has(&k, 4095) && !known_has(&k, 5119));
	assert_int_equal(known_add(&k, 1024), 1);
	assert_true(k.slot[3] == 1024);
	known_release(&k);
}

static int note(struct twice *w, const char *json)
{
	pz_map *m = map_of(json);
	int rc = twice_note(w, m);

	pz_map_free(m);
	return rc;
}

static void galaxies_that_come_twice(void **state)
{
	struct twice w = { 0 };

	(void)state;
	assert_int_equal(note(&w, "{\"id\": 5}"), 0);
	assert_int_equal(note(&w, "{\"id\": \"five\"}"), 0);
	assert_int_equal(note(&w, "{\"z\": 5}"), 0);
	assert_int_equal(note(&w, "{\"z\": 5}"), 0);
	assert_int_equal(w.count, 0);
	assert_int_equal(note(&w, "{\"id\": [5]}"), PZ_EDATA);
	assert_int_equal(note(&w, "{\"id\": \"five\"}"), 0);
	assert_int_equal(note(&w, "{\"id\": 5}"), 0);
	assert_int_equal(w.count, 2);
	assert_string_equal(w.first, "five");
	/* of ids beyond those that are kept only the kept ones are known */
	w.known.n = TWICE_MAX - 1;
	assert_int_equal(note(&w, "{\"id\": 6}"), 0);
	assert_int_equal(note(&w, "{\"id\": 7}"), 0);
	assert_int_equal(note(&w, "{\"id\": 7}"), 0);
	assert_int_equal(w.count, 2);
	assert_int_equal(note(&w, "{\"id\": 6}"), 0);
	assert_int_equal(w.count, 3);
	twice_release(&w);
	w = (struct twice){ 0 };
	note(&w, "{\"id\": -8}");
	note(&w, "{\"id\": -8}");
	assert_string_equal(w.first, "-8");
	twice_release(&w);
}

static void numbers_with_their_nouns(void **state)
{
	(void)state;
	assert_string_equal(COUNTED(0, "galaxy", "galaxies"), "0 galaxies");
	assert_string_equal(COUNTED(1, "galaxy", "galaxies"), "1 galaxy");
	assert_string_equal(COUNTED(2, "galaxy", "galaxies"), "2 galaxies");
	assert_string_equal(COUNTED(18446744073709551615ULL, "galaxy", "galaxies"),
			    "18446744073709551615 galaxies");
}

static void names_of_one_line(void **state)
{
	char name[5];

	(void)state;
	assert_int_equal(name_take(name, sizeof name, "abcd=", 4, "NAME=FILE", PZ_EUSAGE), 0);
	assert_string_equal(name, "abcd");
	FAILS(name_take(name, sizeof name, "abcde", 5, "NAME=FILE", PZ_EUSAGE), PZ_EUSAGE,
	      "expected NAME=FILE with a name of 1 to 4 bytes, found 'abcde'");
	FAILS(name_take(name, sizeof name, "=x", 0, "NAME=FILE", PZ_EDATA), PZ_EDATA,
	      "expected NAME=FILE with a name of 1 to 4 bytes, found '=x'");
	assert_int_equal(name_take(name, sizeof name, "a\tb", 3, "NAME", PZ_EDATA), PZ_EDATA);
}

/* ---- columns of numbers ---- */

static void add(struct scalars *c, const char *json)
{
	pz_map *m = map_of(json);

	assert_int_equal(scalars_add(c, m), 0);
	pz_map_free(m);
}

static void columns_of_galaxies(void **state)
{
	struct scalars c = { .weights = "w" };
	struct pz_galaxies g;
	double *own;

	(void)state;
	add(&c, "{\"z\": 0.5, \"mag\": 17, \"w\": 2, \"zphot\": {\"mode\": 0.25, \"mean\": 0.1}}");
	add(&c, "{\"z\": -99, \"mag\": -99, \"w\": 2, \"zphot\": {\"mode\": 0.5}}");
	add(&c, "{\"z\": 0.75, \"mag\": -0.5, \"w\": 3, \"zphot\": {\"mode\": 1, \"mean\": 2}}");
	assert_int_equal(c.n, 3);
	assert_int_equal(c.room, 1024);
	assert_int_equal(c.without_mag, 2);
	assert_false(scalars_plain(&c));
	scalars_settle(&c);
	assert_int_equal(scalars_with(&c, ESTIMATE_MODE, &g, &own), 0);
	assert_null(own);
	assert_true(g.n == 3 && g.z == c.z && g.mag == c.mag && g.weight == c.weight && !g.plain);
	assert_true(g.zphot[2] == 1 && isnan(g.z[1]) && isnan(g.mag[1]) && g.mag[2] == -0.5);
	assert_int_equal(scalars_with(&c, ESTIMATE_MEAN, &g, &own), 0);
	assert_non_null(own);
	assert_true(g.n == 2 && g.z[0] == 0.5 && g.z[1] == 0.75 && g.zphot[0] == 0.1 &&
		    g.zphot[1] == 2 && g.mag[0] == 17 && g.mag[1] == -0.5 && g.weight[0] == 2 &&
		    g.weight[1] == 3);
	free(own);
	/* of the same weight all count alike */
	c.weight[2] = 2;
	scalars_settle(&c);
	assert_null(c.weight);
	assert_int_equal(scalars_with(&c, ESTIMATE_MEAN, &g, &own), 0);
	assert_true(g.n == 2 && !g.weight && g.mag[1] == -0.5);
	free(own);
	assert_int_equal(scalars_with(&c, ESTIMATE_MEDIAN, &g, &own), 0);
	assert_true(g.n == 0);
	free(own);
	scalars_release(&c);
	assert_true(!c.z && c.n == 0);
}

static void columns_of_another_target(void **state)
{
	struct pz_header h = header_of(
		"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"mass\", "
		"\"min\": 0, \"max\": 12, \"bins\": 4, \"left\": 0, \"right\": 0}}");
	struct scalars c = { 0 };
	struct pz_galaxies g;
	double *own;

	(void)state;
	scalars_begin(&c, &h);
	assert_true(scalars_plain(&c));
	/* 2000 is no redshift, but a mass */
	for (int i = 0; i < 1025; i++)
		add(&c, i == 1024 ? "{\"mass\": 9.5, \"z\": 1, \"zphot\": {\"mode\": 9}}"
				  : "{\"mass\": 2000, \"z\": 1, \"zphot\": {\"mode\": -5}}");
	assert_int_equal(c.room, 2048);
	assert_int_equal(scalars_with(&c, ESTIMATE_MODE, &g, &own), 0);
	assert_true(g.plain && g.n == 1025 && g.z[1023] == 2000 && g.z[1024] == 9.5 &&
		    g.zphot[1024] == 9 && g.zphot[0] == -5);
	assert_int_equal(c.without_mag, 1025);
	assert_null(c.weight);
	scalars_release(&c);
	pz_header_release(&h);
}

/* What record_value makes of a number, and the counts behind it. */
static void values_that_are_lacking(void **state)
{
	static const char *const record[] = { "{\"z\": 0.5}", "{}", "{\"z\": -99}", "{\"z\": -999}",
					      "{\"z\": \"x\"}" };
	struct lacking l = { 0 };
	pz_map *m;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		m = map_of(record[i]);
		assert_int_equal(isnan(record_value(m, "z", "z", &l)), i > 0);
		pz_map_free(m);
	}
	assert_true(l.count == 4 && l.sentinels == 2 && l.sentinel == -99);
	m = map_of("{\"z\": -99, \"x\": \"y\", \"w\": 1e100, \"v\": 2e100, \"mag\": 999}");
	FAILS(record_lacks(m, "z"), PZ_EDATA,
	      "z: expected a value, found -99, which means that it is missing");
	FAILS(record_lacks(m, "x"), PZ_EDATA, "x: expected a finite number, found another value");
	FAILS(record_lacks(m, "y"), PZ_EDATA, "y: expected a finite number, found none");
	assert_true(record_weight(m, "w") == 1e100 && isnan(record_weight(m, "v")));
	assert_true(isnan(record_weight(m, "x")));
	assert_true(isnan(record_magnitude(m)));
	pz_map_free(m);
}

static int check(struct whole *w, const char *json)
{
	pz_map *m = map_of(json);
	int rc = whole_check(w, "z", m);

	pz_map_free(m);
	return rc;
}

/* The first galaxy says which estimates there are; without any it should have the mode. */
static void estimates_that_all_must_have(void **state)
{
	struct whole w = { 0 };

	(void)state;
	assert_int_equal(check(&w, "{\"zphot\": {\"mean\": 0.5, \"median\": 0.25}}"), 0);
	assert_int_equal(check(&w, "{\"zphot\": {\"mean\": 0.5, \"median\": 1}}"), 0);
	FAILS(check(&w, "{\"zphot\": {\"mean\": 0.5}}"), PZ_EDATA,
	      "zphot.median: expected a finite number, found none");
	FAILS(check(&w, "{\"zphot\": {\"mean\": 0.5, \"median\": 1, \"mode\": 1}}"), PZ_EDATA,
	      "zphot.mode: expected no value, as in the first galaxy, found one");
	FAILS(check(&w, "{\"zphot\": {\"mean\": -99, \"median\": 1}}"), PZ_EDATA,
	      "zphot.mean: expected a value, found -99, which means that it is missing");
	w = (struct whole){ 0 };
	FAILS(check(&w, "{}"), PZ_EDATA, "zphot.mode: expected a finite number, found none");
	/* one that it must have as well */
	w = (struct whole){ .estimate = { [ESTIMATE_MEDIAN] = true } };
	FAILS(check(&w, "{\"zphot\": {\"mode\": 0.5}}"), PZ_EDATA,
	      "zphot.median: expected a finite number, found none");
	assert_true(w.begun && w.estimate[ESTIMATE_MODE] && !w.estimate[ESTIMATE_MEAN]);
}

/* ---- partners ---- */

static uint64_t hash_of(int id)
{
	char json[32];
	uint64_t hash;
	pz_map *m;

	snprintf(json, sizeof json, "{\"id\": %d}", id);
	m = map_of(json);
	assert_int_equal(record_hash(m, 0, &hash), 0);
	pz_map_free(m);
	return hash;
}

static void find(struct partners *p, int id, int has, int a, int b)
{
	struct partner_value v[2];

	assert_int_equal(partners_find(p, hash_of(id), v), has);
	if (!has)
		return;
	assert_true(pz_value_number(v[0].bytes, v[0].size, -1) == a);
	assert_int_equal(v[1].bytes != NULL, b >= 0);
	assert_int_equal(v[1].size > 0, b >= 0);
	assert_true(b < 0 || pz_value_number(v[1].bytes, v[1].size, -1) == b);
}

/* 100 galaxies from 0 on; number i has a: 1000 i, and b: 3 i where that is odd. */
static void galaxies_wait_for_their_partners(void **state)
{
	static char text[100][64];
	const char *record[100], *const key[] = { "a", "in.b" };
	struct partners p = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(text[i], sizeof text[i],
			 i % 2 ? "{\"id\": %d, \"a\": %d, \"in\": {\"b\": %d}}"
			       : "{\"id\": %d, \"a\": %d}",
			 i, 1000 * i, 3 * i);
		record[i] = text[i];
	}
	stream_of("p.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", record, 100);
	assert_int_equal(partners_open(&p, "p.pz", key, 2), 0);
	find(&p, 0, 1, 0, -1);
	assert_int_equal(p.waiting, 0);
	find(&p, 31, 1, 31000, 93);
	assert_int_equal(p.waiting, 30);
	assert_int_equal(p.room, 64);
	find(&p, 34, 1, 34000, -1);
	assert_int_equal(p.waiting, 32);
	find(&p, 36, 1, 36000, -1);
	assert_int_equal(p.waiting, 33);
	assert_int_equal(p.room, 128);
	assert_true(partners_gave(&p, hash_of(31)) && !partners_gave(&p, hash_of(30)));
	assert_false(partners_gave(&p, hash_of(99)));
	for (int i = 1; i < 100; i += 2) {
		find(&p, i, i != 31, 1000 * i, 3 * i);
		assert_true(partners_gave(&p, hash_of(i)));
	}
	find(&p, 100, 0, 0, 0);
	assert_int_equal(p.waiting, 100 - 50 - 3);
	for (int i = 98; i >= 0; i -= 2)
		find(&p, i, i != 0 && i != 34 && i != 36, 1000 * i, -1);
	assert_int_equal(p.waiting, 0);
	find(&p, 98, 0, 0, 0);
	assert_int_equal(partners_finish(&p), 0);
	partners_close(&p);
	assert_true(!p.slot && !p.in && p.room == 0);
}

static void partners_that_are_two(void **state)
{
	static const char *const key[] = { "a" };
	struct partners p = { 0 };
	struct partner_value v[1];

	(void)state;
	stream("p.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"id\": 1, \"a\": 1}",
	       "{\"id\": \"b\", \"a\": 2}", "{\"id\": \"b\", \"a\": 3}", NULL);
	assert_int_equal(partners_open(&p, "p.pz", key, 1), 0);
	assert_int_equal(partners_find(&p, hash_of(1), v), 1);
	FAILS(partners_finish(&p), PZ_EDATA,
	      "p.pz: record 3 (id b): id: expected one record for each galaxy, found another with "
	      "this id");
	partners_close(&p);
	stream("p.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"a\": 1}", NULL);
	assert_int_equal(partners_open(&p, "p.pz", key, 1), 0);
	FAILS(partners_find(&p, 1, v), PZ_EDATA,
	      "p.pz: record 1 (id none): id: expected an integer or a text");
	partners_close(&p);
	assert_int_equal(partners_open(&p, "none.pz", key, 1), PZ_EIO);
	partners_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_known_once),
		cmocka_unit_test(ids_of_the_same_slot),
		cmocka_unit_test(galaxies_that_come_twice),
		cmocka_unit_test(numbers_with_their_nouns),
		cmocka_unit_test(names_of_one_line),
		cmocka_unit_test(columns_of_galaxies),
		cmocka_unit_test(columns_of_another_target),
		cmocka_unit_test(values_that_are_lacking),
		cmocka_unit_test(estimates_that_all_must_have),
		cmocka_unit_test(galaxies_wait_for_their_partners),
		cmocka_unit_test(partners_that_are_two),
	};

	return cmocka_run_group_tests_name("tables of galaxies", tests, in_folder, out_of_folder);
}
