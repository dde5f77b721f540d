/* test_cutout_strips.c -- which field and strip a galaxy is cut from, and what a strip has in
 * memory
 */
#include "../../lib/cutout/strip.h"
#include "small_frames.h"

#define FIELDS 4
#define ASKED  200

static const char *const bands[] = { "g", "r" };

/* -- fields */

static const struct {
	long width, height;
	double x, y; /* where its first pixel lies, in pixels of the first field */
} shape[FIELDS] = { { 60, 40, 0, 0 }, { 60, 40, 31, 7 }, { 60, 40, 31, 7 }, { 34, 80, 20, -9 } };

/* How deep a place of the first field lies in another one. */
static float depth_in(int field, const double at[2])
{
	double x = at[0] - shape[field].x, y = at[1] - shape[field].y;

	return (float)fmin(fmin(x + 0.5, (double)shape[field].width - 0.5 - x),
			   fmin(y + 0.5, (double)shape[field].height - 0.5 - y));
}

/* The `turn`-th field of a place in order of depth, then of number; -1: there are not so many. */
static int field_of(const double at[2], int turn)
{
	for (int found = 0, before = -1;; found++) {
		int best = -1;

		for (int f = 0; f < FIELDS; f++) {
			float d = depth_in(f, at), b = before < 0 ? INFINITY : depth_in(before, at);
			bool later = d < b || (d == b && f > before);

			if (d >= 0 && later && (best < 0 || d > depth_in(best, at)))
				best = f;
		}
		if (best < 0 || found == turn)
			return best;
		before = best;
	}
}

/* Places drawn so that none is near an edge or nearly as deep in two fields that are not alike. */
static void draw_places(double at[ASKED][2], double radec[ASKED][2])
{
	struct test_wcs w = north_up(150, 20, 0, 0);
	struct pz_random r;

	pz_random_init(&r, 5, 0);
	for (int i = 0; i < ASKED; i++) {
		/* at thirds of a pixel, which are not as deep from either side */
		at[i][0] = floor(110 * pz_random_uniform(&r)) - 8 + 0.11;
		at[i][1] = floor(110 * pz_random_uniform(&r)) - 20 + 0.32;
		test_wcs_sky(&w, at[i], radec[i]);
	}
}

/* Galaxies are at the `turn`-th of their fields, in order of field and number. */
static void are_placed(const struct cutout_index *x, double at[ASKED][2], int turn)
{
	size_t n = 0;

	for (int f = 0; f < FIELDS; f++)
		for (uint32_t i = 0; i < ASKED; i++) {
			const struct placed *p = &x->placed[n];

			if (field_of(at[i], turn) != f)
				continue;
			assert_true(n++ < x->count);
			assert_int_equal(p->galaxy, i);
			assert_int_equal(p->field, f);
			assert_int_equal(p->strip, 0);
			assert_int_equal(p->more, field_of(at[i], turn + 1) >= 0);
			assert_true(fabsf(p->depth - depth_in(f, at[i])) < 1e-4F);
		}
	assert_int_equal(n, x->count);
}

