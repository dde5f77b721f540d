/* bench_fits.c -- seconds in which frames are decoded, and nothing else
 *
 *      bench_fits pzpipe|cfitsio THREADS FILE ...
 *
 * By the library's decoder, or by CFITSIO's, which other programs use. Says the pixels of all files
 * when it is ready. Then every line on standard input is answered by the seconds of a turn: each
 * file opened and read whole, as many at a time as there are threads.
 */
#include <fitsio.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/team.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The number of its pixels. */
static size_t read_frame(const char *path)
{
	struct pz_fits *f = NULL;
	float *pixels = NULL;
	size_t n = 0;
	int rc = pz_fits_open_image(&f, path, NULL);

	if (rc == 0) {
		n = pz_fits_width(f) * pz_fits_height(f);
		pixels = malloc(n * sizeof *pixels);
		rc = pixels ? pz_fits_read_rows(f, 0, pz_fits_height(f), pixels) : PZ_ENOMEM;
	}
	if (rc < 0) {
		fprintf(stderr, "bench_fits: %s: %s\n", path, pz_error_text());
		exit(1);
	}
	free(pixels);
	pz_fits_close(f);
	return n;
}

/* The same by CFITSIO. */
static size_t read_by_cfitsio(const char *path)
{
	long size[2] = { 0 }, first[2] = { 1, 1 };
	fitsfile *f = NULL;
	float *pixels = NULL;
	int status = 0, any = 0;
	size_t n = 0;

	fits_open_image(&f, path, READONLY, &status);
	fits_get_img_size(f, 2, size, &status);
	if (status == 0) {
		n = (size_t)size[0] * (size_t)size[1];
		pixels = malloc(n * sizeof *pixels);
		status = pixels ? 0 : MEMORY_ALLOCATION;
	}
	fits_read_pix(f, TFLOAT, first, (LONGLONG)n, NULL, pixels, &any, &status);
	if (status) {
		fits_report_error(stderr, status);
		exit(1);
	}
	free(pixels);
	fits_close_file(f, &status);
	return n;
}

struct turn {
	size_t (*read)(const char *path);
	char **path;
	atomic_size_t pixels;
};

static void read_one(void *arg, size_t item, size_t thread)
{
	struct turn *t = arg;

	(void)thread;
	t->pixels += t->read(t->path[item]);
}

static size_t read_all(size_t (*read)(const char *path), int threads, char **path, int n)
{
	struct turn t = { .read = read, .path = path };

	pz_team_run((size_t)threads, (size_t)n, read_one, &t);
	return t.pixels;
}

int main(int argc, char **argv)
{
	char line[64];
	int threads = argc > 3 ? atoi(argv[2]) : 0;
	bool ours = argc > 1 && !strcmp(argv[1], "pzpipe");
	size_t (*read)(const char *path) = ours ? read_frame : read_by_cfitsio;

	if (threads < 1) {
		fprintf(stderr, "usage: bench_fits pzpipe|cfitsio THREADS FILE ...\n");
		return 2;
	}
	printf("%zu\n", read_all(read, threads, argv + 3, argc - 3));
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		double begun = now();

		read_all(read, threads, argv + 3, argc - 3);
		printf("%.6g\n", now() - begun);
		fflush(stdout);
	}
	return 0;
}
