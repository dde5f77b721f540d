/* bench_fits.c -- seconds in which frames are decoded, and nothing else
 *
 *      bench_fits THREADS FILE ...
 *
 * Says the pixels of all files when it is ready. Then every line on standard input
 * is answered by the seconds of a turn: each file opened and read whole, as many
 * at a time as there are threads.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
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

struct turn {
	char **path;
	atomic_size_t pixels;
};

static void read_one(void *arg, size_t item, size_t thread)
{
	struct turn *t = arg;

	(void)thread;
	t->pixels += read_frame(t->path[item]);
}

static size_t read_all(int threads, char **path, int n)
{
	struct turn t = { .path = path };

	pz_team_run((size_t)threads, (size_t)n, read_one, &t);
	return t.pixels;
}

int main(int argc, char **argv)
{
	char line[64];
	int threads = argc > 2 ? atoi(argv[1]) : 0;

	if (threads < 1) {
		fprintf(stderr, "usage: bench_fits THREADS FILE ...\n");
		return 2;
	}
	printf("%zu\n", read_all(threads, argv + 2, argc - 2));
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		double begun = now();

		read_all(threads, argv + 2, argc - 2);
		printf("%.6g\n", now() - begun);
		fflush(stdout);
	}
	return 0;
}
