/* presets.c -- the folders in which the surveys' files are, and the names of these */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/bins.h>
#include <pz/text.h>

#include "os.h"

#define SUFFIX    ".json"
#define PATH_SIZE 4096

/* From the program's folder: installed (bin and share), in the source tree (bin, and
 * build/KIND/bin). */
static const char *const places[] = { "../share/pzpipe/pipelines/surveys", "../pipelines/surveys",
				      "../../../pipelines/surveys" };

/* Folder i, from 0: false, there are not so many. One that is no folder is "". */
static bool name_folder(int i, char *folder, size_t size)
{
	const char *list = getenv("PZ_SURVEYS");
	char program[PATH_SIZE];

	*folder = '\0';
	for (; list && *list; i--) {
		size_t n = strcspn(list, ":");

		if (i == 0) {
			if (n < size)
				snprintf(folder, size, "%.*s", (int)n, list);
			return true;
		}
		list += n + (list[n] == ':');
	}
	if ((size_t)i >= sizeof places / sizeof *places)
		return false;
	if (pz_os_program_folder(program, sizeof program) &&
	    (size_t)snprintf(folder, size, "%s/%s", program, places[i]) >= size)
		*folder = '\0';
	return true;
}

bool pz_survey_path(const char *name, char *path, size_t size)
{
	char folder[PATH_SIZE];

	if (*name && !strchr(name, '/') && !pz_text_ends(name, SUFFIX))
		for (int i = 0; name_folder(i, folder, sizeof folder); i++)
			if (*folder &&
			    (size_t)snprintf(path, size, "%s/%s" SUFFIX, folder, name) < size &&
			    access(path, R_OK) == 0)
				return true;
	if (size > 0)
		*path = '\0';
	return false;
}

/* Makes *least the least name of a folder that is greater than after. */
static bool find_name(const char *folder, const char *after, char **least)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool good = true;

	while (dir && good && (entry = readdir(dir))) {
		char name[sizeof entry->d_name];

		if (!pz_text_ends(entry->d_name, SUFFIX))
			continue;
		snprintf(name, sizeof name, "%.*s", (int)(strlen(entry->d_name) - strlen(SUFFIX)),
			 entry->d_name);
		if (strcmp(name, after) <= 0 || (*least && strcmp(name, *least) >= 0))
			continue;
		free(*least);
		good = (*least = strdup(name)) != NULL;
	}
	if (dir)
		closedir(dir);
	return good;
}

char *pz_survey_after(const char *name)
{
	char folder[PATH_SIZE], *least = NULL;
	bool good = true;

	for (int i = 0; good && name_folder(i, folder, sizeof folder); i++)
		good = !*folder || find_name(folder, name, &least);
	return least;
}
