/* Opens everything in order, serves until a signal, closes in reverse. */
#ifndef APP_APP_H
#define APP_APP_H

struct settings;

/* Runs the server. Returns the exit code of the process (enum exit_code). */
int app_serve(const struct settings *settings);

#endif
