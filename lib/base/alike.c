/* alike.c -- the name that a mistyped one was meant for */
#include <ctype.h>
#include <string.h>

#include <pz/alike.h>

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int at(const char *text, size_t i)
{
	return tolower((unsigned char)text[i]);
}

/* How many letters of a are to be changed, left out, added or exchanged to make b. Rows of
 * the table are those of the prefixes of a; the two before the current one are kept. */
static size_t count_edits(const char *a, const char *b)
{
	size_t row[3][PZ_ALIKE_MAX], n = strlen(a), m = strlen(b);

	for (size_t j = 0; j <= m; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = row[i % 3], *before = row[(i + 2) % 3], *two = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t same = at(a, i - 1) == at(b, j - 1) ? 0 : 1;

			now[j] = least(least(before[j], now[j - 1]) + 1, before[j - 1] + same);
			if (i > 1 && j > 1 && at(a, i - 1) == at(b, j - 2) &&
			    at(a, i - 2) == at(b, j - 1))
				now[j] = least(now[j], two[j - 2] + 1);
		}
	}
	return row[n % 3][m];
}

static void copy(char to[PZ_ALIKE_MAX], const char *text, size_t n)
{
	n = least(n, PZ_ALIKE_MAX - 1);
	memcpy(to, text, n);
	to[n] = '\0';
}

void pz_alike_begin(struct pz_alike *a, const char *word, size_t n)
{
	copy(a->word, word, n);
	a->best[0] = '\0';
	a->distance = strlen(a->word) / 3 + 1; /* one too many */
	if (a->distance < 2)
		a->distance = 2;
}

void pz_alike_try(struct pz_alike *a, const char *name, size_t n)
{
	char text[PZ_ALIKE_MAX];
	size_t found, letters = strlen(a->word);

	copy(text, name, n);
	found = count_edits(a->word, text);
	if (found > 1 && letters > 1 && !strncmp(a->word, text, letters))
		found = 1;
	if (found < a->distance && found < strlen(text)) { /* something must be alike */
		a->distance = found;
		strcpy(a->best, text);
	}
}

void pz_alike_try_list(struct pz_alike *a, const char *list)
{
	while (list) {
		size_t n = strcspn(list, ",");

		pz_alike_try(a, list, n);
		list = list[n] ? list + n + 1 : NULL;
	}
}

const char *pz_alike_best(const struct pz_alike *a)
{
	return a->best[0] ? a->best : NULL;
}

const char *pz_alike_bands(const char *word, char list[PZ_ALIKE_MAX])
{
	size_t n = strlen(word);

	/* There are 17 such letters: where one comes again is seen before the list is full. */
	if (n < 2 || n != strspn(word, "ugrizyUGRIZYJHKBVRI"))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (strchr(word + i + 1, word[i]))
			return NULL;
		list[2 * i] = word[i];
		list[2 * i + 1] = i + 1 < n ? ',' : '\0';
	}
	return list;
}
