/* gnuplot.c -- runs gnuplot on a program, and says why there is no picture */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "../base/os.h"
#include "page.h"

extern char **environ;

/* What gnuplot said last: its own message follows the line and the mark of where. */
static void last_line(FILE *said, char *text, size_t size)
{
	char line[512];

	*text = 0;
	rewind(said);
	while (fgets(line, sizeof line, said)) {
		line[strcspn(line, "\n")] = 0;
		if (line[strspn(line, " \t^")])
			snprintf(text, size, "%s", line + strspn(line, " \t^"));
	}
}

static int not_there(void)
{
	return pz_fail(PZ_EDATA, "gnuplot was not found: install it (Debian: gnuplot-nox), or "
				 "write its program with --gnuplot");
}

static int start_gnuplot(FILE *program, int out, FILE *said, pid_t *pid)
{
	/* -d: the user's own settings do not belong in the figure */
	char name[] = "gnuplot", no_settings[] = "-d", input[] = "-";
	char *const argv[] = { name, no_settings, input, NULL };
	posix_spawn_file_actions_t actions;
	int why = posix_spawn_file_actions_init(&actions);

	if (why == 0) {
		posix_spawn_file_actions_adddup2(&actions, fileno(program), STDIN_FILENO);
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
		posix_spawn_file_actions_adddup2(&actions, fileno(said), STDERR_FILENO);
		why = posix_spawnp(pid, "gnuplot", &actions, NULL, argv, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	if (why == ENOENT)
		return not_there();
	return why ? pz_fail(PZ_EIO, "cannot run gnuplot: %s", strerror(why)) : 0;
}

/* Copies all that comes from the pipe; the number of bytes, or PZ_EDATA. gnuplot does not
 * tell that a disk is full, so it is not gnuplot who writes to it. */
static long copy_picture(int from, FILE *to)
{
	char bytes[65536];
	long total = 0;
	ssize_t n;

	while ((n = read(from, bytes, sizeof bytes)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return pz_fail(PZ_EIO, "cannot read from gnuplot: %s", strerror(errno));
		if (fwrite(bytes, 1, (size_t)n, to) != (size_t)n)
			return pz_fail(PZ_EIO, "cannot write: %s", strerror(errno));
		total += n;
	}
	return fflush(to) == 0 ? total : pz_fail(PZ_EIO, "cannot write: %s", strerror(errno));
}

/* How it ended: 0, or PZ_EDATA with its own words. */
static int wait_for(pid_t pid, FILE *said)
{
	char text[256];
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return pz_fail(PZ_EIO, "cannot wait for gnuplot: %s", strerror(errno));
	/* POSIX allows a spawn that fails to show only here. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return not_there();
	last_line(said, text, sizeof text);
	if (WIFSIGNALED(status))
		return pz_fail(PZ_EDATA, "gnuplot was ended by signal %d (%s)", WTERMSIG(status),
			       strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status) != 0)
		return pz_fail(PZ_EDATA, "gnuplot failed: %s", *text ? text : "it gave no reason");
	return 0;
}

static int nothing_drawn(FILE *said)
{
	char text[256];

	last_line(said, text, sizeof text);
	return pz_fail(PZ_EDATA, "gnuplot drew nothing: %s", *text ? text : "it gave no reason");
}

static int run_gnuplot(FILE *program, FILE *out, FILE *said)
{
	int ends[2], rc;
	long copied;
	pid_t pid;

	if (pz_os_pipe(ends) != 0)
		return pz_fail(PZ_EIO, "no pipe to gnuplot: %s", strerror(errno));
	rc = start_gnuplot(program, ends[1], said, &pid);
	close(ends[1]);
	copied = rc == 0 ? copy_picture(ends[0], out) : 0;
	close(ends[0]); /* where copying failed gnuplot ends at its next write */
	if (rc < 0)
		return rc;
	if (copied < 0) {
		waitpid(pid, NULL, 0);
		return (int)copied;
	}
	rc = wait_for(pid, said);
	return rc == 0 && copied == 0 ? nothing_drawn(said) : rc;
}

FILE *pz_gnuplot_scratch(void)
{
	int fd = pz_file_spool();
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+b");

	if (fd >= 0 && !file) {
		pz_fail(PZ_EIO, "no temporary file: %s", strerror(errno));
		close(fd);
	}
	return file;
}

int pz_gnuplot_run(FILE *program, FILE *out)
{
	FILE *said;
	int rc;

	/* The child shares the file's offset: it begins where this one stands. */
	if (lseek(fileno(program), 0, SEEK_SET) != 0)
		return pz_fail(PZ_EIO, "cannot read the gnuplot program: %s", strerror(errno));
	if (!(said = pz_gnuplot_scratch()))
		return PZ_EDATA;
	rc = run_gnuplot(program, out, said);
	fclose(said);
	return rc;
}
