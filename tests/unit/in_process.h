/* in_process.h -- tools run within a unit test: streams made of JSON, and read back as JSON
 *
 *      in_folder();                                       // a folder of its own, as group setup
 *      stream("in.pz", "{\"kind\": \"catalogue\"}", "{\"id\": 1, \"z\": 0.1}", NULL);
 *      assert_int_equal(run(partition_main, "partition --keep a --parts a=1 in.pz -o out.pz"), 0);
 *      assert_string_equal(records("out.pz"), "{\"id\": 1, \"z\": 0.1}\n");
 *
 * Each main is compiled a second time as NAME_main (Makefile) and runs in a child process, whose
 * standard input is "stdin" where there is such a file, and whose output and messages
 * are the files "stdout" and "stderr". Streams are encoded here, and not by the library that is
 * tested: numbers under "img", "pz" and "features" become bytes, float32.
 */
#ifndef IN_PROCESS_H
#define IN_PROCESS_H

#include <fcntl.h>
#include <jansson.h>
#include <msgpack.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xxhash.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/stream.h>

#include "descriptors.h"

#define PACK(packer, type, ...) assert_int_equal(msgpack_pack_##type(packer, __VA_ARGS__), 0)

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
/* In a child, what the test itself has allocated counts as a leak of the tool. Those of tools are
 * looked for where they run by themselves, in tests/tools. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

typedef int (*tool_main)(int, char **);

int average_main(int argc, char **argv);
int balance_main(int argc, char **argv);
int calibrate_main(int argc, char **argv);
int cutout_main(int argc, char **argv);
int flag_main(int argc, char **argv);
int fromarray_main(int argc, char **argv);
int fromtable_main(int argc, char **argv);
int inspect_main(int argc, char **argv);
int keep_main(int argc, char **argv);
int knn_main(int argc, char **argv);
int match_main(int argc, char **argv);
int mock_main(int argc, char **argv);
int normalize_main(int argc, char **argv);
int nz_main(int argc, char **argv);
int partition_main(int argc, char **argv);
int predict_main(int argc, char **argv);
int recalibrate_main(int argc, char **argv);
int report_main(int argc, char **argv);
int residuals_main(int argc, char **argv);
int softlabel_main(int argc, char **argv);
int sweep_main(int argc, char **argv);
int toarray_main(int argc, char **argv);
int tonetwork_main(int argc, char **argv);
int totable_main(int argc, char **argv);
int train_main(int argc, char **argv);

static char in_folder_name[64];

/* Group setup and teardown. */
static int in_folder(void **state)
{
	(void)state;
	snprintf(in_folder_name, sizeof in_folder_name, "%s/pz-unit-XXXXXX",
		 getenv("TMPDIR") && strlen(getenv("TMPDIR")) < 40 ? getenv("TMPDIR") : "/tmp");
	return mkdtemp(in_folder_name) && chdir(in_folder_name) == 0 ? 0 : -1;
}

