/* pace.c -- decides when a message about the expected time is due */
#include "pace.h"

#define MEASURED 10  /* steps from which the time is predicted              */
#define PATIENCE 5   /* seconds, after which fewer steps suffice            */
#define SILENCE  180 /* seconds from one message to the next                */

void pace_begin(struct pace *p, double total, double now)
{
	*p = (struct pace){ .total = total, .begun = now, .said = now };
}

/* Whether the whole time can be predicted at this step. */
static bool is_measured(const struct pace *p, double now)
{
	double steps = p->total * (double)p->steps / p->done; /* of all */

	return p->steps > MEASURED || now - p->begun >= PATIENCE || steps <= 2 * MEASURED;
}

enum pace_word pace_add(struct pace *p, double n, double now)
{
	p->done += n;
	p->steps++;
	if (p->steps == 1) {
		p->begun = p->said = now;
		p->from = p->done;
		return PACE_NOTHING;
	}
	if (!p->told && p->done < p->total && is_measured(p, now)) {
		p->told = true;
		p->said = now;
		return PACE_EXPECTED;
	}
	if (now - p->said < SILENCE)
		return PACE_NOTHING;
	p->said = now;
	return PACE_STILL;
}

double pace_left(const struct pace *p, double now)
{
	double done = p->done - p->from;

	return done > 0 && now > p->begun ? (p->total - p->done) * (now - p->begun) / done : 0;
}
