/* text.c -- UTF-8, and nothing that drives a terminal */
#include <string.h>

#include <pz/text.h>

static size_t size_by_first(unsigned char first)
{
	return first < 0x80   ? 1
	       : first < 0xc2 ? 0
	       : first < 0xe0 ? 2
	       : first < 0xf0 ? 3
	       : first < 0xf5 ? 4
			      : 0;
}

size_t pz_text_utf8(const void *text, size_t n, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = text;
	size_t size = n > 0 ? size_by_first(*s) : 0;

	if (size == 0 || size > n)
		return 0;
	*point = size == 1 ? *s : *s & (0xffu >> (size + 1));
	for (size_t i = 1; i < size; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (s[i] & 0x3f);
	}
	if (*point < least[size] || *point > 0x10ffff || (*point >= 0xd800 && *point < 0xe000))
		return 0;
	return size;
}

bool pz_text_is_utf8(const char *text, size_t n)
{
	uint32_t point;
	size_t size;

	for (size_t i = 0; i < n; i += size)
		if ((size = pz_text_utf8(text + i, n - i, &point)) == 0)
			return false;
	return true;
}

size_t pz_text_cut(const char *text, size_t most)
{
	size_t n = strnlen(text, most + 1), begin;
	uint32_t point;

	if (n <= most)
		return n;
	for (begin = most; begin > 0 && most - begin < 4; begin--)
		if (pz_text_utf8(text + begin - 1, strnlen(text + begin - 1, 4), &point) >
		    most - begin + 1)
			return begin - 1;
	return most;
}

bool pz_text_is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

bool pz_text_shows(uint32_t point)
{
	return !pz_text_is_control(point) && point != 0x2028 && point != 0x2029;
}

bool pz_text_is_line(const char *text)
{
	size_t n = strlen(text), size = 1;
	uint32_t point = 0;

	for (; n > 0; text += size, n -= size)
		if ((size = pz_text_utf8(text, n, &point)) == 0 || !pz_text_shows(point))
			return false;
	return true;
}

size_t pz_text_print(const char *text, size_t n, char instead, FILE *to)
{
	size_t printed = 0, size;
	uint32_t point = 0;

	for (size_t i = 0; i < n; i += size ? size : 1, printed++) {
		size = pz_text_utf8(text + i, n - i, &point);
		if (size == 0 || pz_text_is_control(point))
			fputc(instead, to);
		else
			fwrite(text + i, 1, size, to);
	}
	return printed;
}

bool pz_text_ends(const char *text, const char *ending)
{
	size_t n = strlen(text), m = strlen(ending);

	return n >= m && !strcmp(text + n - m, ending);
}
