/* test_nn_exchange.c -- networks for other programs: an ONNX graph that is run here gives what the
 * network gives, and tensors in safetensors come back
 */
#include "in_process.h"
#include "onnx_run.h"

#include <pz/exchange.h>
#include <pz/pixel.h>
#include <pz/random.h>

#include "../../lib/nn/protobuf.h"

#define N    3
#define SIZE 8

static const char everything[] = "whiten\n"
				 "conv 3x3 4 prelu\n"
				 "pool\n"
				 "block inc\n"
				 "path\n"
				 "conv a 1x1 3 relu\n"
				 "path\n"
				 "pool same\n"
				 "conv b 3x3 2 tanh\n"
				 "end\n"
				 "add res\n"
				 "path\n"
				 "conv c 3x3 5 none\n"
				 "path\n"
				 "end\n"
				 "conv 3x3 3 relu valid\n"
				 "flatten\n"
				 "ebv\n"
				 "features\n"
				 "dense 7 prelu\n"
				 "dense 6 tanh\n";

static struct pz_random chance;

static float some(void)
{
	return (float)pz_random_normal(&chance);
}

/* A network all of whose parameters are numbers of chance. */
static struct pz_net *net_of(const char *text, struct pz_net_shape shape)
{
	struct pz_net *net;

	if (pz_net_new(&net, text, &shape) < 0)
		fail_msg("%s", pz_error_text());
	for (size_t i = 0; i < pz_net_tensors(net); i++) {
		const struct pz_tensor *t = pz_net_tensor(net, i);

		for (size_t k = 0; k < t->count; k++)
			pz_net_values(net)[t->offset + k] = 0.5f * some();
	}
	return net;
}

static char *written;
static size_t written_size;

typedef int write_fn(const struct pz_net *, const struct pz_note *, int, FILE *);

static void write_net(write_fn *write, const struct pz_net *net)
{
	const struct pz_note note[] = { { "unit", "nmgy" }, { "a", "b c" } };
	FILE *to;

	free(written);
	to = open_memstream(&written, &written_size);
	assert_int_equal(write(net, note, 2, to), 0);
	fclose(to);
}

static void near_all(const struct onnx_value *v, const float *expected)
{
	for (long i = 0; i < onnx_count(v); i++)
		if (!(fabs(v->v[i] - (double)expected[i]) < 2e-5 * fmax(1, fabs(v->v[i]))))
			fail_msg("%s: number %ld: the graph gives %.7g, the network %.7g", v->name,
				 i, v->v[i], (double)expected[i]);
}

/* The graph's outputs are those of the engine; missing features are NaN in both. */
static void graph_is_the_network(const char *text, struct pz_net_shape shape, const char *declared)
{
	struct pz_net *net = net_of(text, shape);
	size_t bins = (size_t)shape.bins, f = pz_net_hidden(net), joined = pz_net_joined(net);
	const struct pz_net_shape *s = pz_net_shape(net);
	float *x = calloc(N * 2 * SIZE * SIZE, sizeof *x), *j = calloc(N * 8, sizeof *j);
	float *hidden = calloc(N * f, sizeof *hidden), *pz = calloc(N * bins, sizeof *pz);
	float *logits = calloc(N * pz_net_outputs(net), sizeof *logits), ebv[N], features[N * 8];
	struct pz_work *work;
	struct onnx *o;
	char *producer;

	for (int i = 0; i < N * 2 * SIZE * SIZE; i++)
		x[i] = some();
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < joined; k++) {
			bool is_ebv = pz_net_uses_ebv(net) && k == 0;
			float *to = &j[i * joined + k];

			*to = !is_ebv && i == 1 && k + 1 == joined ? NAN : some();
			if (is_ebv)
				ebv[i] = *to;
			else
				features[i * (size_t)s->features + k - pz_net_uses_ebv(net)] = *to;
		}
	assert_int_equal(pz_work_new(&work, net, N, false), 0);
	pz_net_forward(net, work, N, s->bands ? x : NULL, joined ? j : NULL, hidden);
	pz_net_logits(net, work, N, hidden, logits);
	pz_net_pz(net, N, logits, pz);
	write_net(pz_net_write_onnx, net);
	producer = memmem(written, written_size, "\x12\x06pzpipe", 8);
	assert_non_null(producer);
	/* and the name of the graph, which ONNX asks for */
	assert_non_null(memmem(producer + 8, written_size - (size_t)(producer + 8 - written),
			       "\x12\x06pzpipe", 8));
	o = onnx_read(written, written_size);
	assert_int_equal(o->operators, 13);
	assert_int_equal(o->ir, 7);
	assert_string_equal(o->note, "unit=nmgy;a=b c;");
	assert_string_equal(o->declared, declared);
	onnx_set(o, "image", 4, (long[]){ N, 2, SIZE, SIZE }, x);
	onnx_set(o, "ebv", 2, (long[]){ N, 1 }, ebv);
	onnx_set(o, "features", 2, (long[]){ N, s->features ? s->features : 1 }, features);
	onnx_run(o);
	assert_int_equal(onnx_count(onnx_find(o, "hidden")), N * f);
	near_all(onnx_find(o, "hidden"), hidden);
	assert_int_equal(onnx_count(onnx_find(o, "pz")), N * bins);
	near_all(onnx_find(o, "pz"), pz);
	onnx_free(o);
	pz_work_free(work);
	pz_net_free(net);
	free(x);
	free(j);
	free(hidden);
	free(logits);
	free(pz);
}

