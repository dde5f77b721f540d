/* progress.c -- one line that is written over */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <pz/progress.h>

#define INTERVAL 0.2 /* seconds between two writings */
#define WIDTH    24  /* of the bar                   */
#define LINE     256 /* bytes of a line, at most     */

double pz_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *pz_time_text(double seconds, char text[PZ_TIME_TEXT])
{
	double minutes = floor(seconds / 60 + 0.5);

	if (seconds < 1)
		snprintf(text, PZ_TIME_TEXT, "under 1 s");
	else if (seconds < 59.5)
		snprintf(text, PZ_TIME_TEXT, "%.0f s", seconds);
	else if (minutes < 1e9)
		snprintf(text, PZ_TIME_TEXT, "%.0f:%02.0f h", floor(minutes / 60),
			 fmod(minutes, 60));
	else
		snprintf(text, PZ_TIME_TEXT, "a lifetime");
	return text;
}

void pz_progress_begin(struct pz_progress *p, FILE *to, const char *what, const char *unit,
		       double total)
{
	double now = to ? pz_clock() : 0;

	*p = (struct pz_progress){ .to = to,
				   .what = what,
				   .unit = unit,
				   .total = total,
				   .begun = now,
				   .shown = now,
				   .terminal = -1 };
}

/* Whether the line is this tool's. The lock is on a descriptor of its own: the one that the
 * tools of a pipeline inherited is one and the same for all of them. Where a terminal cannot
 * be opened or locked, nobody can be asked, and everyone shows. */
static bool take_line(struct pz_progress *p)
{
	char name[64];

	if (p->terminal >= 0)
		return true;
	if (ttyname_r(fileno(p->to), name, sizeof name) != 0 ||
	    (p->terminal = open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) < 0)
		return true;
	if (flock(p->terminal, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		return true;
	close(p->terminal);
	p->terminal = -1;
	return false;
}

/* Bytes of a line that fit beside the cursor. */
static size_t width_of(FILE *to)
{
	struct winsize size;

	if (ioctl(fileno(to), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_col > LINE)
		return LINE - 1;
	return size.ws_col - 1u;
}

__attribute__((format(printf, 3, 4))) static void append(char line[LINE], size_t *n,
							 const char *format, ...)
{
	va_list args;
	int more;

	va_start(args, format);
	more = vsnprintf(line + *n, LINE - *n, format, args);
	va_end(args);
	*n += more > 0 ? (size_t)more : 0;
	if (*n >= LINE)
		*n = LINE - 1;
}

static void print_progress(const struct pz_progress *p, double now)
{
	double rate = p->done / (now - p->begun);
	size_t n = 0, width = width_of(p->to);
	char line[LINE], time[PZ_TIME_TEXT];

	append(line, &n, "%s ", p->what);
	if (p->total > 0) {
		double share = p->done < p->total ? p->done / p->total : 1;
		int bar = (int)(share * WIDTH);

		append(line, &n, "[%.*s%*s] %3.0f %%", bar, "========================", WIDTH - bar,
		       "", 100 * share);
	} else {
		append(line, &n, "%.0f %s", p->done, p->unit);
	}
	append(line, &n, "  %.*f %s/s", rate < 10, rate, p->unit);
	if (p->total > p->done && rate > 0)
		append(line, &n, "  %s left", pz_time_text((p->total - p->done) / rate, time));
	fprintf(p->to, "\r\033[K%.*s", (int)(n < width ? n : width), line);
	fflush(p->to);
}

void pz_progress_add(struct pz_progress *p, double n)
{
	double now;

	if (!p->to)
		return;
	p->done += n;
	now = pz_clock();
	if (now - p->shown >= INTERVAL && take_line(p)) {
		p->shown = now;
		print_progress(p, now);
	}
}

void pz_progress_clear(const struct pz_progress *p)
{
	if (p->to && p->shown > p->begun) {
		fputs("\r\033[K", p->to);
		fflush(p->to);
	}
}

void pz_progress_end(struct pz_progress *p)
{
	pz_progress_clear(p);
	if (p->to && p->terminal >= 0)
		close(p->terminal); /* and with it the lock */
	p->terminal = -1;
	p->to = NULL;
}
