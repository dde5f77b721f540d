/* gnuplot.c -- runs gnuplot on a program */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pz/error.h>

#include "figure.h"

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
	return pz_fail(PZ_EDATA, "gnuplot is not there: install it (Debian: gnuplot-nox), "
				 "or take the program by --gnuplot");
}

static int spawn(FILE *program, FILE *out, FILE *said, pid_t *pid)
{
	/* -d: the user's own settings do not belong in the figure */
	char name[] = "gnuplot", no_settings[] = "-d", input[] = "-";
	char *const argv[] = { name, no_settings, input, NULL };
	posix_spawn_file_actions_t actions;
	int why = posix_spawn_file_actions_init(&actions);

	if (why == 0) {
		posix_spawn_file_actions_adddup2(&actions, fileno(program), STDIN_FILENO);
		posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
		posix_spawn_file_actions_adddup2(&actions, fileno(said), STDERR_FILENO);
		why = posix_spawnp(pid, "gnuplot", &actions, NULL, argv, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	if (why == ENOENT)
		return not_there();
	return why ? pz_fail(PZ_EDATA, "cannot run gnuplot: %s", strerror(why)) : 0;
}

static int wait_for(pid_t pid, FILE *said)
{
	char text[256];
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return pz_fail(PZ_EDATA, "cannot wait for gnuplot: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	/* POSIX allows a spawn that fails to show only here. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return not_there();
	last_line(said, text, sizeof text);
	return pz_fail(PZ_EDATA, "gnuplot failed: %s", *text ? text : "no word why");
}

int gnuplot_run(FILE *program, FILE *out)
{
	FILE *said = tmpfile();
	struct stat made;
	pid_t pid;
	int rc = 0;

	if (!said)
		return pz_fail(PZ_EDATA, "no temporary file: %s", strerror(errno));
	/* The child shares the file's offset: it begins where this one stands. */
	if (fflush(program) != 0 || lseek(fileno(program), 0, SEEK_SET) != 0)
		rc = pz_fail(PZ_EDATA, "cannot write the gnuplot program: %s", strerror(errno));
	if (rc == 0 && (rc = spawn(program, out, said, &pid)) == 0)
		rc = wait_for(pid, said);
	if (rc == 0 && fstat(fileno(out), &made) == 0 && S_ISREG(made.st_mode) && made.st_size == 0)
		rc = pz_fail(PZ_EDATA, "gnuplot drew nothing");
	fclose(said);
	return rc;
}
