/* The settings as --help shows them. */
#ifndef APP_SETTINGS_HELP_H
#define APP_SETTINGS_HELP_H

/* Prints each setting with its help, its variable and its default. */
void settings_print_help(void);

#endif
