/* progress.c -- one line that is written over */
#include <math.h>
#include <time.h>

#include <pz/progress.h>

#define INTERVAL 0.2 /* seconds between two writings */
#define WIDTH    24  /* of the bar                   */

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

	*p = (struct pz_progress){
		.to = to, .what = what, .unit = unit, .total = total, .begun = now, .shown = now
	};
}

static void show(const struct pz_progress *p, double now)
{
	double rate = p->done / (now - p->begun);
	char time[PZ_TIME_TEXT];

	fprintf(p->to, "\r\033[K%s ", p->what);
	if (p->total > 0) {
		double share = p->done < p->total ? p->done / p->total : 1;
		int bar = (int)(share * WIDTH);

		fprintf(p->to, "[%.*s%*s] %3.0f %%", bar, "========================", WIDTH - bar,
			"", 100 * share);
	} else {
		fprintf(p->to, "%.0f %s", p->done, p->unit);
	}
	fprintf(p->to, "  %.*f %s/s", rate < 10, rate, p->unit);
	if (p->total > p->done && rate > 0)
		fprintf(p->to, "  %s left", pz_time_text((p->total - p->done) / rate, time));
	fflush(p->to);
}

void pz_progress_add(struct pz_progress *p, double n)
{
	double now;

	if (!p->to)
		return;
	p->done += n;
	now = pz_clock();
	if (now - p->shown >= INTERVAL) {
		p->shown = now;
		show(p, now);
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
	p->to = NULL;
}
