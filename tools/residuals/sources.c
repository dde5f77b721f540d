/* sources.c -- parses operands */
#include <string.h>

#include <pz/error.h>

#include "../common/names.h"
#include "sources.h"

int sources_parse(const char *operand, struct source *s)
{
	const char *equals = strchr(operand, '='), *slash = strrchr(operand, '/');
	const char *from = operand, *end;

	s->path = operand;
	if (equals && (!strchr(operand, '/') || equals < strchr(operand, '/'))) {
		s->path = equals + 1;
		end = equals;
	} else {
		from = slash ? slash + 1 : operand;
		end = strrchr(from, '.') > from ? strrchr(from, '.') : from + strlen(from);
	}
	if (!*s->path)
		return pz_fail(PZ_EUSAGE, "expected NAME=FILE, found '%s'", operand);
	return name_take(s->name, sizeof s->name, from, (size_t)(end - from), "NAME=FILE",
			 PZ_EUSAGE);
}

int sources_parse_all(char *const *operands, int n, struct source s[SOURCES_MAX])
{
	if (n > SOURCES_MAX)
		return pz_fail(PZ_EUSAGE, "expected at most %d streams, found %d", SOURCES_MAX, n);
	for (int i = 0; i < n; i++) {
		int rc = sources_parse(operands[i], &s[i]);

		for (int k = 0; k < i && rc == 0; k++)
			if (!strcmp(s[i].name, s[k].name))
				rc = pz_fail(PZ_EUSAGE,
					     "two streams are named '%s': name them by NAME=FILE",
					     s[i].name);
		if (rc < 0)
			return rc;
	}
	if (n == 0)
		s[0] = (struct source){ "stdin", "-" };
	return n ? n : 1;
}
