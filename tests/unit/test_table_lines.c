/* test_table_lines.c -- lines of a text file for the galaxies of a table: in the table's order, in
 * any other, from a pipe; and p(z) from files that do not fit the table */
#include <sys/stat.h>

#include "../../tools/table/from_lines.h"
#include "json_map.h"

/* ---- lines */

static struct pz_catalogue_row row_of(int64_t id, const char *name)
{
	struct pz_catalogue_row row = { .id = id };

	snprintf(row.name, sizeof row.name, "%s", name);
	return row;
}

/* The second cell of the line of that id; -1: there is none. */
static int cell_of(struct lines *l, int64_t id, const char *name)
{
	struct pz_catalogue_row row = row_of(id, name);
	int rc = lines_find(l, &row);

	if (rc < 0)
		fail_msg("%s", pz_error_text());
	return rc ? atoi(l->table->cell[1]) : -1;
}

static void lines_in_the_order_of_the_table(void **state)
{
	struct lines l;
	uint64_t others = 9;

	(void)state;
	write_text("l.csv", "3,30\n-4,40\na b,50\n\xe9,60\n");
	assert_int_equal(lines_open(&l, "l.csv"), 0);
	assert_int_equal(cell_of(&l, 3, ""), 30);
	assert_int_equal(cell_of(&l, -4, ""), 40);
	assert_int_equal(cell_of(&l, 0, "a b"), 50);
	assert_int_equal(cell_of(&l, 0, "\xc3\xa9"), 60);
	assert_null(l.index);
	assert_int_equal(l.found, 4);
	assert_int_equal(lines_end(&l, &others), 0);
	assert_int_equal(others, 0);
	lines_close(&l);
	assert_int_equal(lines_open(&l, "none.csv"), PZ_EIO);
	lines_close(&l);
}

/* Line i of 1000 has the id 7 i mod 1009, and i as its number. */
static void lines_in_any_order(void **state)
{
	struct lines l;
	uint64_t others = 9;
	FILE *to = fopen("l.csv", "w");

	(void)state;
	for (int i = 1; i <= 1000; i++)
		fprintf(to, "%d,%d\n", 7 * i % 1009, i);
	fclose(to);
	assert_int_equal(lines_open(&l, "l.csv"), 0);
	/* the first two in order, then backwards */
	assert_int_equal(cell_of(&l, 7, ""), 1);
	assert_int_equal(cell_of(&l, 14, ""), 2);
	for (int i = 1000; i >= 5; i--)
		assert_int_equal(cell_of(&l, 7 * i % 1009, ""), i);
	assert_int_equal(l.indexed, 1000);
	assert_int_equal(l.room, 2048);
	assert_int_equal(cell_of(&l, 7 * 1005 % 1009, ""), -1);
	assert_int_equal(cell_of(&l, 7, "7"), -1);
	assert_int_equal(lines_end(&l, &others), 0);
	assert_int_equal(others, 2);
	assert_int_equal(cell_of(&l, 21, ""), 3);
	assert_int_equal(cell_of(&l, 21, ""), 3);
	assert_int_equal(lines_end(&l, &others), 0);
	assert_int_equal(others, 1);
	lines_close(&l);
}

static void the_room_of_the_index(void **state)
{
	(void)state;
	for (int n = 512; n <= 513; n++) {
		struct lines l;
		FILE *to = fopen("l.csv", "w");

		for (int i = 0; i < n; i++)
			fprintf(to, "%d,%d\n", i, i + 5);
		fclose(to);
		assert_int_equal(lines_open(&l, "l.csv"), 0);
		assert_int_equal(cell_of(&l, n - 1, ""), n + 4);
		assert_int_equal(l.room, n == 512 ? 1024 : 2048);
		for (int i = 0; i < n; i++)
			assert_int_equal(cell_of(&l, i, ""), i + 5);
		lines_close(&l);
	}
	/* a file without lines has no galaxy */
	{
		struct lines l;
		uint64_t others = 9;

		write_text("l.csv", "\n");
		assert_int_equal(lines_open(&l, "l.csv"), 0);
		assert_int_equal(cell_of(&l, 1, ""), -1);
		assert_int_equal(lines_end(&l, &others), 0);
		assert_int_equal(others, 0);
		lines_close(&l);
	}
}

