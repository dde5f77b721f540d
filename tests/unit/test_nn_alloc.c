/* test_nn_alloc.c -- nothing is allocated inside the training loop
 *
 * The allocator's functions are replaced by ones that count and hand on to
 * glibc's. Calls from shared libraries do not count: OpenBLAS takes a kilobyte
 * within some small products. A sanitizer has an allocator of its own: the test
 * is skipped there.
 */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/nn.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTING 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTING 0
#endif
#endif
#if !defined(COUNTING) && defined(__GLIBC__)
#define COUNTING 1
#endif

static atomic_size_t calls;
static atomic_bool counting;

#if COUNTING
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

/* Whether an address is in this program, not in a shared library. */
static bool ours(const void *address)
{
	Dl_info here, there;

	return dladdr((void *)&calls, &here) && dladdr(address, &there) &&
	       here.dli_fbase == there.dli_fbase;
}

static void count(const void *caller)
{
	if (atomic_load(&counting) && ours(caller))
		atomic_fetch_add(&calls, 1);
}

__attribute__((noinline)) void *malloc(size_t size)
{
	count(__builtin_return_address(0));
	return __libc_malloc(size);
}

__attribute__((noinline)) void *calloc(size_t n, size_t size)
{
	count(__builtin_return_address(0));
	return __libc_calloc(n, size);
}

__attribute__((noinline)) void *realloc(void *p, size_t size)
{
	count(__builtin_return_address(0));
	return __libc_realloc(p, size);
}
#endif

#define BATCH 19
#define SIDE  16

static void steps(struct pz_net *net, struct pz_work *work, struct pz_adam *adam, int n)
{
	static float x[BATCH * 5 * SIDE * SIDE], ebv[BATCH];
	static struct pz_target label[BATCH * 3];
	static float gate[BATCH * 3], features[BATCH * 1024], logits[BATCH * 1024];
	struct pz_targets targets = { .label = label, .gate = gate };

	for (int i = 0; i < n; i++) {
		pz_net_train(net, work, adam, BATCH, x, ebv, &targets, 1e-4);
		pz_net_forward(net, work, BATCH, x, ebv, features);
		pz_net_logits(net, work, BATCH, features, logits);
		pz_net_pz(net, BATCH, logits, features);
		pz_net_train_heads(net, work, adam, BATCH, features, &targets, 1e-4);
	}
}

static void nothing_is_allocated(const char *text)
{
	struct pz_net_shape shape = { 5, SIDE, 40, 3 };
	struct pz_net *net;
	struct pz_work *work;
	struct pz_adam adam;

	assert_int_equal(pz_net_new(&net, text, &shape), 0);
	assert_int_equal(pz_work_new(&work, net, BATCH, true), 0);
	assert_int_equal(pz_adam_init(&adam, net, PZ_ROLES_ALL), 0);
	pz_net_init(net, 1);
	steps(net, work, &adam, 2); /* threads and BLAS buffers come into being */
	atomic_store(&calls, 0);
	atomic_store(&counting, true);
	steps(net, work, &adam, 3);
	atomic_store(&counting, false);
	assert_int_equal(atomic_load(&calls), 0);
	pz_adam_release(&adam);
	pz_work_free(work);
	pz_net_free(net);
}

static void training_allocates_nothing(void **state)
{
	void *volatile probe;

	(void)state;
	if (!COUNTING)
		skip();
	atomic_store(&counting, true);
	probe = malloc(1);
	free(probe);
	assert_true(atomic_load(&calls) > 0);
	nothing_is_allocated("S3");
	nothing_is_allocated("P");
	nothing_is_allocated("conv 7x7 6 tanh valid\npool same\nflatten\nebv\ndense 64 relu");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(training_allocates_nothing),
	};

	return cmocka_run_group_tests_name("network memory", tests, NULL, NULL);
}
