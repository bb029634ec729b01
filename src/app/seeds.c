#include "app/seeds.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text_file.h"
#include "project/fixture.h"
#include "project/seed.h"

enum { PATH_BYTES = 4096 };

struct seeds {
	struct fixture_set    fixture;
	struct text_file *files;        /* the fixture's; all that are read are ours */
	size_t            count;
	bool              has_read;     /* a file that is not built in */
};

/* Reading */

static bool complain(const char *path, const char *why)
{
	fprintf(stderr, "standin: %s: %s\n", path, why);
	return false;
}

static void add(struct seeds *seeds, struct text_file file)
{
	seeds->files = xrealloc(seeds->files, (seeds->count + 1) * sizeof *seeds->files);
	seeds->files[seeds->count++] = file;
}

static void add_built_in(struct seeds *seeds)
{
	for (size_t i = 0; i < SEED_FILE_COUNT; i++) {
		struct text_file file = SEED_FILES[i];

		file.name = xstrdup(file.name);
		file.text = xstrdup(file.text);
		add(seeds, file);
	}
}

/* Reads to the end. The caller frees. */
static char *read_all(FILE *stream, size_t *ret_bytes)
{
	size_t room = 64 * 1024, bytes = 0;
	char *text = xmalloc(room + 1);

	for (;;) {
		bytes += fread(text + bytes, 1, room - bytes, stream);
		if (bytes < room)
			break;
		room *= 2;
		text = xrealloc(text, room + 1);
	}
	text[bytes] = '\0';
	*ret_bytes = bytes;
	return text;
}

static bool add_file(struct seeds *seeds, const char *path)
{
	FILE *stream = fopen(path, "r");
	size_t bytes;

	if (!stream)
		return complain(path, strerror(errno));
	char *text = read_all(stream, &bytes);
	bool failed = ferror(stream);

	(void)fclose(stream); /* it was only read */
	if (failed) {
		free(text);
		return complain(path, "cannot be read");
	}
	seeds->has_read = true;
	add(seeds, (struct text_file){ xstrdup(path), text, bytes });
	return true;
}

static int is_json(const struct dirent *entry)
{
	size_t bytes = strlen(entry->d_name);

	return bytes > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + bytes - 5, ".json") == 0;
}

/* Adds what is in a folder, by name; *ret_count: how many there are. */
static bool add_folder(struct seeds *seeds, const char *path, int *ret_count)
{
	struct dirent **entries;
	char file[PATH_BYTES];
	bool added = true;

	*ret_count = scandir(path, &entries, is_json, alphasort);
	if (*ret_count < 0)
		return complain(path, strerror(errno));
	for (int i = 0; i < *ret_count; i++) {
		snprintf(file, sizeof file, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/",
		         entries[i]->d_name);
		added = added && add_file(seeds, file);
		free(entries[i]);
	}
	free(entries);
	return added;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Where the image has its mounts; the built-in seed if there is nothing in them. */
static bool add_mounted(struct seeds *seeds)
{
	static const char *const FOLDERS[] = { "/fixtures", "/data" };
	int count = 0;

	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS && count == 0; i++)
		if (is_folder(FOLDERS[i]) && !add_folder(seeds, FOLDERS[i], &count))
			return false;
	if (count == 0)
		add_built_in(seeds);
	return true;
}

static bool add_place(struct seeds *seeds, const char *place)
{
	int count;

	if (strcmp(place, "none") == 0)
		return true;
	if (strcmp(place, "mounted") == 0)
		return add_mounted(seeds);
	if (strcmp(place, DEMO_PROJECT) == 0) {
		add_built_in(seeds);
		return true;
	}
	if (!is_folder(place))
		return add_file(seeds, place);
	return add_folder(seeds, place, &count) &&
	       (count > 0 || complain(place, "there is no *.json in this folder"));
}

struct seeds *seeds_read(const char *const *places, const struct localities *localities)
{
	struct seeds *seeds = xcalloc(1, sizeof *seeds);

	for (; *places; places++) {
		if (!add_place(seeds, *places)) {
			seeds_destroy(seeds);
			return NULL;
		}
	}
	seeds->fixture = (struct fixture_set){ seeds->files, seeds->count, *localities };
	if (!seeds->has_read && !(localities->languages && *localities->languages))
		seeds->fixture.localities.languages = SEED_LANGUAGES;
	return seeds;
}

const struct fixture_set *seeds_fixture(const struct seeds *seeds)
{
	return &seeds->fixture;
}

bool seeds_are_built_in(const struct seeds *seeds)
{
	return !seeds->has_read;
}

void seeds_destroy(struct seeds *seeds)
{
	if (!seeds)
		return;
	for (size_t i = 0; i < seeds->count; i++) {
		free((char *)(uintptr_t)seeds->files[i].name);
		free((char *)(uintptr_t)seeds->files[i].text);
	}
	free(seeds->files);
	free(seeds);
}