static void lines_that_the_table_does_not_have(void **state)
{
	struct lines l;
	uint64_t others = 9;

	(void)state;
	write_text("l.csv", "7,1\n8,2\n9,3\n10,4\n");
	assert_int_equal(lines_open(&l, "l.csv"), 0);
	assert_int_equal(cell_of(&l, 7, ""), 1);
	assert_int_equal(lines_end(&l, &others), 0);
	assert_int_equal(others, 3);
	lines_close(&l);
	assert_int_equal(lines_open(&l, "l.csv"), 0);
	assert_int_equal(cell_of(&l, 11, ""), -1);
	FAILS(lines_end(&l, &others), PZ_EDATA,
	      "l.csv: line 1: id 7: the table has no galaxy with this id");
	assert_int_equal(others, 4);
	lines_close(&l);
	/* of a table without any galaxy */
	assert_int_equal(lines_open(&l, "l.csv"), 0);
	FAILS(lines_end(&l, &others), PZ_EDATA,
	      "l.csv: line 1: id 7: the table has no galaxy with this id");
	lines_close(&l);
	write_text("l.csv", "5,1\n6,2\n# here\n5,3\n");
	assert_int_equal(lines_open(&l, "l.csv"), 0);
	{
		struct pz_catalogue_row row = row_of(6, "");

		FAILS(lines_find(&l, &row), PZ_EDATA,
		      "l.csv: line 4: the id is the same as in line 1");
	}
	lines_close(&l);
	write_text("l.csv", "5,1\n,2\n");
	assert_int_equal(lines_open(&l, "l.csv"), 0);
	assert_int_equal(cell_of(&l, 5, ""), 1);
	assert_int_equal(lines_end(&l, &others), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "l.csv: line 2: "));
	lines_close(&l);
}

/* Opens a pipe that another process fills. */
static pid_t open_pipe(struct lines *l, const char *text)
{
	pid_t child;

	unlink("pipe");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	fflush(NULL);
	if ((child = fork()) == 0) {
		FILE *to = fopen("pipe", "w");

		if (to)
			fputs(text, to);
		_exit(!to || fclose(to) != 0);
	}
	assert_int_equal(lines_open(l, "pipe"), 0);
	return child;
}

static void lines_of_a_pipe_come_in_order(void **state)
{
	struct lines l;
	uint64_t others;
	int status;
	pid_t child = open_pipe(&l, "1,10\n2,20\n3,30\n");

	(void)state;
	assert_int_equal(cell_of(&l, 1, ""), 10);
	assert_int_equal(cell_of(&l, 9, ""), -1);
	assert_int_equal(cell_of(&l, 2, ""), 20);
	FAILS(lines_end(&l, &others), PZ_EDATA,
	      "pipe: line 3: id 3: the table has no galaxy with this id, or has it before the "
	      "galaxies of the lines above (lines of a regular file may have any order)");
	lines_close(&l);
	waitpid(child, &status, 0);
	child = open_pipe(&l, "1,10\n");
	assert_int_equal(cell_of(&l, 1, ""), 10);
	assert_int_equal(cell_of(&l, 2, ""), -1);
	assert_int_equal(lines_end(&l, &others), 0);
	lines_close(&l);
	waitpid(child, &status, 0);
}

/* ---- p(z) of lines and columns */

#define FROM "fromtable --grid 0,0.4,4 -o no.pz "

static void lines_that_are_no_pz(void **state)
{
	(void)state;
	write_text("t.csv", "id,z\n7,0.1\n8,0.2\n");
	write_text("p.csv", "7,0.5,0.5,0\n8,0.5,0.5,0\n");
	run_badly(fromtable_main, FROM "--pz p.csv t.csv", 4,
		  "p.csv: line 1: expected 4 probabilities, as the grid has bins, found 3 (--grid, "
		  "or --pz-grid for those on another one)");
	run_badly(fromtable_main, FROM "--pz p.csv --pz-grid bins:0,0.4,2 t.csv", 4,
		  "p.csv: p(z): expected a number for each bin, found 3 numbers in a row and 3 in "
		  "--pz-grid");
	write_text("p.csv", "7,0.5,0.5,0,\n8,0.5,0.5,0,0\n");
	run_badly(fromtable_main, FROM "--pz p.csv t.csv", 1,
		  "p.csv: line 1: expected a number, found ''");
	write_text("p.csv", "7,0.5,0.5,0,0\n8,0.5,0.5,0x,0\n");
	run_badly(fromtable_main, FROM "--pz p.csv t.csv", 1,
		  "p.csv: line 2: expected a number, found '0x'");
	run_badly(fromtable_main, FROM "--pz none.csv t.csv", 1,
		  "none.csv: No such file or directory (--pz names columns of the table, or a "
		  "file)");
	write_text("p.csv", "7,0.5,0.5,0,0\n8,0.5,0.75,0,0\n");
	run_badly(fromtable_main, FROM "--pz p.csv t.csv", 1,
		  "row 2: p(z): expected the sum 1, found 1.25 (--scale-pz divides by the sum; "
		  "--pz-is says that the numbers are density, loglike or chi2)");
	run_badly(fromtable_main, FROM "--pz a..c t.csv", 1, "'a'");
	run_badly(fromtable_main, FROM "--pz p[2] t.csv", 1, "'p[2]'");
	run_badly(fromtable_main, FROM "--pz a,b t.csv", 1, "'a'");
}

