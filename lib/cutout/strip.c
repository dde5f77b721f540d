/* strip.c -- beginning strips, and loading their bands */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>

#include "stamp.h"
#include "strip.h"
#include "turned.h"

static bool same_strip(const struct placed *a, const struct placed *b)
{
	return a->field == b->field && a->strip == b->strip;
}

static void begin_field(struct loader *l, const struct placed *first)
{
	struct field *f = &l->field[l->fields++ % SLOTS];
	const struct placed *end = l->x->placed + l->x->count;

	f->number = first->field;
	f->reference = pz_cutout_reference_band(l->frames, (size_t)first->field);
	f->item = first;
	for (f->n = 0; first + f->n < end && first[f->n].field == first->field; f->n++)
		;
}

/* Counts the frames that a field lacks. */
static void count_missing(const struct loader *l, struct strip *s)
{
	size_t field = (size_t)s->field->number;

	s->missing = 0;
	for (int b = 0; b < l->bands; b++)
		s->missing += !pz_frames_get(l->frames, field, b).path;
}

static int make_room(struct strip *s, int bands)
{
	if (s->n <= s->room)
		return 0;
	free(s->grid);
	free(s->map);
	s->grid = malloc(s->n * sizeof *s->grid);
	s->map = malloc(s->n * (size_t)bands * sizeof *s->map);
	s->room = s->grid && s->map ? s->n : 0;
	return s->room ? 0 : pz_fail(PZ_ENOMEM, "no memory for the maps of %zu stamps", s->n);
}

bool pz_strip_can_begin(const struct loader *l)
{
	return l->next < l->x->count && l->begun - l->released < SLOTS;
}

struct strip *pz_strip_begin(struct loader *l)
{
	struct strip *s = &l->slot[l->begun % SLOTS];
	const struct placed *all = l->x->placed, *first = all + l->next;
	int rc;

	s->number = l->begun++;
	s->first = l->next == 0 || all[l->next - 1].field != first->field;
	s->item = first;
	for (s->n = 0; l->next < l->x->count && same_strip(all + l->next, first); l->next++)
		s->n++;
	s->last = l->next == l->x->count || all[l->next].field != first->field;
	if (s->first)
		begin_field(l, first);
	s->field = &l->field[(l->fields - 1) % SLOTS];
	s->gridded = s->broken = false;
	s->left = l->bands;
	s->at = 0;
	s->uncut = s->n;
	s->failure = (struct pz_failure){ 0 };
	count_missing(l, s);
	if ((rc = make_room(s, l->bands)) < 0)
		pz_failure_note(&s->failure, 0, rc);
	return s;
}

/* Waits until all strips before this one are done with in a band. */
static void wait_turn(struct loader *l, const struct strip *s, int b)
{
	pz_crew_lock(&l->crew);
	while (l->done[b] < s->number)
		pz_crew_wait(&l->crew);
	pz_crew_unlock(&l->crew);
}

/* Makes the strip's grids, for all bands; broken: its reference has no WCS. */
static void make_grids(struct loader *l, struct strip *s)
{
	struct frame *on = &s->field->frame[s->field->reference];

	pthread_mutex_lock(&on->lock);
	for (size_t i = 0; i < s->n && !s->broken; i++)
		pz_stamp_make_grid(&s->grid[i], l->o, l->radec + 2 * (size_t)s->item[i].galaxy,
				   l->x->step, on->wcs);
	pthread_mutex_unlock(&on->lock);
}

/* Makes the grids, in the task of the reference band, or waits until they are made: false where
 * there are none. */
static bool get_grids(struct loader *l, struct strip *s, int b, int rc)
{
	bool good;

	if (b == s->field->reference) {
		s->broken |= rc < 0;
		make_grids(l, s);
	}
	pz_crew_lock(&l->crew);
	if (b == s->field->reference) {
		s->gridded = true;
		pz_crew_changed(&l->crew);
	}
	while (!s->gridded)
		pz_crew_wait(&l->crew);
	good = !s->broken;
	pz_crew_unlock(&l->crew);
	return good;
}

/* New memory costs more than memory that was in use before. */
static void reuse_room(struct loader *l, struct frame_rows *rows, int b)
{
	pz_crew_lock(&l->crew);
	if (!rows->pixels) {
		*rows = l->spare[b];
		l->spare[b] = (struct frame_rows){ 0 };
	}
	pz_crew_unlock(&l->crew);
}

/* The rows of the last strip of a field, which no other strip copies from. */
static void spare_room(struct loader *l, struct frame_rows *rows, int b)
{
	if (l->spare[b].pixels)
		return;
	l->spare[b] = *rows;
	*rows = (struct frame_rows){ 0 };
}

