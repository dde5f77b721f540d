/* utf8.c -- texts that are UTF-8, and Latin-1 that becomes so */
#include <string.h>

#include <pz/error.h>
#include <pz/utf8.h>

/* Bytes of the UTF-8 sequence at text; 0: it is none. */
static size_t sequence(const unsigned char *text)
{
	static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *text < 0x80 ? 1 : *text < 0xc2 ? 0 : *text < 0xe0 ? 2 : *text < 0xf0 ? 3 : 4;
	unsigned long point = n > 1 ? *text & (0xffU >> (n + 1)) : 0;

	if (*text > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3f);
	}
	if (n > 1 && (point < least[n] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)))
		return 0;
	return n;
}

bool pz_utf8_valid(const char *text, size_t size)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + size;
	size_t n = 1;

	while (at < end && n > 0)
		at += n = sequence(at);
	return n > 0;
}

int pz_utf8_from_latin1(char *text, size_t room)
{
	size_t length, more = 0;

	length = strlen(text);
	if (pz_utf8_valid(text, length))
		return 0;
	for (size_t i = 0; i < length; i++)
		more += (unsigned char)text[i] >= 0x80;
	if (length + more >= room)
		return pz_fail(PZ_EDATA, "a text that is not UTF-8, of more than %zu bytes",
			       room - 1);
	for (size_t i = length + 1; i-- > 0;) { /* from its end, as it grows */
		unsigned char c = (unsigned char)text[i];

		if (c < 0x80) {
			text[i + more] = (char)c;
		} else {
			text[i + more] = (char)(0x80 | (c & 0x3f));
			more--;
			text[i + more] = (char)(0xc0 | c >> 6);
		}
	}
	return 1;
}