static void galaxies_go_from_field_to_field(void **state)
{
	const struct pz_cutout_options o = { .size = 3 };
	static double at[ASKED][2], radec[ASKED][2];
	struct pz_frames *frames;
	struct cutout_index x;

	(void)state;
	draw_places(at, radec);
	for (int f = 0; f < FIELDS; f++) {
		struct test_wcs w = north_up(150, 20, -shape[f].x, -shape[f].y);
		char name[20];

		snprintf(name, sizeof name, "deep-%c-%d.fits", f == 1 ? 'r' : 'g', f);
		write_bytes(name, shape[f].width, shape[f].height, &w,
			    f ? "BUNIT   = 'adu'" : "BUNIT   = 'nJy'");
	}
	for (int threads = 1; threads < 4; threads += 2) {
		pz_threads_use(threads);
		assert_int_equal(pz_frames_find(&frames, "deep-%b-*.fits", bands, 2), 0);
		assert_int_equal(pz_frames_fields(frames), FIELDS);
		assert_int_equal(pz_cutout_reference_band(frames, 0), 0);
		assert_int_equal(pz_cutout_reference_band(frames, 1), 1);
		assert_int_equal(pz_cutout_index(&x, frames, &o, ASKED, radec[0]), 0);
		assert_true(x.count > 50 && x.count < ASKED);
		assert_true(fabs(x.pixscale - 0.4) < 1e-6);
		assert_string_equal(x.unit, "nJy");
		assert_string_equal(x.zeropoint, "");
		are_placed(&x, at, 0);
		for (int turn = 1; turn < FIELDS + 1; turn++) {
			struct placed *before = malloc((x.count + 1) * sizeof *before);
			size_t n = 0;

			assert_non_null(before);
			/* backwards, for they are sorted */
			for (size_t i = x.count; i-- > 0;)
				if (x.placed[i].more)
					before[n++] = x.placed[i];
			assert_int_equal(pz_cutout_index_again(&x, frames, &o, radec[0], before, n),
					 0);
			assert_int_equal(x.count, n);
			are_placed(&x, at, turn);
			free(before);
		}
		assert_true(x.count == 0 && fabs(x.pixscale - 0.4) < 1e-6);
		pz_cutout_index_release(&x);
		pz_frames_free(frames);
	}
	pz_threads_use(0);
}

/* What stamps are in is said by the first field that has a galaxy. */
static void the_first_field_that_is_used(void **state)
{
	const struct pz_cutout_options o = { .size = 3 };
	struct test_wcs w[2] = { north_up(20, 0, 30, 20), north_up(21, 0, 30, 20) };
	const double second[2] = { 21, 0 };
	struct pz_frames *frames;
	struct cutout_index x;

	(void)state;
	w[1].cd[0][0] *= 2;
	write_bytes("first-g-0.fits", 60, 40, &w[0], "BUNIT   = 'nJy'");
	write_bytes("first-g-1.fits", 60, 40, &w[1], "MAGZPT  = 25.5");
	assert_int_equal(pz_frames_find(&frames, "first-%b-*.fits", bands, 1), 0);
	assert_int_equal(pz_cutout_index(&x, frames, &o, 1, second), 0);
	assert_int_equal(x.count, 1);
	assert_int_equal(x.placed[0].field, 1);
	assert_true(fabs(x.pixscale - 0.4 * sqrt(2)) < 1e-6);
	assert_string_equal(x.unit, "");
	assert_string_equal(x.zeropoint, "MAGZPT");
	pz_cutout_index_release(&x);
	pz_frames_free(frames);
}

/* A frame on no sky, and one without a WCS: which, and why. */
static void frames_without_a_place(void **state)
{
	const struct pz_cutout_options o = { .size = 3 };
	struct test_wcs w = north_up(20, 0, 1e7, 20);
	const double here[2] = { 20, 0 };
	struct pz_frames *frames;
	struct cutout_index x;

	(void)state;
	write_bytes("none-g.fits", 60, 40, NULL, NULL);
	assert_int_equal(pz_frames_find(&frames, "none-%b.fits", bands, 1), 0);
	assert_int_equal(pz_cutout_index(&x, frames, &o, 1, here), PZ_EDATA);
	assert_string_equal(pz_error_text(), "none-g.fits: HDU 0 has no WCS (CTYPE1 missing)");
	pz_cutout_index_release(&x);
	/* Aitoff's map ends before this image begins */
	write_bytes("none-g.fits", 60, 40, &w, NULL);
	{
		FILE *to = fopen("none-g.fits", "r+b");
		char header[2880], *at;

		assert_int_equal(fread(header, 1, sizeof header, to), sizeof header);
		while ((at = memmem(header, sizeof header, "-TAN", 4)))
			memcpy(at, "-AIT", 4);
		assert_int_equal(fseek(to, 0, SEEK_SET), 0);
		fwrite(header, 1, sizeof header, to);
		assert_int_equal(fclose(to), 0);
	}
	assert_int_equal(pz_cutout_index(&x, frames, &o, 1, here), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "none-g.fits: HDU 0: its WCS puts neither the border nor "
			    "the centre of the image on the sky");
	pz_cutout_index_release(&x);
	pz_frames_free(frames);
}

