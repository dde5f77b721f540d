/* input.h -- the files that the page is made of, each recognised by its content */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include <pz/stream.h>

#define INPUT_NAME 64
#define INPUTS_MAX 256

enum input_kind {
	INPUT_REPORT,  /* of residuals --json: json                               */
	INPUT_FIGURE,  /* SVG: bytes                                              */
	INPUT_PICTURE, /* PNG: bytes                                              */
	INPUT_LOG,     /* of train --log: bytes                                   */
	INPUT_STREAM,  /* stream or model: header, hashes                         */
	INPUT_TEXT,    /* UTF-8: bytes                                            */
};

struct input {
	char name[INPUT_NAME];
	const char *path;
	enum input_kind kind;
	char *bytes; /* [size], and a zero behind them                           */
	size_t size;
	json_t *json;
	struct pz_header header;
	uint64_t hash, file_hash; /* of the stream, of its bytes; models only      */
};

/* Reads the operand [NAME=]FILE. PZ_EUSAGE, PZ_EIO, PZ_EDATA, PZ_ECORRUPT. */
int input_read(struct input *in, const char *operand);
void input_release(struct input *in);

#endif