static void graphs_give_what_networks_give(void **state)
{
	(void)state;
	graph_is_the_network(
		everything, (struct pz_net_shape){ 2, SIZE, 5, 3, 2 },
		"in:image/Nx2x8x8 in:ebv/Nx1 in:features/Nx2 out:pz/Nx5 out:hidden/Nx6 ");
	graph_is_the_network("conv 5x5 3 tanh\nmean\ndense 4 none\n",
			     (struct pz_net_shape){ 2, SIZE, 7, 0, 0 },
			     "in:image/Nx2x8x8 out:pz/Nx7 out:hidden/Nx4 ");
	graph_is_the_network("features\ndense 5 relu\n", (struct pz_net_shape){ 0, 0, 4, 2, 3 },
			     "in:features/Nx3 out:pz/Nx4 out:hidden/Nx5 ");
	graph_is_the_network("ebv\nfeatures\ndense 5 relu\n",
			     (struct pz_net_shape){ 0, 0, 4, 1, 1 },
			     "in:ebv/Nx1 in:features/Nx1 out:pz/Nx4 out:hidden/Nx5 ");
}

/* ---- protocol buffers ---- */

static void fields_are_written_as_protobuf_has_them(void **state)
{
	static const unsigned char expected[] = {
		0x08, 0x96, 0x01,                         /* 1: 150                         */
		0x82, 0x01, 0x02, 'h',  'i',              /* 16: a text                     */
		0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* 2: -1, of ten bytes            */
		0xff, 0xff, 0xff, 0x01, 0x1d, 0x00, 0x00, /* 3: 1.5f                        */
		0xc0, 0x3f, 0x22, 0x02, 0x08, 0x00,       /* 4: a message with 1: 0         */
	};
	struct pb m = { 0 }, inner = { 0 };
	char large[1000];

	(void)state;
	pz_pb_integer(&m, 1, 150);
	pz_pb_text(&m, 16, "hi");
	pz_pb_integer(&m, 2, -1);
	pz_pb_float(&m, 3, 1.5f);
	pz_pb_integer(&inner, 1, 0);
	pz_pb_message(&m, 4, &inner);
	assert_null(inner.bytes);
	assert_int_equal(m.size, sizeof expected);
	assert_memory_equal(m.bytes, expected, sizeof expected);
	memset(large, 7, sizeof large);
	pz_pb_bytes(&m, 1, large, sizeof large);
	assert_int_equal(m.size, sizeof expected + 3 + 1000);
	assert_memory_equal(m.bytes + sizeof expected, "\x0a\xe8\x07\x07", 4);
	inner.failed = true;
	pz_pb_message(&m, 4, &inner);
	assert_true(m.failed);
	pz_pb_release(&m);
}

/* ---- safetensors ---- */

static void tensors_have_the_order_of_pytorch(void **state)
{
	struct pz_net *net = net_of(everything, (struct pz_net_shape){ 2, SIZE, 5, 3, 2 });
	const struct pz_tensor *t = pz_net_find(net, "inc.b.weight");
	uint64_t size = 0;
	json_t *all, *of, *shape;
	size_t begin, end = 0, count = 0;

	(void)state;
	write_net(pz_net_write_safetensors, net);
	for (int i = 7; i >= 0; i--)
		size = size << 8 | (unsigned char)written[i];
	assert_int_equal(size % 8, 0);
	all = json_loadb(written + 8, size, 0, NULL);
	assert_non_null(all);
	of = json_object_get(all, "__metadata__");
	assert_string_equal(json_string_value(json_object_get(of, "a")), "b c");
	of = json_object_get(all, "inc.b.weight");
	assert_string_equal(json_string_value(json_object_get(of, "dtype")), "F32");
	shape = json_object_get(of, "shape");
	assert_int_equal(json_array_size(shape), 4);
	for (size_t k = 0; k < 4; k++)
		assert_int_equal(json_integer_value(json_array_get(shape, k)),
				 ((const size_t[]){ 2, 4, 3, 3 })[k]);
	begin = (size_t)json_integer_value(json_array_get(json_object_get(of, "data_offsets"), 0));
	/* (out, in, ky, kx) of (out, ky, kx, in) */
	for (size_t o = 0; o < 2; o++)
		for (size_t i = 0; i < 4; i++)
			for (size_t k = 0; k < 9; k++)
				assert_memory_equal(
					written + 8 + size + begin + 4 * ((o * 4 + i) * 9 + k),
					pz_net_values(net) + t->offset + (o * 9 + k) * 4 + i, 4);
	for (size_t i = 0; i < pz_net_tensors(net); i++) {
		const char *name = pz_net_tensor(net, i)->name;

		shape = json_object_get(json_object_get(all, name), "data_offsets");
		assert_int_equal(json_integer_value(json_array_get(shape, 0)), end);
		end = (size_t)json_integer_value(json_array_get(shape, 1));
		count += pz_net_tensor(net, i)->count;
	}
	assert_int_equal(end, 4 * count);
	assert_int_equal(written_size, 8 + size + 4 * count);
	json_decref(all);
	pz_net_free(net);
}

