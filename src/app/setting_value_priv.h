/* Reading the value of a setting. */
#ifndef APP_SETTING_VALUE_PRIV_H
#define APP_SETTING_VALUE_PRIV_H

#include <stdbool.h>

struct setting;
struct settings;

/* Reads a text into the setting's member; the text must live as long as the settings. False: it is no
 * such value. */
bool setting_parse(const struct setting *setting, const char *text, struct settings *settings);

#endif
