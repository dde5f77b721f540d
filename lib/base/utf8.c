/* utf8.c -- texts in Latin-1 become UTF-8 */
#include <string.h>

#include <pz/error.h>
#include <pz/text.h>
#include <pz/utf8.h>

int pz_utf8_from_latin1(char *text, size_t room)
{
	size_t length, more = 0;

	length = strlen(text);
	if (pz_text_is_utf8(text, length))
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