static int out_of_folder(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", in_folder_name);
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

/* The file whole, with a 0 behind it; valid until the next call but three. */
static inline const char *contents(const char *name)
{
	static char *kept[4];
	static int next;
	FILE *file = fopen(name, "rb");
	char **text = &kept[next++ % 4];
	size_t size = 0;

	free(*text);
	*text = calloc(1, 1 << 22);
	assert_non_null(*text);
	if (file) {
		size = fread(*text, 1, (1 << 22) - 1, file);
		fclose(file);
	}
	(*text)[size] = 0;
	return *text;
}

static inline void write_file(const char *name, const void *bytes, size_t size)
{
	FILE *file = fopen(name, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static inline void write_text(const char *name, const char *text)
{
	write_file(name, text, strlen(text));
}

static void pack_json(msgpack_packer *p, const char *key, const json_t *value);

static void pack_floats(msgpack_packer *p, const json_t *array)
{
	size_t n = json_array_size(array);

	PACK(p, bin, 4 * n);
	for (size_t i = 0; i < n; i++) {
		float x = (float)json_number_value(json_array_get(array, i));

		PACK(p, bin_body, &x, sizeof x);
	}
}

static void pack_object(msgpack_packer *p, const json_t *object)
{
	const char *key;
	json_t *value;

	PACK(p, map, json_object_size(object));
	json_object_foreach((json_t *)object, key, value)
	{
		PACK(p, str, strlen(key));
		PACK(p, str_body, key, strlen(key));
		pack_json(p, key, value);
	}
}

static void pack_json(msgpack_packer *p, const char *key, const json_t *value)
{
	size_t i;
	json_t *item;

	if (json_is_object(value))
		pack_object(p, value);
	else if (json_is_array(value) && !json_is_string(json_array_get(value, 0)) &&
		 (!strcmp(key, "img") || !strcmp(key, "pz") || !strcmp(key, "features")))
		pack_floats(p, value);
	else if (json_is_array(value)) {
		PACK(p, array, json_array_size(value));
		json_array_foreach(value, i, item) pack_json(p, "", item);
	} else if (json_is_string(value)) {
		PACK(p, str, json_string_length(value));
		PACK(p, str_body, json_string_value(value), json_string_length(value));
	} else if (json_is_integer(value))
		PACK(p, int64, json_integer_value(value));
	else if (json_is_real(value))
		PACK(p, double, json_real_value(value));
	else if (json_is_boolean(value))
		assert_int_equal(json_is_true(value) ? msgpack_pack_true(p) : msgpack_pack_false(p),
				 0);
	else
		assert_int_equal(msgpack_pack_nil(p), 0);
}

static void pack_line(msgpack_packer *p, const char *json)
{
	json_error_t error;
	json_t *value = json_loads(json, 0, &error);

	if (!value)
		fail_msg("%s: %s", json, error.text);
	pack_json(p, "", value);
	json_decref(value);
}

/* A stream of records as one would write it in a script. */
static inline void stream_of(const char *name, const char *header, const char *const *record,
			     size_t n)
{
	msgpack_sbuffer buffer;
	msgpack_packer p;
	uint64_t hash;

	msgpack_sbuffer_init(&buffer);
	msgpack_packer_init(&p, &buffer, msgpack_sbuffer_write);
	pack_line(&p, header);
	for (size_t i = 0; i < n; i++)
		pack_line(&p, record[i]);
	hash = XXH3_64bits(buffer.data, buffer.size);
	PACK(&p, map, 2);
	PACK(&p, str, 3);
	PACK(&p, str_body, "end", 3);
	PACK(&p, uint64, n);
	PACK(&p, str, 4);
	PACK(&p, str_body, "xxh3", 4);
	PACK(&p, fix_uint64, hash);
	write_file(name, buffer.data, buffer.size);
	msgpack_sbuffer_destroy(&buffer);
}

/* The same of the texts that follow, up to NULL. The header has "pzpipe": 1. */
static inline void stream(const char *name, const char *header, ...)
{
	const char *record[64], *text;
	size_t n = 0;
	va_list args;

	va_start(args, header);
	while ((text = va_arg(args, const char *)) && n < 64)
		record[n++] = text;
	va_end(args);
	stream_of(name, header, record, n);
}

/* Replaces descriptor fd by a file. */
static inline void point(int fd, const char *name, int flags)
{
	int file = open(name, flags, 0600);

	if (file < 0 || dup2(file, fd) < 0)
		_exit(125);
	close(file);
}

/* Runs a tool with these words; its exit status, or 128 + its signal. */
static inline int run_words(tool_main tool, int argc, char **argv)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		point(0, access("stdin", F_OK) ? "/dev/null" : "stdin", O_RDONLY);
		point(1, "stdout", O_WRONLY | O_CREAT | O_TRUNC);
		point(2, "stderr", O_WRONLY | O_CREAT | O_TRUNC);
		exit(tool(argc, argv));
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The same with a command line, split at blanks. */
static inline int run(tool_main tool, const char *line)
{
	char *copy = strdup(line), *argv[64] = { 0 }, *rest = NULL;
	int argc = 0, status;

	for (char *word = strtok_r(copy, " ", &rest); word && argc < 63;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	status = run_words(tool, argc, argv);
	free(copy);
	return status;
}

/* The same, and it must come off. */
static inline void run_well(tool_main tool, const char *line)
{
	int status = run(tool, line);

	if (status != 0)
		fail_msg("%s: exit status %d: %s", line, status, contents("stderr"));
}

/* It must end with this status and say this. */
static inline void run_badly(tool_main tool, const char *line, int status, const char *says)
{
	int found = run(tool, line);

	if (found != status || !strstr(contents("stderr"), says))
		fail_msg("%s: exit status %d, expected %d; '%s' should say '%s'", line, found,
			 status, contents("stderr"), says);
}

/* The records of a stream as lines of JSON, whose bins are {"bytes": n}. */
static inline const char *records(const char *name)
{
	struct pz_reader *r = NULL;
	FILE *to = fopen("records.json", "w");
	int rc;

	assert_non_null(to);
	if (pz_reader_open(&r, &name, 1, 0) < 0)
		fail_msg("%s", pz_error_text());
	while ((rc = pz_read(r)) > 0) {
		assert_int_equal(pz_map_json(pz_reader_record(r), 0, to), 0);
		putc('\n', to);
	}
	if (rc < 0)
		fail_msg("%s", pz_error_text());
	pz_reader_close(r);
	fclose(to);
	return contents("records.json");
}

/* The header likewise. */
static inline const char *header(const char *name)
{
	struct pz_reader *r = NULL;
	FILE *to = fopen("header.json", "w");

	assert_non_null(to);
	if (pz_reader_open(&r, &name, 1, 0) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(pz_map_json(pz_reader_header(r)->map, 0, to), 0);
	pz_reader_close(r);
	fclose(to);
	return contents("header.json");
}

/* The number or the float32s under path in record i: how many there are, at most max stored. */
static inline size_t numbers(const char *name, size_t i, const char *path, double *x, size_t max)
{
	struct pz_reader *r = NULL;
	const void *bytes = NULL;
	size_t size = 0;
	int n;

	assert_int_equal(pz_reader_open(&r, &name, 1, 0), 0);
	for (size_t k = 0; k <= i; k++)
		assert_int_equal(pz_read(r), 1);
	if (pz_map_bytes(pz_reader_record(r), path, &bytes, &size) == 1) {
		for (size_t k = 0; k < size / 4 && k < max; k++) {
			float f;

			memcpy(&f, (const char *)bytes + 4 * k, 4);
			x[k] = f;
		}
		pz_reader_close(r);
		return size / 4;
	}
	n = pz_map_numbers(pz_reader_record(r), path, x, (int)max);
	if (n <= 0) {
		x[0] = pz_map_number(pz_reader_record(r), path, -999);
		n = x[0] != -999;
	}
	pz_reader_close(r);
	return (size_t)n;
}

static inline double number(const char *name, size_t i, const char *path)
{
	double x[1] = { -999 };

	numbers(name, i, path, x, 1);
	return x[0];
}

#endif
