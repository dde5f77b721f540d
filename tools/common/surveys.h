/* surveys.h -- what --survey says of itself in every tool
 *
 * The names are those of pipelines/surveys that are surveys; a test compares them. They are
 * offered by the completions of shells, which read no folder.
 */
#ifndef SURVEYS_H
#define SURVEYS_H

#define SURVEY_NAMES                                                                               \
	"sdss,cfhtls-wide,cfhtls-deep,des,euclid,hsc,kids,legacy,panstarrs,rubin,unions"
#define SURVEY_HELP                                                                                \
	"survey settings: sdss (default), another preset (inspect --surveys), or a JSON file"

#endif