/* -- strips */

#define BIG 2100 /* pixels a side: three strips of 700 rows */

/* Galaxies of two small fields, the second of which lacks a band, and of a large one, by pixel. */
static const struct {
	double ra, x, y;
	size_t strip; /* of all */
} galaxy[] = {
	{ 41, 30, 22, 1 },     { 42, 1000, 699.4, 2 }, { 40, 20, 30, 0 },
	{ 42, 50, 1399.6, 4 }, { 42, 800, 699.6, 3 },  { 42, 10, 11, 2 },
	{ 40, 21.5, 12, 0 },   { 42, 600, 1399.4, 3 }, { 42, 44, 2099.4, 4 },
};
#define GALAXIES (sizeof galaxy / sizeof *galaxy)

static double radec[GALAXIES][2];

static struct pz_frames *write_fields(void)
{
	static struct pz_frames *frames;

	for (int f = 0; f < 3; f++)
		for (int b = 0; b < 2; b++) {
			struct test_wcs w = north_up(40 + f, 10, 30, 20);
			char name[20];

			snprintf(name, sizeof name, "strip-%s-%d.fits", bands[b], f);
			if (f != 1 || b == 1)
				write_bytes(name, f < 2 ? 60 : BIG, f < 2 ? 50 : BIG, &w, NULL);
		}
	for (size_t i = 0; i < GALAXIES; i++) {
		struct test_wcs w = north_up(galaxy[i].ra, 10, 30, 20);

		test_wcs_sky(&w, (double[2]){ galaxy[i].x, galaxy[i].y }, radec[i]);
	}
	assert_int_equal(pz_frames_find(&frames, "strip-%b-*.fits", bands, 2), 0);
	return frames;
}

/* A strip has its galaxies in order, their maps, and the rows that these reach. */
static void holds(const struct loader *l, const struct strip *s, double reach)
{
	size_t n = 0;

	for (size_t i = 0; i < GALAXIES; i++) {
		if (galaxy[i].strip != s->number)
			continue;
		assert_true(n < s->n);
		assert_int_equal(s->item[n].galaxy, i);
		for (int b = 0; b < 2; b++) {
			const struct stamp_map *m = &s->map[(size_t)b * s->n + n];
			const struct frame_rows *rows = &s->rows[b];
			double y = galaxy[i].y, high = (double)s->field->frame[1].height - 1;

			if (s->number == 1 && b == 0) {
				assert_int_equal(m->kind, MAP_NONE);
				assert_int_equal(rows->window.rows, 0);
				assert_null(s->field->frame[0].wcs);
				continue;
			}
			assert_int_equal(m->kind, MAP_AFFINE);
			assert_true(fabs(m->c[0][0] - galaxy[i].x) < 1e-5 &&
				    fabs(m->c[1][0] - y) < 1e-5);
			assert_true((double)rows->window.y0 <= fmax(y - reach - 8, 0));
			assert_true((double)(rows->window.y0 + rows->window.rows) - 1 >=
				    fmin(y + reach + 8, high));
			for (long k = 0; k < rows->window.rows; k++) {
				long at = (rows->window.y0 + k) * rows->window.width;

				assert_true(rows->window.pixels[k * rows->window.width] ==
					    (float)(at % 250 + 1));
			}
		}
		n++;
	}
	assert_int_equal(s->n, n);
	assert_int_equal(s->missing, s->number == 1);
	assert_int_equal(s->first, s->number < 3);
	assert_int_equal(s->last, s->number < 2 || s->number == 4);
	assert_int_equal(s->field->number, s->number < 3 ? s->number : 2);
	assert_int_equal(s->field->reference, s->number == 1);
	assert_int_equal(s->field->n, ((const size_t[]){ 2, 1, 6, 6, 6 })[s->number]);
	assert_true(s->left == 0 && s->at == 0 && s->uncut == n && s->failure.code == 0);
	assert_true(l->done[0] == s->number + 1 && l->done[1] == s->number + 1);
}