static void tensors_come_back(void **state)
{
	struct pz_net_shape shape = { 2, SIZE, 5, 3, 2 };
	struct pz_net *net = net_of(everything, shape), *back = net_of(everything, shape);
	char *others;
	int read;

	(void)state;
	write_net(pz_net_write_safetensors, net);
	write_file("w.safetensors", written, written_size);
	assert_int_equal(pz_net_read_safetensors(back, "w.safetensors", ~0u, &read, &others), 0);
	assert_int_equal(read, pz_net_tensors(net));
	assert_null(others);
	assert_memory_equal(pz_net_values(net), pz_net_values(back),
			    pz_net_block(net) * sizeof(float));
	pz_net_free(net);
	pz_net_free(back);
}

/* A file of this header and these values. */
static void write_tensors(const char *header, const void *values, size_t size)
{
	char bytes[1024] = "";
	size_t n = strlen(header);

	bytes[0] = (char)n;
	bytes[1] = (char)(n >> 8);
	memcpy(bytes + 8, header, n);
	memcpy(bytes + 8 + n, values, size);
	write_file("t.safetensors", bytes, 8 + n + size);
}

static struct pz_net *small_net(void)
{
	/* one hidden unit of one feature, two bins: d.weight (1,1), d.bias (1), head0.weight (2,1),
	 * head0.bias (2) */
	return net_of("features\ndense d 1 none\n", (struct pz_net_shape){ 0, 0, 2, 0, 1 });
}

static float value_of(struct pz_net *net, const char *name, size_t i)
{
	return pz_net_values(net)[pz_net_find(net, name)->offset + i];
}

#define TENSOR(name, type, shape, offsets)                                                         \
	"\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void tensors_of_every_type_are_read(void **state)
{
	struct pz_net *net = small_net();
	unsigned char bytes[20];
	const double d = 0.1;
	const float f[] = { 2.5f, -3 };
	uint16_t half = pz_half_of(0.75f);
	char *others;
	int read;

	(void)state;
	memcpy(bytes, &d, 8);
	memcpy(bytes + 8, &half, 2);
	memcpy(bytes + 10, f, 8);
	memcpy(bytes + 18, (const unsigned char[]){ 0xc0, 0x3f }, 2); /* 1.5 as bfloat16 */
	write_tensors(
		"{" TENSOR("d.weight", "F64", "[1,1]", "[0,8]") "," TENSOR(
			"d.bias", "F16", "[1]",
			"[8,10]") "," TENSOR("head0.weight", "F32", "[2,1]",
					     "[10,18]") "," TENSOR("x", "I8", "[1]",
								   "[0,1]") "," TENSOR("y", "I8",
										       "[1]",
										       "[0,1]") ","
												"\""
												"__"
												"me"
												"ta"
												"da"
												"ta"
												"__"
												"\""
												":{"
												"}"
												"}",
		bytes, 20);
	/* what is not there is an error where it is asked for */
	assert_int_equal(pz_net_read_safetensors(net, "t.safetensors", ~0u, &read, &others),
			 PZ_EMISMATCH);
	assert_string_equal(pz_error_text(), "t.safetensors: tensor 'features.mean': expected it "
					     "in the file, found none");
	assert_int_equal(pz_net_read_safetensors(net, "t.safetensors", 0, &read, &others), 0);
	assert_int_equal(read, 3);
	assert_string_equal(others, "x, y");
	free(others);
	assert_true(value_of(net, "d.weight", 0) == 0.1f && value_of(net, "d.bias", 0) == 0.75f);
	assert_true(value_of(net, "head0.weight", 0) == 2.5f &&
		    value_of(net, "head0.weight", 1) == -3);
	write_tensors("{" TENSOR("d.bias", "BF16", "[1]", "[18,20]") "}", bytes, 20);
	assert_int_equal(pz_net_read_safetensors(net, "t.safetensors", 0, &read, &others), 0);
	assert_true(value_of(net, "d.bias", 0) == 1.5f);
	pz_net_free(net);
}

