/* left_out.c -- counts, and messages that say what to do */
#include <stdio.h>
#include <string.h>

#include <pz/alike.h>
#include <pz/error.h>

#include "../common/counted.h"
#include "left_out.h"

int left_out_note(struct left_out *l, bool strict, const char *missing)
{
	if (strict)
		return pz_fail(PZ_EDATA, "%s: expected a number to compare galaxies by, found none",
			       missing);
	if (l->unmeasured++ == 0)
		snprintf(l->missing, sizeof l->missing, "%s", missing);
	return 0;
}

#define ADVICE_MAX (PZ_ALIKE_MAX + 32)

/* What to do where records lack this number; "" where nothing is known. */
static const char *give_advice(const char *missing, const char *magnitudes, char text[ADVICE_MAX])
{
	char list[PZ_ALIKE_MAX];

	*text = '\0';
	if (!strcmp(missing, "ebv"))
		return "; cutout --columns ebv=NAME takes E(B-V) from the catalogue";
	if (magnitudes && !strcmp(missing, magnitudes) && pz_alike_bands(missing, list))
		snprintf(text, ADVICE_MAX, "; did you mean --magnitudes %s?", list);
	return text;
}

void left_out_say(const struct left_out *l, const struct tool *t, const char *name,
		  const char *target, const char *magnitudes)
{
	char text[ADVICE_MAX];

	say_lacking(t, name, target, &l->without_z);
	if (l->off_grid)
		tool_say(t, "%s: %s left out: '%s' is outside of the range of the grid", name,
			 COUNTED(l->off_grid, "galaxy was", "galaxies were"), target);
	if (l->unmeasured)
		tool_say(t, "%s: %s left out: a number is missing, '%s' in the first%s", name,
			 COUNTED(l->unmeasured, "galaxy was", "galaxies were"), l->missing,
			 give_advice(l->missing, magnitudes, text));
}
