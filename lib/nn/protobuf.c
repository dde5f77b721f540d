/* protobuf.c -- messages of protocol buffers, field behind field */
#include <stdlib.h>
#include <string.h>

#include "protobuf.h"

/* How a field's value is written. */
enum wire { WIRE_VARINT = 0, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

static void append_bytes(struct pb *m, const void *bytes, size_t size)
{
	if (size > m->room - m->size) {
		size_t room = m->room ? m->room : 256;
		char *grown;

		while (size > room - m->size && room < SIZE_MAX / 2)
			room *= 2;
		grown = realloc(m->bytes, room);
		if (!grown || size > room - m->size) {
			m->bytes = grown ? grown : m->bytes;
			m->failed = true;
			return;
		}
		m->bytes = grown;
		m->room = room;
	}
	if (size)
		memcpy(m->bytes + m->size, bytes, size);
	m->size += size;
}

/* Seven bits a byte, the lowest first; all but the last have the top bit. */
static void append_varint(struct pb *m, uint64_t value)
{
	unsigned char bytes[10];
	size_t n = 0;

	do {
		bytes[n] = (unsigned char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
		value >>= 7;
		n++;
	} while (value);
	append_bytes(m, bytes, n);
}

static void append_key(struct pb *m, int field, enum wire wire)
{
	append_varint(m, (uint64_t)field << 3 | wire);
}

void pz_pb_integer(struct pb *m, int field, int64_t value)
{
	append_key(m, field, WIRE_VARINT);
	append_varint(m, (uint64_t)value);
}

void pz_pb_float(struct pb *m, int field, float value)
{
	append_key(m, field, WIRE_FIXED32);
	append_bytes(m, &value, sizeof value);
}

void pz_pb_bytes(struct pb *m, int field, const void *bytes, size_t size)
{
	append_key(m, field, WIRE_BYTES);
	append_varint(m, size);
	append_bytes(m, bytes, size);
}

void pz_pb_text(struct pb *m, int field, const char *text)
{
	pz_pb_bytes(m, field, text, strlen(text));
}

void pz_pb_message(struct pb *m, int field, struct pb *inner)
{
	m->failed |= inner->failed;
	pz_pb_bytes(m, field, inner->bytes, inner->size);
	pz_pb_release(inner);
}

void pz_pb_release(struct pb *m)
{
	free(m->bytes);
	*m = (struct pb){ 0 };
}
