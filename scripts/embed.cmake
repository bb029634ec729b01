# Writes the files DIRECTORY/*.sql, sorted by name, as the C array of include/db/schema.h to the file OUTPUT.
# Run as: cmake -DDIRECTORY=schema -DOUTPUT=build/schema.c -P scripts/embed.cmake

file(GLOB paths ${DIRECTORY}/*.sql)
list(SORT paths)

set(rows "")
foreach(path IN LISTS paths)
	get_filename_component(name "${path}" NAME)
	file(READ "${path}" text)
	string(REPLACE "\\" "\\\\" text "${text}")
	string(REPLACE "\"" "\\\"" text "${text}")
	string(REPLACE "\n" "\\n\"\n\t  \"" text "${text}")
	string(APPEND rows "\t{ \"${name}\",\n\t  \"${text}\" },\n")
endforeach()

file(WRITE "${OUTPUT}" "/* Made by scripts/embed.cmake; do not edit. */
#include \"db/schema.h\"

const struct schema_file SCHEMA_FILES[] = {
${rows}};

const size_t SCHEMA_FILE_COUNT = sizeof(SCHEMA_FILES) / sizeof(SCHEMA_FILES[0]);
")