static void strips_follow_each_other(void **state)
{
	static struct loader l;
	struct pz_frames *frames = write_fields();
	struct cutout_index x;

	(void)state;
	for (int sky = 0; sky < 2; sky++) {
		struct pz_cutout_options o = { .size = 5, .sky = sky, .sky_outer = 12 };

		assert_int_equal(pz_cutout_index(&x, frames, &o, GALAXIES, radec[0]), 0);
		assert_int_equal(x.count, GALAXIES);
		x.step = 0.4;
		pz_loader_init(&l, frames, &o, radec[0], &x);
		for (size_t i = 0; i < 5; i++) {
			struct strip *s;

			assert_true(pz_strip_can_begin(&l));
			s = pz_strip_begin(&l);
			assert_int_equal(s->number, i);
			assert_int_equal(s->left, 2);
			for (int b = 0; b < 2; b++) {
				pz_strip_load(&l, s, b);
				assert_int_equal(s->left, 1 - b);
			}
			/* files are closed with the last strip of a field */
			assert_int_equal(s->field->frame[1].file != NULL, i == 2 || i == 3);
			holds(&l, s, sky ? 30 : 2.5);
			/* there is room for two */
			assert_int_equal(pz_strip_can_begin(&l), i == 0);
			if (i > 0)
				pz_strip_release(&l);
			/* nothing is left of a field that is done with */
			if (i == 2)
				assert_null(l.field[1].frame[1].wcs);
			if (i == 3 || i == 4)
				assert_non_null(l.field[0].frame[1].wcs);
		}
		assert_false(pz_strip_can_begin(&l));
		pz_crew_end(&l.crew);
		pz_loader_release(&l);
		pz_cutout_index_release(&x);
	}
	pz_frames_free(frames);
}

/* A strip whose frames have the wrong unit says so, of the band that comes first. */
static void strips_that_fail(void **state)
{
	static struct loader l;
	struct pz_frames *frames;
	struct pz_cutout_options o = { .size = 5 };
	struct test_wcs w = north_up(40, 10, 30, 20);
	const double place[2] = { 40, 10 };
	struct cutout_index x;
	struct strip *s;

	(void)state;
	write_bytes("wrong-g.fits", 60, 50, &w, "BUNIT   = 'adu'");
	write_bytes("wrong-r.fits", 60, 50, &w, "BUNIT   = 'nJy'");
	assert_int_equal(pz_frames_find(&frames, "wrong-%b.fits", bands, 2), 0);
	assert_int_equal(pz_cutout_index(&x, frames, &o, 1, place), 0);
	x.step = 0.4;
	strcpy(x.unit, "count");
	pz_loader_init(&l, frames, &o, place, &x);
	s = pz_strip_begin(&l);
	for (int b = 0; b < 2; b++)
		pz_strip_load(&l, s, b);
	assert_int_equal(s->failure.code, PZ_EDATA);
	assert_int_equal(s->failure.at, 0);
	assert_non_null(strstr(s->failure.text, "wrong-g.fits: HDU 0: BUNIT: expected 'count'"));
	assert_true(s->broken && s->left == 0);
	pz_strip_release(&l);
	pz_crew_end(&l.crew);
	pz_loader_release(&l);
	pz_cutout_index_release(&x);
	pz_frames_free(frames);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(galaxies_go_from_field_to_field),
		cmocka_unit_test(the_first_field_that_is_used),
		cmocka_unit_test(frames_without_a_place),
		cmocka_unit_test(strips_follow_each_other),
		cmocka_unit_test(strips_that_fail),
	};

	return cmocka_run_group_tests_name("strips", tests, enter_own_folder, leave_own_folder);
}
