/* toarray -- write a stream as arrays of a file
 *
 *   in    stamps, predictions or a catalogue
 *   out   -o NAME.hdf5 (.h5): HDF5; -o NAME.npz: NumPy's: an array for the pixels, for p(z) and for
 *         each other key of the records
 *
 * fromarray gives the stream back, to the byte. Reads its input twice: first to learn which
 * columns there are.
 */
#include <stdlib.h>
#include <string.h>

#include <pz/libraries.h>

#include "../common/tool.h"
#include "store.h"

static int check_output(const char *path)
{
	if (path && pz_arrays_can_write(path))
		return 0;
	return pz_fail(PZ_EUSAGE,
		       "expected --output with a name that ends in .hdf5, .h5 or .npz%s%s%s",
		       path ? ", found '" : "", path ? path : "", path ? "'" : "");
}

static int write_arrays(struct tool *t, const char *path)
{
	struct store s = { 0 };
	int rc = pz_header_need_kind(pz_reader_header(t->in), "stamps,predictions,catalogue");
	char *rest;

	if (rc < 0)
		return tool_blame_input(t, rc);
	if ((rc = store_learn(&s, t->in)) == 0 && (rc = pz_reader_rewind(t->in, 0)) == 0) {
		if ((rest = store_list_rest(&s)))
			tool_say(t,
				 "kept for fromarray alone, as no array can hold their values: %s",
				 rest);
		free(rest);
		rc = store_write(&s, t->in, path);
	}
	store_release(&s);
	return rc;
}

int main(int argc, char **argv)
{
	const char *output = NULL;
	const struct pz_option table[] = {
		{ PZ_OPTION_OUTPUT, 'o', "output", "FILE", &output,
		  "write this file: HDF5 (.hdf5, .h5) or NumPy's arrays (.npz)" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "toarray",
		.does = "write a stream as arrays of a file (HDF5, NumPy)",
		.usage = "--output FILE [stream ...]",
		.notes = "The input is read twice; a pipe is first copied to a temporary file in "
			 "$TMPDIR.\n",
		.options = table,
		.libraries = (library_name *const[]){ pz_array_library, NULL },
	};
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_output(output)) == 0 &&
	    (rc = tool_open_input(&t, PZ_READ_KEEP | PZ_READ_SCALARS)) == 0)
		rc = write_arrays(&t, output);
	return tool_end(&t, rc);
}
