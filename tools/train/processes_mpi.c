/* processes_mpi.c -- sums over the ranks by MPI, while the network computes
 *
 * A thread, the carrier, computes the sums that the caller asks for. It cuts a block of numbers
 * into pieces, and each piece into a share for each rank, which adds up this share:
 *
 *      exchange   this rank receives the others' parts of its share and sends its parts of theirs
 *      add        in the order of the ranks, in whatever order the parts arrived
 *      spread     this rank sends its sum to the others and receives theirs
 *
 * So all ranks get the same bytes, and every run with the same number of ranks does; no rank
 * sends or receives more than twice the block. While one piece is spread the next is exchanged.
 *
 * The carrier alone calls MPI while sums are pending, the caller at other times. The carrier
 * tests for arrived messages now and then and sleeps in between, because the network needs the
 * core; if the caller waits, it first tests without sleeping for a short time.
 */
#include <mpi.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pz/error.h>
#include <pz/progress.h>

#include "processes.h"

#define PIECE  ((size_t)1 << 20) /* floats: large messages, and shares that fit in caches   */
#define BLOCKS 16                /* that may be pending                                     */
#define LOOKS  200               /* tests for messages before the first sleep, some 100 us     */
#define NAP_NS 20000

enum { EXCHANGE, SPREAD };

struct piece {
	float *x; /* n floats: first[r] .. first[r + 1] are rank r's share     */
	size_t n;
	float *parts; /* (ranks, share_max): what the others have for this rank    */
	MPI_Request *request;
	int requests;
};

struct carrier {
	int rank, count;
	size_t share_max;
	struct piece piece[2];
	uint64_t *words; /* 8 bytes of each rank                                      */

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct {
		float *x;
		size_t n;
	} block[BLOCKS];
	uint64_t begun, done; /* numbers of blocks; those between them are pending      */
	bool ending;
	atomic_bool awaited; /* the caller waits for the sums                         */
	double waited;
};

/* ---- one piece ---- */

static size_t share_first(const struct carrier *c, const struct piece *p, int rank)
{
	return pz_ranks_first(rank, c->count, p->n);
}

static int share_size(const struct carrier *c, const struct piece *p, int rank)
{
	return (int)(share_first(c, p, rank + 1) - share_first(c, p, rank));
}

static float *part_of(const struct carrier *c, const struct piece *p, int rank)
{
	return rank == c->rank ? p->x + share_first(c, p, rank)
			       : p->parts + (size_t)rank * c->share_max;
}

/* Between one test for messages and the next, after so many of them. */
static void pause_between_looks(bool awaited, int looks)
{
	if (awaited && looks < LOOKS)
		sched_yield();
	else
		nanosleep(&(struct timespec){ .tv_nsec = NAP_NS }, NULL);
}

static void finish_messages(const struct carrier *c, struct piece *p)
{
	for (int done = 0, looks = 0; !done; looks++) {
		MPI_Testall(p->requests, p->request, &done, MPI_STATUSES_IGNORE);
		if (!done)
			pause_between_looks(atomic_load(&c->awaited), looks);
	}
	p->requests = 0;
}

static void begin_receive(struct piece *p, float *x, int n, int from, int tag)
{
	MPI_Irecv(x, n, MPI_FLOAT, from, tag, MPI_COMM_WORLD, &p->request[p->requests++]);
}

static void begin_send(struct piece *p, const float *x, int n, int to, int tag)
{
	MPI_Isend(x, n, MPI_FLOAT, to, tag, MPI_COMM_WORLD, &p->request[p->requests++]);
}

/* Each rank begins with another neighbour, so that no rank is asked by all at once. */
static int neighbour(const struct carrier *c, int i)
{
	return (c->rank + i) % c->count;
}

static void exchange_shares(const struct carrier *c, struct piece *p)
{
	for (int i = 1; i < c->count; i++) {
		int other = neighbour(c, i);

		begin_receive(p, part_of(c, p, other), share_size(c, p, c->rank), other, EXCHANGE);
		begin_send(p, p->x + share_first(c, p, other), share_size(c, p, other), other,
			   EXCHANGE);
	}
}

static void add_up(const struct carrier *c, struct piece *p)
{
	size_t n = (size_t)share_size(c, p, c->rank);
	float *restrict sum = part_of(c, p, 0);

	for (int r = 1; r < c->count; r++) {
		const float *restrict x = part_of(c, p, r);

		for (size_t i = 0; i < n; i++)
			sum[i] += x[i];
	}
	if (c->rank > 0)
		memcpy(part_of(c, p, c->rank), sum, n * sizeof *sum);
}

static void spread_sums(const struct carrier *c, struct piece *p)
{
	for (int i = 1; i < c->count; i++) {
		int other = neighbour(c, i);

		begin_receive(p, p->x + share_first(c, p, other), share_size(c, p, other), other,
			      SPREAD);
		begin_send(p, part_of(c, p, c->rank), share_size(c, p, c->rank), other, SPREAD);
	}
}

static void sum_block(struct carrier *c, float *x, size_t n)
{
	struct piece *before = NULL;

	for (size_t at = 0, k = 0; at < n || before; at += PIECE, k++) {
		struct piece *p = &c->piece[k % 2];

		if (at < n) {
			finish_messages(c, p);
			p->x = x + at;
			p->n = n - at < PIECE ? n - at : PIECE;
			exchange_shares(c, p);
		}
		if (before) {
			finish_messages(c, before);
			add_up(c, before);
			spread_sums(c, before);
		}
		before = at < n ? p : NULL;
	}
	finish_messages(c, &c->piece[0]);
	finish_messages(c, &c->piece[1]);
}

/* ---- the carrier, and what it is asked for ---- */