/* A file of the name of a column is not looked at; one of a list of columns is. */
static void columns_before_files(void **state)
{
	double p[4];

	(void)state;
	write_text("t.csv", "id,z,a,b,c,d\n7,0.1,0.5,0.25,0.125,0.125\n8,0.2,0,0,0,1\n");
	write_text("a", "7,1,0,0,0\n");
	run_well(fromtable_main, "fromtable --grid 0,0.4,4 --pz a..d t.csv -o t.pz");
	assert_int_equal(numbers("t.pz", 0, "pz", p, 4), 4);
	assert_true(p[0] == 0.5 && p[1] == 0.25 && p[3] == 0.125);
	run_badly(fromtable_main, FROM "--pz a t.csv", 4,
		  "expected 4 probabilities, as the grid "
		  "has bins, found 1");
	write_text("a,b", "8,1,0,0,0\n");
	run_well(fromtable_main, "fromtable --grid 0,0.4,4 --pz a,b t.csv -o t.pz");
	assert_non_null(strstr(contents("stderr"), "1 galaxy has no p(z) and was left out"));
	assert_int_equal(numbers("t.pz", 0, "pz", p, 4), 4);
	assert_true(p[0] == 1 && number("t.pz", 0, "id") == 8);
}

/* Numbers of one galaxy that are none: counted, and named by their kind. */
static void galaxies_without_a_pz_are_counted(void **state)
{
	(void)state;
	write_text("t.csv",
		   "id,z,photoz\n1,0.1,0.15\n2,0.2,\n3,0.3,\n4,0.1,0.25\n5,0.1,\n6,0.1,\n");
	write_text("p.csv", "1,nan,0,0,1\n2,nan,0,1,0\n3,-1,0,2,0\n4,nan,nan,nan,nan\n"
			    "5,1,0,0,0\n9,1,0,0,0\n8,1,0,0,0\n");
	run_well(fromtable_main, "fromtable --grid 0,0.4,4 --pz p.csv t.csv -o t.pz");
	assert_string_equal(
		contents("stderr"),
		"fromtable: 2 lines of p(z) are of galaxies that the table does not have\n"
		"fromtable: 1 galaxy has no p(z) and was left out\n"
		"fromtable: 4 galaxies have numbers that are no p(z) (1 all NaN, 2 NaN in some "
		"bins, "
		"1 a number below 0): 2 without an estimate were left out, 2 with an estimate were "
		"kept without p(z)\n");
	assert_string_equal(records("t.pz"),
			    "{\"id\":1,\"z\":0.1,\"zphot\":{\"mode\":0.15,\"mean\":0.15,\"median\":"
			    "0.15}}\n"
			    "{\"id\":4,\"z\":0.1,\"zphot\":{\"mode\":0.25,\"mean\":0.25,\"median\":"
			    "0.25}}\n"
			    "{\"id\":5,\"z\":0.1,\"pz\":{\"bytes\":16},\"zphot\":{\"mode\":0.05,"
			    "\"mean\":0.05,\"median\":0.05}}\n");
	run_badly(fromtable_main, FROM "--strict --pz p.csv t.csv", 1,
		  "row 1: p(z): expected one, because of --strict, found NaN in some bins");
}

/* A normal distribution of which some lies outside of the grid is scaled, and that is said. */
static void what_lies_outside_is_said(void **state)
{
	(void)state;
	write_text("t.csv", "id,z,m,s\n1,0.1,0.4,0.01\n2,0.2,0.2,0.001\n3,0.2,0.4,0.02\n");
	run_well(fromtable_main,
		 "fromtable --grid 0,0.4,4 --pz m,s --pz-is normal --scale-pz t.csv "
		 "-o t.pz");
	assert_string_equal(contents("stderr"),
			    "fromtable: 2 p(z) have more than 1 % outside of the grid, the most 50 "
			    "%: what lies within was scaled\n");
	run_badly(fromtable_main, FROM "--pz m,s --pz-is normal t.csv", 1,
		  "row 1: p(z): expected all of it within the grid, from 0 to 0.4, found 0.5 of it "
		  "outside");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_in_the_order_of_the_table),
		cmocka_unit_test(lines_in_any_order),
		cmocka_unit_test(the_room_of_the_index),
		cmocka_unit_test(lines_that_the_table_does_not_have),
		cmocka_unit_test(lines_of_a_pipe_come_in_order),
		cmocka_unit_test(lines_that_are_no_pz),
		cmocka_unit_test(columns_before_files),
		cmocka_unit_test(galaxies_without_a_pz_are_counted),
		cmocka_unit_test(what_lies_outside_is_said),
	};

	return cmocka_run_group_tests_name("lines of p(z)", tests, in_folder, out_of_folder);
}