static void tensors_that_are_wrong(void **state)
{
	static const struct {
		int code;
		const char *header, *says;
	} wrong[] = {
		{ PZ_EMISMATCH, "{" TENSOR("d.weight", "F32", "[1]", "[0,4]") "}",
		  "tensor 'd.weight': expected the shape (1, 1), found [1]" },
		{ PZ_EMISMATCH, "{" TENSOR("d.weight", "F32", "[1,2]", "[0,8]") "}",
		  "expected the shape (1, 1), found [1,2]" },
		{ PZ_EMISMATCH, "{\"d.weight\":{}}", "expected the shape (1, 1), found nothing" },
		{ PZ_EDATA, "{" TENSOR("d.weight", "I64", "[1,1]", "[0,8]") "}",
		  "expected the type F64, F32, F16 or BF16, found \"I64\"" },
		{ PZ_EDATA, "{\"d.weight\":{\"shape\":[1,1]}}",
		  "expected the type F64, F32, F16 or BF16, found nothing" },
		{ PZ_ECORRUPT, "{" TENSOR("d.weight", "F32", "[1,1]", "[0,8]") "}",
		  "expected as many bytes as its shape has, in the file" },
		{ PZ_ECORRUPT, "{" TENSOR("d.weight", "F32", "[1,1]", "[8,12]") "}",
		  "expected as many bytes as its shape has, in the file" },
		{ PZ_ECORRUPT, "{" TENSOR("d.weight", "F32", "[1,1]", "[4,0]") "}",
		  "expected as many bytes as its shape has, in the file" },
		{ PZ_EDATA, "{" TENSOR("d.weight", "F32", "[1,1]", "[4,8]") "}",
		  "tensor 'd.weight': expected numbers, found NaN or infinity" },
		{ PZ_ECORRUPT, "[1, 2, 3, 4]", "the header is no JSON" },
		{ PZ_ECORRUPT, "{\"d.weight\":", "the header is no JSON" },
	};
	const float values[] = { 1, NAN };
	struct pz_net *net = small_net();
	char *others;
	int read;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		int rc;

		write_tensors(wrong[i].header, values, sizeof values);
		rc = pz_net_read_safetensors(net, "t.safetensors",
					     pz_net_find(net, "d.weight")->role, &read, &others);
		if (rc != wrong[i].code || !strstr(pz_error_text(), wrong[i].says))
			fail_msg("%s: code %d, '%s' should say '%s'", wrong[i].header, rc,
				 pz_error_text(), wrong[i].says);
	}
	/* another shape of what is not asked for is passed over */
	write_tensors(wrong[0].header, values, sizeof values);
	assert_int_equal(pz_net_read_safetensors(net, "t.safetensors", 0, &read, &others), 0);
	assert_int_equal(read, 0);
	write_file("t.safetensors", "1234567", 7);
	assert_int_equal(pz_net_read_safetensors(net, "t.safetensors", 0, &read, &others),
			 PZ_ECORRUPT);
	assert_non_null(strstr(pz_error_text(), "expected tensors (safetensors), found 7 bytes"));
	write_file("t.safetensors", "\1\0\0\0\0\0\0\0{}", 10);
	assert_int_equal(pz_net_read_safetensors(net, "t.safetensors", 0, &read, &others),
			 PZ_ECORRUPT);
	assert_non_null(strstr(pz_error_text(), "found a header of 1 bytes"));
	write_file("t.safetensors", "\3\0\0\0\0\0\0\0{}", 10);
	assert_int_equal(pz_net_read_safetensors(net, "t.safetensors", 0, &read, &others),
			 PZ_ECORRUPT);
	assert_int_equal(pz_net_read_safetensors(net, "none", 0, &read, &others), PZ_EIO);
	pz_net_free(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(graphs_give_what_networks_give),
		cmocka_unit_test(fields_are_written_as_protobuf_has_them),
		cmocka_unit_test(tensors_have_the_order_of_pytorch),
		cmocka_unit_test(tensors_come_back),
		cmocka_unit_test(tensors_of_every_type_are_read),
		cmocka_unit_test(tensors_that_are_wrong),
	};

	pz_random_init(&chance, 3, 0);
	return cmocka_run_group_tests_name("exchange", tests, in_folder, out_of_folder);
}