/* The rows of band b that the strip's maps reach. */
static int read_rows(struct loader *l, struct strip *s, int b)
{
	const struct stamp_map *m = s->map + (size_t)b * s->n;
	const struct strip *before = &l->slot[(s->number + SLOTS - 1) % SLOTS];
	struct frame *f = &s->field->frame[b];
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < s->n; i++)
		pz_stamp_rows(&m[i], l->o, l->x->step, &low, &high);
	reuse_room(l, &s->rows[b], b);
	return pz_frame_read(f, &s->rows[b], s->first ? NULL : &before->rows[b], low, high);
}

/* Opens a frame, and keeps the note that its WCS may have for the user. */
static int open_and_note(struct loader *l, struct strip *s, const struct pz_frame *frame, int b)
{
	struct frame *f = &s->field->frame[b];
	size_t bands = (size_t)l->bands;
	int rc = pz_frame_open(f, frame, b, l->o, l->x->zeropoints ? NULL : l->x->unit);

	f->psf = l->x->psf ? l->x->psf[(size_t)s->field->number * bands + (size_t)b] : 0;
	if (rc < 0 || !*pz_wcs_note(f->wcs))
		return rc;
	return pz_notes_add(l->notes, pz_frames_fields(l->frames) * bands,
			    (size_t)s->field->number * bands + (size_t)b, pz_fits_where(f->file),
			    pz_wcs_note(f->wcs));
}

/* One band of a strip. */
static int load_band(struct loader *l, struct strip *s, int b)
{
	struct frame *f = &s->field->frame[b];
	struct pz_frame frame = pz_frames_get(l->frames, (size_t)s->field->number, b);
	const char *path = frame.path;
	struct stamp_map *map = s->map + (size_t)b * s->n;
	int rc = 0;

	if (!s->first)
		wait_turn(l, s, b);
	else if (path)
		rc = open_and_note(l, s, &frame, b);
	if (path && !get_grids(l, s, b, rc))
		return rc;
	if (path && rc == 0)
		pz_frame_maps(f, &s->field->frame[s->field->reference], l->o->size, s->n, s->grid,
			      map);
	for (size_t i = 0; i < s->n && !path; i++)
		map[i] = (struct stamp_map){ .kind = MAP_NONE };
	wait_turn(l, s, b);
	s->rows[b].window = (struct window){ 0 };
	if (path && rc == 0 && s->first)
		rc = pz_turned_cut(s->field, b, l->o, l->radec, l->x);
	if (path && rc == 0 && f->spool < 0)
		rc = read_rows(l, s, b);
	if (s->last)
		pz_frame_close_files(f);
	return rc;
}

void pz_strip_load(struct loader *l, struct strip *s, int b)
{
	int rc = s->room >= s->n ? load_band(l, s, b) : 0;

	if (rc < 0)
		pz_failure_note(&s->failure, (size_t)b, rc);
	pz_crew_lock(&l->crew);
	s->left--;
	l->done[b]++;
	pz_crew_changed(&l->crew);
	pz_crew_unlock(&l->crew);
}

void pz_strip_release(struct loader *l)
{
	struct strip *s = &l->slot[l->released++ % SLOTS];

	for (int b = 0; b < l->bands && s->last; b++) {
		pz_frame_close(&s->field->frame[b]);
		spare_room(l, &s->rows[b], b);
	}
	pz_crew_changed(&l->crew);
}

void pz_loader_init(struct loader *l, const struct pz_frames *frames,
		    const struct pz_cutout_options *o, const double *radec,
		    const struct cutout_index *x)
{
	*l = (struct loader){
		.frames = frames, .o = o, .radec = radec, .x = x, .bands = pz_frames_bands(frames)
	};
	pz_crew_init(&l->crew);
	for (int i = 0; i < SLOTS * BANDS_MAX; i++) {
		struct frame *f = &l->field[i / BANDS_MAX].frame[i % BANDS_MAX];

		f->spool = -1;
		pthread_mutex_init(&f->lock, NULL);
	}
}

void pz_loader_release(struct loader *l)
{
	for (int i = 0; i < SLOTS; i++) {
		free(l->slot[i].grid);
		free(l->slot[i].map);
		for (int b = 0; b < l->bands; b++)
			free(l->slot[i].rows[b].pixels);
	}
	for (int b = 0; b < l->bands; b++)
		free(l->spare[b].pixels);
	for (int i = 0; i < SLOTS * BANDS_MAX; i++) {
		struct frame *f = &l->field[i / BANDS_MAX].frame[i % BANDS_MAX];

		pz_frame_close(f);
		pthread_mutex_destroy(&f->lock);
	}
}
