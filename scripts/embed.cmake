# Writes the files that FILES matches, sorted by name, as the C array NAME_FILES of HEADER to the file OUTPUT.
# Run as: cmake -DFILES=schema/*.sql -DNAME=SCHEMA -DHEADER=db/schema.h -DOUTPUT=build/schema.c -P scripts/embed.cmake

file(GLOB paths ${FILES})
list(SORT paths)

set(texts "")
set(rows "")
set(count 0)
foreach(path IN LISTS paths)
	get_filename_component(name "${path}" NAME)
	file(READ "${path}" text)
	string(REPLACE "\\" "\\\\" text "${text}")
	string(REPLACE "\"" "\\\"" text "${text}")
	string(REPLACE "\n" "\\n\"\n\t\"" text "${text}")
	string(APPEND texts "static const char TEXT_${count}[] =\n\t\"${text}\";\n\n")
	string(APPEND rows "\t{ \"${name}\", TEXT_${count}, sizeof TEXT_${count} - 1 },\n")
	math(EXPR count "${count} + 1")
endforeach()

file(WRITE "${OUTPUT}" "/* Made by scripts/embed.cmake; do not edit. */
#include \"${HEADER}\"

${texts}const struct text_file ${NAME}_FILES[] = {
${rows}};

const size_t ${NAME}_FILE_COUNT = sizeof(${NAME}_FILES) / sizeof(${NAME}_FILES[0]);
")