static void *run_carrier(void *arg)
{
	struct carrier *c = arg;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		while (c->begun == c->done && !c->ending)
			pthread_cond_wait(&c->changed, &c->lock);
		if (c->begun == c->done)
			break;
		float *x = c->block[c->done % BLOCKS].x;
		size_t n = c->block[c->done % BLOCKS].n;

		pthread_mutex_unlock(&c->lock);
		sum_block(c, x, n);
		pthread_mutex_lock(&c->lock);
		c->done++;
		pthread_cond_broadcast(&c->changed);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Waits until at most `left` blocks are pending; the lock is held. */
static void wait_until(struct carrier *c, uint64_t left)
{
	double begun = pz_clock();

	atomic_store(&c->awaited, true);
	while (c->begun - c->done > left)
		pthread_cond_wait(&c->changed, &c->lock);
	atomic_store(&c->awaited, false);
	c->waited += pz_clock() - begun;
}

static void begin_sum(void *context, float *x, size_t n)
{
	struct carrier *c = context;

	pthread_mutex_lock(&c->lock);
	wait_until(c, BLOCKS - 1);
	c->block[c->begun % BLOCKS].x = x;
	c->block[c->begun++ % BLOCKS].n = n;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

static void wait_for_sums(void *context)
{
	struct carrier *c = context;

	pthread_mutex_lock(&c->lock);
	wait_until(c, 0);
	pthread_mutex_unlock(&c->lock);
}

/* Gathers 8 bytes of every rank into c->words. */
static void gather_words(struct carrier *c, const void *mine)
{
	double begun = pz_clock();
	MPI_Request request;

	MPI_Iallgather(mine, 1, MPI_UINT64_T, c->words, 1, MPI_UINT64_T, MPI_COMM_WORLD, &request);
	for (int done = 0, looks = 0; !done; looks++) {
		MPI_Test(&request, &done, MPI_STATUS_IGNORE);
		if (!done)
			pause_between_looks(true, looks);
	}
	c->waited += pz_clock() - begun;
}

static void add_numbers(void *context, double *x, size_t n)
{
	struct carrier *c = context;

	for (size_t i = 0; i < n; i++) {
		double sum = 0;

		gather_words(c, &x[i]);
		for (int r = 0; r < c->count; r++) {
			double other;

			memcpy(&other, &c->words[r], sizeof other);
			sum += other;
		}
		x[i] = sum;
	}
}

const uint64_t *ranks_gather(const struct pz_ranks *r, uint64_t mine)
{
	static uint64_t alone[1];
	struct carrier *c = r->context;

	if (!c) {
		alone[0] = mine;
		return alone;
	}
	gather_words(c, &mine);
	return c->words;
}

double ranks_waited(const struct pz_ranks *r)
{
	const struct carrier *c = r->context;

	return c ? c->waited : 0;
}

/* ---- beginning and end ---- */

static int allocate_carrier(struct carrier *c)
{
	size_t count = (size_t)c->count;
	bool whole = true;

	c->share_max = PIECE / count + 1;
	for (int i = 0; i < 2; i++) {
		c->piece[i].parts = malloc(count * c->share_max * sizeof(float));
		c->piece[i].request = malloc(2 * count * sizeof(MPI_Request));
		whole &= c->piece[i].parts && c->piece[i].request;
	}
	c->words = malloc(count * sizeof *c->words);
	return whole && c->words ? 0 : pz_fail(PZ_ENOMEM, "no memory for %d ranks", c->count);
}

/* Signals are handled by the thread that was there before. */
static int start_thread(struct carrier *c)
{
	sigset_t all, before;
	int rc;

	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&c->thread, NULL, run_carrier, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0 ? 0 : pz_fail(PZ_EIO, "cannot start a thread: %s", strerror(rc));
}

static void carrier_free(struct carrier *c)
{
	for (int i = 0; i < 2; i++) {
		free(c->piece[i].parts);
		free(c->piece[i].request);
	}
	free(c->words);
	free(c);
}

int ranks_join(struct pz_ranks *r)
{
	struct carrier *c = calloc(1, sizeof *c);
	int threads, rc;

	if (!c)
		return pz_fail(PZ_ENOMEM, "no memory for ranks");
	MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &threads);
	MPI_Comm_rank(MPI_COMM_WORLD, &c->rank);
	MPI_Comm_size(MPI_COMM_WORLD, &c->count);
	rc = threads < MPI_THREAD_SERIALIZED
		     ? pz_fail(PZ_EDATA, "MPI: expected a library that allows threads "
					 "(MPI_THREAD_SERIALIZED), found one that does not")
		     : allocate_carrier(c);
	if (rc < 0 || (rc = start_thread(c)) < 0) {
		carrier_free(c);
		return rc;
	}
	*r = (struct pz_ranks){ .rank = c->rank,
				.count = c->count,
				.context = c,
				.begin = begin_sum,
				.wait = wait_for_sums,
				.add = add_numbers };
	return 0;
}

void ranks_end(struct pz_ranks *r)
{
	struct carrier *c = r->context;

	if (c) {
		pthread_mutex_lock(&c->lock);
		c->ending = true;
		pthread_cond_broadcast(&c->changed);
		pthread_mutex_unlock(&c->lock);
		pthread_join(c->thread, NULL);
		pthread_cond_destroy(&c->changed);
		pthread_mutex_destroy(&c->lock);
		carrier_free(c);
		MPI_Finalize();
	}
	*r = (struct pz_ranks){ 0 };
}

const char *ranks_library(void)
{
	static char text[MPI_MAX_LIBRARY_VERSION_STRING];
	int n;

	MPI_Get_library_version(text, &n);
	text[strcspn(text, ",\n")] = '\0'; /* who built it follows */
	return text;
}
