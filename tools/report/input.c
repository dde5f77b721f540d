/* input.c -- reads a file and tells by its content what it is */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>
#include <pz/text.h>

#include "../common/names.h"
#include "input.h"

#define BYTES_MAX ((size_t)64 << 20)
#define HEAD      16 /* bytes that tell a stream                                   */
#define PNG       "\x89PNG\r\n\x1a\n"

static int parse_operand(const char *operand, struct input *in)
{
	const char *equals = strchr(operand, '='), *slash = strrchr(operand, '/');
	const char *from = slash ? slash + 1 : operand, *end;

	in->path = operand;
	if (equals && (!strchr(operand, '/') || equals < strchr(operand, '/'))) {
		in->path = equals + 1;
		from = operand;
		end = equals;
	} else
		end = strrchr(from, '.') > from ? strrchr(from, '.') : from + strlen(from);
	if (!*in->path)
		return pz_fail(PZ_EUSAGE, "expected NAME=FILE, found '%s'", operand);
	return name_take(in->name, sizeof in->name, from, (size_t)(end - from), "NAME=FILE",
			 PZ_EUSAGE);
}

/* Adds all that is left of the file, which has at most BYTES_MAX. */
static int read_bytes(struct input *in, FILE *from)
{
	size_t room = 1 << 16, n;
	char *bytes = realloc(in->bytes, room + 1);

	if (!bytes)
		return pz_fail(PZ_ENOMEM, "no memory for %s", in->path);
	in->bytes = bytes;
	while ((n = fread(in->bytes + in->size, 1, room - in->size, from)) > 0) {
		in->size += n;
		if (in->size > BYTES_MAX)
			return pz_fail(PZ_EDATA, "%s: expected at most %zu MiB, found more",
				       in->path, BYTES_MAX >> 20);
		if (in->size == room && !(bytes = realloc(bytes, (room *= 2) + 1)))
			return pz_fail(PZ_ENOMEM, "no memory for %s", in->path);
		in->bytes = bytes;
	}
	in->bytes[in->size] = 0;
	return ferror(from) ? pz_fail(PZ_EIO, "%s: cannot be read: %s", in->path, strerror(errno))
			    : 0;
}

static bool begins(const struct input *in, const char *words)
{
	return in->size >= strlen(words) && !memcmp(in->bytes, words, strlen(words));
}

/* Streams begin with a map of MessagePack, whose first byte is no text's; of 9 keys, it is PNG's.
 */
static bool is_stream(const struct input *in)
{
	unsigned char first = (unsigned char)*in->bytes;

	return in->size > 0 && !begins(in, PNG) &&
	       ((first & 0xf0) == 0x80 || first == 0xde || first == 0xdf);
}

/* A model is read to its end, for its hash: the history of what it made has that. */
static int read_stream(struct input *in)
{
	struct pz_reader *r = NULL;
	int rc = pz_reader_open(&r, &in->path, 1, PZ_READ_SCALARS);

	in->kind = INPUT_STREAM;
	if (rc == 0)
		rc = pz_header_copy(&in->header, pz_reader_header(r));
	if (rc == 0 && !strcmp(in->header.kind, "model")) {
		while ((rc = pz_read(r)) > 0)
			;
		in->hash = pz_reader_hash(r);
		if (rc == 0)
			rc = pz_file_hash(in->path, &in->file_hash);
	}
	pz_reader_close(r);
	return rc;
}

static int take_json(struct input *in)
{
	json_error_t error;

	in->kind = INPUT_REPORT;
	if (!(in->json = json_loadb(in->bytes, in->size, JSON_REJECT_DUPLICATES, &error)))
		return pz_fail(PZ_EDATA, "%s: line %d: expected JSON of residuals: %s", in->path,
			       error.line, error.text);
	return 0;
}

static int take_text(struct input *in)
{
	in->kind = INPUT_TEXT;
	if (memchr(in->bytes, 0, in->size) || !pz_text_is_utf8(in->bytes, in->size))
		return pz_fail(PZ_EDATA,
			       "%s: expected a stream, a model, JSON of residuals, an SVG or PNG "
			       "picture, a log of train, or a text, found something else",
			       in->path);
	return 0;
}

static int recognise_content(struct input *in)
{
	size_t space = strspn(in->bytes, " \t\r\n");

	if (begins(in, PNG))
		in->kind = INPUT_PICTURE;
	else if (begins(in, "iteration\tseen\trate\tloss"))
		in->kind = INPUT_LOG;
	else if (begins(in, "<?xml") || begins(in, "<svg"))
		in->kind = INPUT_FIGURE;
	else if (in->bytes[space] == '{')
		return take_json(in);
	else
		return take_text(in);
	return 0;
}

int input_read(struct input *in, const char *operand)
{
	FILE *from;
	int rc;

	*in = (struct input){ .kind = INPUT_TEXT };
	if ((rc = parse_operand(operand, in)) < 0)
		return rc;
	if (!(from = fopen(in->path, "rbe")))
		return pz_fail(PZ_EIO, "cannot open '%s': %s", in->path, strerror(errno));
	if (!(in->bytes = calloc(1, HEAD + 1)))
		rc = pz_fail(PZ_ENOMEM, "no memory for %s", in->path);
	else
		in->size = fread(in->bytes, 1, HEAD, from);
	if (rc == 0 && is_stream(in))
		rc = read_stream(in);
	else if (rc == 0 && (rc = read_bytes(in, from)) == 0)
		rc = recognise_content(in);
	fclose(from);
	return rc;
}

void input_release(struct input *in)
{
	free(in->bytes);
	json_decref(in->json);
	pz_header_release(&in->header);
	*in = (struct input){ .kind = INPUT_TEXT };
}
